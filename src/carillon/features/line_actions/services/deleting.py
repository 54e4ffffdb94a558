"""Deleting a line: everything of it goes, and its number is free again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import (
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    record_changes,
    write_version,
)
from carillon.features.extensions.models import Extension
from carillon.features.line_actions.choices import SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.queries import (
    GROUP_NUMBERS,
    is_last_administrator,
    relations_to,
    uses_of,
)
from carillon.features.line_actions.services.acting import (
    check_standing,
    check_typed_number,
    forget_failures,
    line_to_act_on,
)
from carillon.features.line_actions.services.keeping import erase_audio
from carillon.features.lines.models import Line
from carillon.features.lines.services import change_of, part_change
from carillon.web.changes import LABELS


def delete_line(
    *, access: Access, line_id: int, typed_number: str, seen_version: int, now: datetime
) -> Receipt:
    """Delete a line with its account, mailbox, recordings, SIP accounts, extension and former states.

    The record of changes and the call logs keep what they say of it; the worker erases the recordings.
    Raises NotFound, StaleVersion, and Invalid: `typed_number`, or `line` for the last administrator of the group and
    for a line that the group's own settings or other objects need.
    """
    actor = actor_for(access.user)
    with transaction.atomic():
        line, _ = line_to_act_on(access, line_id, Action.MANAGE_LINES)
        version = write_version(
            Line.objects.all(), kind="line", object_id=line.pk, seen_version=seen_version, values={}
        )
        user = check_standing(access, line)
        if is_last_administrator(user):
            raise Invalid({"line": Problem(ErrorCode.LAST_ADMINISTRATOR)})
        _check_unused(line)
        check_typed_number(line, typed_number)
        changes = [change_of(line, "delete", _kept_of(line), {}, version=version), *_extension_gone(line)]
        erase_audio(line, by=actor.label, now=now)
        LineSnapshot.objects.filter(line_id=line.pk).update(payload="", state=SnapshotState.ERASED)
        if user is not None:
            forget_failures(user)
        Extension.objects.filter(line_id=line.pk).delete()
        line.delete()
        return record_changes(actor=actor, changes=changes, now=now)


def _check_unused(line: Line) -> None:
    needed = [str(LABELS[use.setting]) for use in uses_of(line) if use.setting in GROUP_NUMBERS]
    for relation in relations_to(Line):
        if relation.on_delete in {models.PROTECT, models.RESTRICT}:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: line.pk})  # noqa: SLF001
            needed += [str(row) for row in rows[:5]]
    if needed:
        raise Invalid({"line": Problem(ErrorCode.IN_USE, {"by": ", ".join(needed)})})


def _kept_of(line: Line) -> dict[str, Any]:
    """Return what the record keeps of the line."""
    kept = {"number": line.number, "name": line.name, "kind": str(line.kind)}
    return kept | {"department": line.department.full_name if line.department else ""}


def _extension_gone(line: Line) -> list[Change]:
    row = Extension.objects.filter(line_id=line.pk).first()
    if row is None:
        return []
    old = {"first": row.first, "first_number": row.first_number}
    return [part_change(line, ("extension", row.pk, row.version + 1), "delete", old, {})]
