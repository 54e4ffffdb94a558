"""Changing the number, the type and the class of service of a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import SignInFailure, UnknownSignIn, User
from carillon.features.accounts.queries import Access, login_key
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import (
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    differing,
    record_changes,
    write_version,
)
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.extensions.models import Extension
from carillon.features.extensions.services import number_problems
from carillon.features.line_actions.services import line_to_act_on
from carillon.features.line_management.queries import GROUP_NUMBERS, kinds_for, uses_of
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.services import change_of, note_keys, part_change
from carillon.features.number_blocks.queries import block_of
from carillon.web.changes import LABELS


@dataclass(frozen=True, slots=True)
class LineService:
    """The number (E.164, free in a block of the group), the type and the class of service of a line."""

    number: str
    kind: LineKind
    class_of_service_id: int


def change_service(
    *, access: Access, line_id: int, wanted: LineService, seen_version: int, now: datetime
) -> Receipt:
    """Change number, type and class of service; with the number go the login, the extension and the search keys.

    Raises NotFound, Invalid (fields of LineService) and StaleVersion.
    """
    with transaction.atomic():
        line, config_version = line_to_act_on(access, line_id, Action.RENUMBER_LINES)
        plan = ClassOfService.objects.filter(pk=wanted.class_of_service_id).first()
        extension = Extension.objects.filter(line_id=line.pk).first()
        errors = _number_problems(line, wanted.number, extension)
        if wanted.kind != line.kind and wanted.kind not in kinds_for(line):
            errors["kind"] = Problem(ErrorCode.NOT_FOR_KIND, {"kind": str(wanted.kind.label)})
        if plan is None:
            errors["class_of_service_id"] = Problem(ErrorCode.REQUIRED)
        if errors:
            raise Invalid(errors)
        values: dict[str, Any] = {
            "number": wanted.number,
            "kind": str(wanted.kind),
            "class_of_service_id": wanted.class_of_service_id,
        }
        old, new = differing({name: getattr(line, name) for name in values}, values)
        if not new:
            return Receipt("line", line.pk, line.version, line.group_id, config_version, now)
        version = write_version(
            Line.objects.all(), kind="line", object_id=line.pk, seen_version=seen_version, values=new
        )
        if plan is not None and "class_of_service_id" in new:  # the record says names
            old["class_of_service_id"], new["class_of_service_id"] = line.class_of_service.name, plan.name
        changes = [change_of(line, "change", old, new, version=version)]
        if "number" in new:
            changes += _renumber_user(line, wanted.number)
            changes += _renumber_extension(line, wanted.number, extension)
        return record_changes(actor=actor_for(access.user), changes=changes, now=now)


def _number_problems(line: Line, number: str, extension: Extension | None) -> dict[str, Problem]:
    """Return what is wrong with the new number, under `number`; `extension` is the line's, to be dialled by it."""
    if number == line.number:
        return {}
    problem = _not_free(line, number)
    if problem is not None:
        return {"number": problem}
    needed = [str(LABELS[use.setting]) for use in uses_of(line) if use.setting in GROUP_NUMBERS]
    if needed:
        return {"number": Problem(ErrorCode.IN_USE, {"by": ", ".join(needed)})}
    if extension is None:
        return {}
    extension.first_number = number
    return number_problems(extension)


def _not_free(line: Line, number: str) -> Problem | None:
    """Return why the group has no such number to give."""
    if not number:
        return Problem(ErrorCode.REQUIRED)
    if block_of(number=number, group_id=line.group_id) is None:
        return Problem(ErrorCode.NOT_IN_BLOCKS, {"number": number[:20]})
    taken = Line.objects.filter(number=number).first()
    return Problem(ErrorCode.ALREADY_USED, {"by": taken.name}) if taken is not None else None


def _renumber_user(line: Line, number: str) -> list[Change]:
    """Let the account sign in with the new number; what failed at either number before is forgotten."""
    user = User.objects.filter(line_id=line.pk).first()
    if user is None:
        return []
    User.objects.filter(pk=user.pk).update(login=number, version=F("version") + 1)
    UnknownSignIn.objects.filter(login_key=login_key(number)).delete()
    SignInFailure.objects.filter(login_key__in=[login_key(number), login_key(user.login)]).delete()
    told = ({"login": user.login}, {"login": number})
    return [part_change(line, ("user", user.pk, user.version + 1), "change", *told)]


def _renumber_extension(line: Line, number: str, extension: Extension | None) -> list[Change]:
    """Let the line's extension dial the new number; without one, the single extension of the number becomes its own."""
    own = extension
    if own is None:
        waiting = Extension.objects.filter(group_id=line.group_id, first_number=number, line=None)
        own = waiting.filter(first=F("last")).first()
    if own is None:
        return []
    Extension.objects.filter(pk=own.pk).update(line_id=line.pk, first_number=number, version=F("version") + 1)
    note_keys(group_id=line.group_id, line_ids=[line.pk])
    if extension is None:
        return []
    told = ({"first_number": line.number}, {"first_number": number})
    return [part_change(line, ("extension", own.pk, own.version + 1), "change", *told)]
