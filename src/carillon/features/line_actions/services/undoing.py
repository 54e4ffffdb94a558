"""Undoing a reset: the former subscriber's state comes back, and the present one is kept in its turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound
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
from carillon.features.call_manager.models import CallSettings
from carillon.features.line_actions.choices import SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.queries import default_values, get_snapshot, is_last_administrator
from carillon.features.line_actions.services.acting import (
    NO_FAILURES,
    NO_RIGHTS,
    check_standing,
    end_sessions,
    forget_failures,
    line_to_act_on,
    rights_lost,
    user_of,
)
from carillon.features.line_actions.services.keeping import (
    erase_snapshots,
    put_back,
    read_parts,
    take_away,
    take_snapshot,
)
from carillon.features.lines.models import Line
from carillon.features.lines.services import change_of, part_change
from carillon.features.voicemail.models import Mailbox


def undo_reset(
    *, access: Access, line_id: int, snapshot_id: int, seen_version: int, now: datetime
) -> Receipt:
    """Put a former state back, after keeping the present one; the user then administers nothing.

    The recordings follow within a second (jobs.settle_snapshots). Raises NotFound, Invalid (`line`) and StaleVersion.
    """
    actor = actor_for(access.user)
    with transaction.atomic():
        line, _ = line_to_act_on(access, line_id, Action.RESET_LINES)
        version = write_version(
            Line.objects.all(), kind="line", object_id=line.pk, seen_version=seen_version, values={}
        )
        user = check_standing(access, line)
        if is_last_administrator(user):
            raise Invalid({"line": Problem(ErrorCode.LAST_ADMINISTRATOR)})
        snapshot = LineSnapshot.objects.get(pk=get_snapshot(line.pk, snapshot_id, now=now).pk)
        parts, rows = read_parts(snapshot)
        take_snapshot(line, by=actor.label, now=now)
        take_away(line, groups=True)
        changes = _write_parts(line, parts, version)
        put_back(rows)
        LineSnapshot.objects.filter(pk=snapshot.pk).update(payload="", state=SnapshotState.RESTORING)
        return record_changes(actor=actor, changes=changes, now=now)


def _write_parts(line: Line, parts: dict[str, dict[str, Any]], version: int) -> list[Change]:
    """Write the kept columns of the line, its user, its call settings and its mailbox; return the changes."""
    Line.objects.filter(pk=line.pk).update(**parts["line"])
    old, new = {"name": line.name}, {"name": parts["line"]["name"]}
    changes = [change_of(line, "undo_reset", old, new, version=version)]
    settings = CallSettings.objects.get(line_id=line.pk)
    rows = CallSettings.objects.filter(pk=settings.pk)
    rows.update(version=F("version") + 1, **parts["callsettings"])
    changes.append(
        part_change(line, ("call_settings", settings.pk, settings.version + 1), "undo_reset", {}, {})
    )
    user, mailbox = user_of(line), Mailbox.objects.filter(line_id=line.pk).first()
    if user is not None and "user" in parts:
        changes.append(_write_user(line, user, parts["user"]))
    if mailbox is not None:
        values = default_values(Mailbox) | parts.get("mailbox", {})
        present = Mailbox.objects.filter(pk=mailbox.pk)
        present.update(version=F("version") + 1, resets=F("resets") + 1, **values)
        changes.append(part_change(line, ("mailbox", mailbox.pk, mailbox.version + 1), "undo_reset", {}, {}))
    return changes


def _write_user(line: Line, user: User, values: dict[str, Any]) -> Change:
    """Put the former password back and end the sessions of the present one; nobody comes back as an administrator."""
    rows = User.objects.filter(pk=user.pk)
    rows.update(**NO_RIGHTS, **NO_FAILURES, **values)
    end_sessions(user)
    forget_failures(user)
    return part_change(line, ("user", user.pk, user.version + 1), "undo_reset", *rights_lost(user))


def erase_snapshot(*, access: Access, line_id: int, snapshot_id: int, now: datetime) -> Receipt:
    """Erase a former state early: nobody can restore it any more. Raises NotFound."""
    with transaction.atomic():
        line, _ = line_to_act_on(access, line_id, Action.RESET_LINES)
        snapshot = get_snapshot(line.pk, snapshot_id, now=now)
        if not erase_snapshots(line.pk, snapshot_id=snapshot.pk):
            raise NotFound("line_snapshot", snapshot_id)
        change = Change(
            kind="line",
            object_id=line.pk,
            label=f"{line.number} {line.name}",
            action="erase_snapshot",
            version=line.version,
            group_id=line.group_id,
            department_path=line.department.path if line.department else "",
            governs_calls=False,
        )
        return record_changes(actor=actor_for(access.user), changes=[change], now=now)
