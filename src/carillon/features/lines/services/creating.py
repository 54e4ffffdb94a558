"""Creating lines, with everything no line is complete without."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from carillon.calls.model import SetupStep
from carillon.features.accounts.models import User
from carillon.features.accounts.services import check_pin_rules, create_user
from carillon.features.audit.services import (
    Actor,
    ErrorCode,
    Invalid,
    Problem,
    check_name,
    lock_group,
    record_change,
)
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.lines.choices import PARTS, LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.services.changing import change_of

SETTINGS_WITHOUT_VOICEMAIL: Mapping[str, Any] = {"no_answer": "tone", "no_answer_seconds": 60, "busy": "tone"}
"""The call settings of a line without a mailbox that differ from those of a line with one."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """What a new line is: its number (E.164, free in a block of the group), owner and services.

    `password` None gives the user a random one; a line `with_user` False has no portal account. `pin` is the
    voicemail's first PIN, "" for none until the subscriber sets one; `pin_temporary` has it replaced at the first
    sign-in by telephone, where he is then led to record his name and a greeting.
    """

    number: str
    name: str
    class_of_service_id: int
    department_id: int | None = None
    kind: LineKind = LineKind.USER
    language: str = ""
    with_voicemail: bool = True
    with_user: bool = True
    password: str | None = None
    pin: str = ""
    pin_temporary: bool = True
    emergency_address: str = ""


@dataclass(frozen=True, slots=True)
class CreatedLine:
    """A new line, its user if it has one, and the user's first password in clear ("" without a user)."""

    line: Line
    user: User | None
    password: str


def create_line(*, actor: Actor, group_id: int, new: NewLine, now: datetime) -> CreatedLine:
    """Create a line with its call settings, and its mailbox and user if it has them; raises Invalid."""
    with transaction.atomic():
        lock_group(group_id)
        name, errors = _problems(group_id=group_id, new=new)
        if errors:
            raise Invalid(errors)
        line = Line.objects.create(
            group_id=group_id,
            department_id=new.department_id,
            number=new.number,
            kind=new.kind,
            name=name,
            language=new.language,
            class_of_service_id=new.class_of_service_id,
            emergency_address=new.emergency_address,
        )
        _create_parts(line=line, new=new)
        user, password = None, ""
        if new.with_user:
            user, password = create_user(
                actor=actor,
                login=line.number,
                line_id=line.pk,
                password=new.password,
                language=new.language,
                now=now,
            )
        values = {"number": line.number, "name": line.name, "kind": str(line.kind)}
        record_change(actor=actor, change=change_of(line, "create", {}, values, version=1), now=now)
    return CreatedLine(line, user, password)


def _problems(*, group_id: int, new: NewLine) -> tuple[str, dict[str, Problem]]:
    """Return the cleaned name and every refused field."""
    name, problem = check_name(new.name, limit=64)
    errors = {"name": problem} if problem else {}
    blocks = BusinessGroup.objects.filter(
        pk=group_id, number_blocks__first__lte=new.number, number_blocks__last__gte=new.number
    ).values_list("number_blocks__first", flat=True)
    if not any(len(first) == len(new.number) for first in blocks):
        errors["number"] = Problem(ErrorCode.NOT_IN_BLOCKS, {"number": new.number[:20]})
    taken = Line.objects.filter(number=new.number, group_id=group_id).first()
    if taken is not None:
        errors["number"] = Problem(ErrorCode.ALREADY_USED, {"by": taken.name})
    errors |= part_problems(new)
    plans: Any = apps.get_model("classes_of_service", "ClassOfService")
    if not plans.objects.filter(pk=new.class_of_service_id).exists():
        errors["class_of_service_id"] = Problem(ErrorCode.REQUIRED)
    department_id = new.department_id
    if department_id is not None and not _has_department(group_id, department_id):
        errors["department"] = Problem(ErrorCode.NOT_IN_GROUP, {"number": department_id})
    if new.pin:
        check_pin_rules(pin=new.pin, number=new.number)
    return name, errors


def part_problems(new: NewLine) -> dict[str, Problem]:
    """Return what a line of this type cannot have, or cannot do without."""
    kind = {"kind": str(new.kind.label)}
    parts = PARTS[new.kind]
    errors: dict[str, Problem] = {}
    if new.with_voicemail and not parts.voicemail:
        errors["with_voicemail"] = Problem(ErrorCode.NOT_FOR_KIND, kind)
    if not new.with_voicemail and new.kind is LineKind.MAILBOX_ONLY:
        errors["with_voicemail"] = Problem(ErrorCode.REQUIRED)
    if new.with_user and not parts.user:
        errors["with_user"] = Problem(ErrorCode.NOT_FOR_KIND, kind)
    return errors


def _has_department(group_id: int, department_id: int) -> bool:
    return BusinessGroup.objects.filter(pk=group_id, departments__pk=department_id).exists()


def _create_parts(*, line: Line, new: NewLine) -> None:
    """Create the rows no line is complete without.

    They belong to features that use this one, so they are found by name, as string foreign keys are.
    """
    settings: Any = apps.get_model("call_manager", "CallSettings")
    settings.objects.create(line=line, **({} if new.with_voicemail else SETTINGS_WITHOUT_VOICEMAIL))
    if new.with_voicemail:
        mailboxes: Any = apps.get_model("voicemail", "Mailbox")
        mailboxes.objects.create(
            line=line,
            pin=make_password(new.pin) if new.pin else "",
            pin_temporary=bool(new.pin) and new.pin_temporary,
            setup_due=str(SetupStep.NAME) if new.pin_temporary else "",
        )
    extensions: Any = apps.get_model("extensions", "Extension")
    waiting = extensions.objects.filter(group_id=line.group_id, first_number=line.number, line=None)
    waiting.filter(first=F("last")).update(line=line, version=F("version") + 1)
    note_keys(group_id=line.group_id, line_ids=[line.pk])


def note_keys(*, group_id: int, line_ids: Collection[int] | None = None) -> None:
    """Repeat on these lines (None: all of the group) extension and department, for the lists (one update).

    Whoever gives a line another extension or department, or renames a department, calls it.
    """
    extensions: Any = apps.get_model("extensions", "Extension")
    departments: Any = apps.get_model("departments", "Department")
    extension = extensions.objects.filter(line_id=OuterRef("pk")).values("first")[:1]
    place = departments.objects.filter(pk=OuterRef("department_id")).values("name_key")[:1]
    lines = Line.objects.filter(group_id=group_id)
    if line_ids is not None:
        lines = lines.filter(pk__in=line_ids)
    lines.update(
        extension_digits=Coalesce(Subquery(extension), Value("")),
        department_key=Coalesce(Subquery(place), Value("")),
    )
