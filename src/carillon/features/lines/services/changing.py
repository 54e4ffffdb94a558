"""Changing the names, the identity and the language of lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.features.accounts.models import User
from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    check_name,
    differing,
    lock_group,
    record_change,
    write_version,
)
from carillon.features.business_groups.choices import PortalLanguage
from carillon.features.lines.models import Line


def check_names(*, name: str, calling_name: str) -> tuple[dict[str, str], dict[str, Problem]]:
    """Return both names as they are stored, and what is wrong with them (`name`, `calling_name`)."""
    account_name, name_problem = check_name(name, limit=64)
    shown_name, shown_problem = check_name(calling_name, limit=35, required=False)
    problems = {"name": name_problem, "calling_name": shown_problem}
    errors = {field: problem for field, problem in problems.items() if problem is not None}
    return {"name": account_name, "calling_name": shown_name}, errors


def write_line(
    *, actor: Actor, line: Line, wanted: Mapping[str, Any], seen_version: int, now: datetime
) -> Receipt | None:
    """Write and record the fields of a locked line that differ; None where none does. Raises StaleVersion."""
    change = line_change(line=line, wanted=wanted, seen_version=seen_version)
    return record_change(actor=actor, change=change, now=now) if change is not None else None


def line_change(*, line: Line, wanted: Mapping[str, Any], seen_version: int) -> Change | None:
    """Write the same and return what is to be recorded, for what is saved together with more."""
    old, new = differing({field: getattr(line, field) for field in wanted}, wanted)
    if not new:
        return None
    rows = Line.objects.all()
    version = write_version(rows, kind="line", object_id=line.pk, seen_version=seen_version, values=new)
    return change_of(line, "change", old, new, version=version)


def change_line_language(
    *, actor: Actor, line_id: int, language: str, seen_version: int, now: datetime
) -> Receipt:
    """Change the language the line hears: that of its user, whose portal it is too, else the line's own.

    `seen_version` is that object's. Raises NotFound, Invalid (`language`) and StaleVersion.
    """
    if language not in PortalLanguage.values:
        raise Invalid({"language": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": language[:10]})})
    wanted = {"language": language}
    with transaction.atomic():
        line, config_version = lock_line(line_id)
        user = User.objects.filter(line_id=line_id).first()
        if user is None:
            receipt = write_line(actor=actor, line=line, wanted=wanted, seen_version=seen_version, now=now)
            return receipt or Receipt("line", line.pk, line.version, line.group_id, config_version, now)
        if user.language == language:
            return Receipt("user", user.pk, user.version, line.group_id, config_version, now)
        rows = User.objects.all()
        version = write_version(
            rows, kind="user", object_id=user.pk, seen_version=seen_version, values=wanted
        )
        change = part_change(line, ("user", user.pk, version), "change", {"language": user.language}, wanted)
        return record_change(actor=actor, change=change, now=now)


def lock_line(line_id: int) -> tuple[Line, int]:
    """Lock the line's group, then read the line; return it with the group's configuration version.

    Raises NotFound. Every change of one line's settings begins here.
    """
    group_id = Line.objects.filter(pk=line_id).values_list("group_id", flat=True).first()
    if group_id is None:
        raise NotFound("line", line_id)
    config_version = lock_group(group_id)
    line = Line.objects.select_related("department").filter(pk=line_id).first()
    if line is None:
        raise NotFound("line", line_id)
    return line, config_version


def department_path(line: Line) -> str:
    """Return the path of the line's department, "" when it belongs to the group directly."""
    return line.department.path if line.department else ""


def change_of(
    line: Line, action: str, old: Mapping[str, Any], new: Mapping[str, Any], *, version: int
) -> Change:
    """Return a change of the line itself, for the record."""
    return part_change(line, ("line", line.pk, version), action, old, new)


def part_change(
    line: Line,
    part: tuple[str, int, int],
    action: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> Change:
    """Return a change of what belongs to the line; `part` is its kind, id and new version."""
    kind, object_id, version = part
    return Change(
        kind=kind,
        object_id=object_id,
        label=f"{line.number} {line.name}",
        action=action,
        version=version,
        group_id=line.group_id,
        department_path=department_path(line),
        old=old,
        new=new,
    )
