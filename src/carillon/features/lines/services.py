"""Creating lines, and changing their names and identity."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from carillon.calls.model import SetupStep
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import NotFound
from carillon.features.accounts.services import check_pin_rules, create_user
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
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.lines.choices import PARTS, LineKind
from carillon.features.lines.models import Line

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
        record_change(actor=actor, change=_change(line, "create", {}, values, 1), now=now)
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


def change_names(
    *,
    actor: Actor,
    line_id: int,
    name: str,
    calling_name: str,
    withhold_identity: bool,
    seen_version: int,
    now: datetime,
) -> Receipt:
    """Change the account name, the name shown to called parties ("" = the account name) and its withholding.

    Raises NotFound, Invalid (`name`, `calling_name`) and StaleVersion.
    """
    names, errors = check_names(name=name, calling_name=calling_name)
    if errors:
        raise Invalid(errors)
    wanted: dict[str, Any] = {**names, "withhold_identity": withhold_identity}
    with transaction.atomic():
        line, config_version = lock_line(line_id)
        receipt = write_line(actor=actor, line=line, wanted=wanted, seen_version=seen_version, now=now)
        return receipt or Receipt("line", line.pk, line.version, line.group_id, config_version, now)


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
    return _change(line, "change", old, new, version)


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
        change = replace(
            _change(line, "change", {"language": user.language}, wanted, version),
            kind="user",
            object_id=user.pk,
            label=user.login,
        )
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


def _change(line: Line, action: str, old: Mapping[str, Any], new: Mapping[str, Any], version: int) -> Change:
    return Change(
        kind="line",
        object_id=line.pk,
        label=f"{line.number} {line.name}",
        action=action,
        version=version,
        group_id=line.group_id,
        department_path=department_path(line),
        old=old,
        new=new,
    )
