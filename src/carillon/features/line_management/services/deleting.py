"""Deleting lines, one or thousands: everything of them goes, and their numbers are free again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import SignInFailure, User
from carillon.features.accounts.queries import Access, NotFound, login_key
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    lock_group,
    record_changes,
    write_version,
)
from carillon.features.extensions.models import Extension
from carillon.features.line_actions.choices import SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.services import check_typed_number, erase_audio, line_to_act_on
from carillon.features.line_management.queries import hindrances_among, lines_to_delete
from carillon.features.lines.models import Line
from carillon.features.lines.queries import lines_in_scope
from carillon.features.lines.services import change_of, part_change
from carillon.web.lists.selected import digest_of
from carillon.web.statements import in_pieces


def delete_line(
    *, access: Access, line_id: int, typed_number: str, seen_version: int, now: datetime
) -> Receipt:
    """Delete a line with its account, mailbox, recordings, SIP accounts, extension and former states.

    The record of changes and the call logs keep what they say of it; the worker erases the recordings.
    Raises NotFound, StaleVersion, and Invalid: `typed_number`, or `line` for what stands in the way
    (`hindrances_among`).
    """
    with transaction.atomic():
        line, _ = line_to_act_on(access, line_id, Action.MANAGE_LINES)
        rows = Line.objects.all()
        write_version(rows, kind="line", object_id=line.pk, seen_version=seen_version, values={})
        hindrances = hindrances_among(access, [line])
        if hindrances:
            raise Invalid({"line": hindrances[line.pk][0]})
        check_typed_number(line, typed_number)
        return _delete([line], actor=actor_for(access.user), now=now)


def delete_lines(
    *, access: Access, line_ids: Collection[int], count: int | None, seen: str, now: datetime
) -> Receipt:
    """Delete all the lines (of one group) like `delete_line`, or none; one entry of the record for each.

    `count` confirms: how many they are. `seen` is the digest of their versions as they were shown
    (`web.lists.selected.digest_of`). Raises NotFound if one is out of scope or gone, and Invalid: `typed_count`,
    `rows`.
    """
    if not line_ids:
        raise Invalid({"rows": Problem(ErrorCode.REQUIRED)})
    with transaction.atomic():
        lock_group(_group_of(access, line_ids))
        lines = lines_to_delete(access, line_ids)
        if hindrances_among(access, lines):
            raise Invalid({"rows": Problem(ErrorCode.HINDERED)})
        if count != len(lines):
            raise Invalid({"typed_count": Problem(ErrorCode.NOT_THIS_MANY, {"count": len(lines)})})
        if digest_of((line.pk, line.version) for line in lines) != seen:
            raise Invalid({"rows": Problem(ErrorCode.CHANGED_MEANWHILE)})
        return _delete(lines, actor=actor_for(access.user), now=now)


def _group_of(access: Access, line_ids: Collection[int]) -> int:
    """Return the group of one of the lines; that the others are of it too is checked once it is locked."""
    lines = lines_in_scope(access, Action.MANAGE_LINES).order_by().filter(pk=min(line_ids))
    group_id = lines.values_list("group_id", flat=True).first()
    if group_id is None:
        raise NotFound("line", min(line_ids))
    return group_id


def _delete(lines: Sequence[Line], *, actor: Actor, now: datetime) -> Receipt:
    changes: list[Change] = []
    by_id = {line.pk: line for line in lines}
    for part in in_pieces(list(by_id)):
        going = [by_id[line_id] for line_id in part]
        extensions = {row.line_id: row for row in Extension.objects.filter(line_id__in=part)}
        for line in going:
            changes.append(change_of(line, "delete", _kept_of(line), {}, version=line.version + 1))
            changes += _extension_gone(line, extensions.get(line.pk))
        erase_audio(going, by=actor.label, now=now)
        LineSnapshot.objects.filter(line_id__in=part).update(payload="", state=SnapshotState.ERASED)
        logins = User.objects.filter(line_id__in=part).values_list("login", flat=True)
        SignInFailure.objects.filter(login_key__in=[login_key(login) for login in logins]).delete()
        Extension.objects.filter(line_id__in=part).delete()
        Line.objects.filter(pk__in=part).delete()
    return record_changes(actor=actor, changes=changes, now=now)


def _kept_of(line: Line) -> dict[str, Any]:
    """Return what the record keeps of the line."""
    kept = {"number": line.number, "name": line.name, "kind": str(line.kind)}
    return kept | {"department": line.department.full_name if line.department else ""}


def _extension_gone(line: Line, row: Extension | None) -> list[Change]:
    if row is None:
        return []
    old = {"first": row.first, "first_number": row.first_number}
    return [part_change(line, ("extension", row.pk, row.version + 1), "delete", old, {})]
