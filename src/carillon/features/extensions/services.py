"""Creating extensions."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from carillon.calls.emergency import NORTH_AMERICAN_CODES
from carillon.calls.feature_codes import DEFAULTS, conflict
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    lock_group,
    record_change,
)
from carillon.features.extensions.models import Extension
from carillon.features.extensions.queries import number_of
from carillon.features.lines.models import Line
from carillon.features.lines.services import note_keys
from carillon.features.number_blocks.queries import block_of

EMERGENCY = tuple(sorted(NORTH_AMERICAN_CODES))
FEATURE_CODES = tuple(digits for _feature, digits in DEFAULTS.codes)
MAX_RANGE = 100_000


def create_extension(*, actor: Actor, group_id: int, digits: str, number: str, now: datetime) -> Extension:
    """Let these digits dial a number (E.164) of the group's blocks; raises Invalid (`first`, `number`)."""
    return create_extension_range(
        actor=actor, group_id=group_id, first=digits, last=digits, first_number=number, now=now
    )


def create_extension_range(
    *, actor: Actor, group_id: int, first: str, last: str, first_number: str, now: datetime
) -> Extension:
    """Let `first` to `last` dial the numbers that follow one by one from `first_number` (E.164)."""
    problem = digits_problem(first, last)
    if problem is not None:
        raise Invalid({"first": problem})
    with transaction.atomic():
        lock_group(group_id)
        row = Extension(group_id=group_id, first=first, last=last, first_number=first_number)
        errors = number_problems(row)
        taken = _conflicting(row)
        if taken is not None:
            errors["first"] = Problem(ErrorCode.ALREADY_USED, {"by": str(taken)})
        if errors:
            raise Invalid(errors)
        if first == last:
            row.line = Line.objects.filter(group_id=group_id, number=first_number).first()
        row.save(force_insert=True)
        if row.line_id is not None:
            note_keys(group_id=group_id, line_ids=[row.line_id])
        change = Change(
            kind="extension",
            object_id=row.pk,
            label=str(row),
            action="create",
            version=1,
            group_id=group_id,
            new={"first": first, "last": last, "first_number": first_number},
        )
        record_change(actor=actor, change=change, now=now)
    return row


def digits_problem(first: str, last: str) -> Problem | None:
    """Return what is wrong with the digits themselves: form, order, and codes they would hide."""
    for digits in (first, last):
        if re.fullmatch(r"[0-9*#][0-9]{0,6}", digits, re.ASCII) is None:
            return Problem(ErrorCode.MALFORMED, {"value": digits[:10], "example": "201"})
    if len(first) != len(last) or first > last or first[0].isdigit() != last[0].isdigit():
        return Problem(ErrorCode.BAD_RANGE)
    if first != last and int(last.lstrip("*#")) - int(first.lstrip("*#")) >= MAX_RANGE:
        return Problem(ErrorCode.TOO_MANY, {"limit": MAX_RANGE})
    hidden = conflict(first, last, codes=FEATURE_CODES, emergency=EMERGENCY)
    return Problem(ErrorCode.CONFLICT, {"with": hidden}) if hidden else None


def number_problems(row: Extension) -> dict[str, Problem]:
    """Return what is wrong with the numbers: outside the blocks, or dialled by another extension already.

    `row` need not be saved, or not as it is.
    """
    low = row.first_number
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", low, re.ASCII) is None:
        return {"number": Problem(ErrorCode.NUMBER_NOT_VALID, {"number": low[:20]})}
    high = number_of(row, row.last)
    block = block_of(number=low, group_id=row.group_id)
    if block is None or len(high) != len(low) or high > block.last:
        return {"number": Problem(ErrorCode.NOT_IN_GROUP, {"number": high if block else low})}
    nearby = Q(first_number__gte=low) | ~Q(first=F("last"))
    others = Extension.objects.exclude(pk=row.pk or 0).filter(group_id=row.group_id, first_number__lte=high)
    for other in others.filter(nearby):
        if len(other.first_number) == len(low) and low <= number_of(other, other.last):
            return {"number": Problem(ErrorCode.ALREADY_USED, {"by": str(other)})}
    return {}


def _conflicting(row: Extension) -> Extension | None:
    rows = Extension.objects.filter(group_id=row.group_id, first__lte=row.last, last__gte=row.first)
    same_length = (other for other in rows if len(other.first) == len(row.first))
    return next((other for other in same_length if other.first <= row.last and row.first <= other.last), None)
