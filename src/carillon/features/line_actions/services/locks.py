"""Locking a line so that it is not used, and lifting whatever closes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import Change, Receipt, record_changes
from carillon.features.line_actions.choices import LockKind
from carillon.features.line_actions.queries import Lock, locks_of
from carillon.features.line_actions.services.acting import (
    check_standing,
    end_sessions,
    forget_failures,
    line_to_act_on,
    user_of,
)
from carillon.features.lines.models import Line
from carillon.features.lines.services import change_of, part_change
from carillon.features.voicemail.models import Mailbox


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The locks that were set and are lifted; none, and no receipt, for a line that was not locked."""

    locks: tuple[Lock, ...]
    receipt: Receipt | None


def lock_line_account(*, access: Access, line_id: int, now: datetime) -> Receipt:
    """Set the administrative lock and end the line's sessions; a line locked already stays as it is.

    Raises NotFound, and Invalid (`line`) for one's own line and for someone who administers more.
    """
    actor = actor_for(access.user)
    with transaction.atomic():
        line, config_version = line_to_act_on(access, line_id, Action.LOCK_LINES)
        if line.locked_at is not None:
            return Receipt("line", line.pk, line.version, line.group_id, config_version, now)
        user = check_standing(access, line)
        by = actor.label[:64]
        Line.objects.filter(pk=line.pk).update(locked_at=now, locked_by=by, version=F("version") + 1)
        if user is not None:
            end_sessions(user)
        old = {"locked_at": None}
        new = {"locked_at": now.isoformat()}
        change = change_of(line, "lock", old, new, version=line.version + 1)
        return record_changes(actor=actor, changes=[change], now=now)


def unlock_line_account(*, access: Access, line_id: int, now: datetime) -> Unlocked:
    """Lift the administrative lock, the portal lock and the lock of the PIN; changes no password and no PIN.

    Raises NotFound.
    """
    with transaction.atomic():
        line, _ = line_to_act_on(access, line_id, Action.UNBLOCK)
        locks = locks_of(line)
        if not locks:
            return Unlocked((), None)
        changes = [_lift(line, lock) for lock in locks]
        receipt = record_changes(actor=actor_for(access.user), changes=changes, now=now)
    return Unlocked(locks, receipt)


def _lift(line: Line, lock: Lock) -> Change:
    """Lift one lock and return the change."""
    match lock.kind:
        case LockKind.ADMINISTRATIVE:
            return _lift_administrative(line, lock)
        case LockKind.PORTAL:
            return _lift_portal(line, lock)
        case LockKind.PIN:
            return _lift_pin(line, lock)


def _lift_administrative(line: Line, lock: Lock) -> Change:
    Line.objects.filter(pk=line.pk).update(locked_at=None, locked_by="", version=F("version") + 1)
    old = {"locked_at": lock.since.isoformat(), "locked_by": lock.by}
    new = {"locked_at": None, "locked_by": ""}
    return change_of(line, "unlock", old, new, version=line.version + 1)


def _lift_portal(line: Line, lock: Lock) -> Change:
    user = user_of(line)
    if user is None:
        raise LookupError(line.pk)
    rows = User.objects.filter(pk=user.pk)
    rows.update(blocked_at=None, failures=0, failed_since=None, version=F("version") + 1)
    forget_failures(user)
    old, new = {"blocked_at": lock.since.isoformat()}, {"blocked_at": None}
    return part_change(line, ("user", user.pk, user.version + 1), "unblock", old, new)


def _lift_pin(line: Line, lock: Lock) -> Change:
    mailbox = Mailbox.objects.get(line_id=line.pk)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        pin_failures=0, pin_failed_since=None, pin_locked_at=None, version=F("version") + 1
    )
    old, new = {"pin_locked_at": lock.since.isoformat()}, {"pin_locked_at": None}
    return part_change(line, ("mailbox", mailbox.pk, mailbox.version + 1), "unlock_pin", old, new)
