"""The voicemail PIN: changing, comparing, throttling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Q

from carillon.features.accounts.choices import SecretRule
from carillon.features.accounts.services import WeakSecret, check_pin_rules
from carillon.features.audit.services import (
    Actor,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
)
from carillon.features.lines.services import lock_line
from carillon.features.voicemail.choices import FIRST_STEP, PIN_FAILURES, PIN_WINDOW_MINUTES
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services.changes import (
    TELEPHONE,
    is_own,
    mailbox_of,
    record_mailbox,
    write_mailbox,
)

_NOTHING = make_password(None)


@dataclass(frozen=True, slots=True)
class PinResult:
    """Whether the PIN was right; `blocked`: too many failures, an administrator must unlock it."""

    ok: bool
    blocked: bool = False


def change_pin(*, actor: Actor, line_id: int, new_pin: str, now: datetime) -> Receipt:
    """Replace the voicemail PIN and lift its lock; one that is not the subscriber's own choice is temporary.

    Raises NotFound, or WeakSecret naming the broken rule.
    """
    with transaction.atomic():
        lock_line(line_id)
        mailbox = mailbox_of(line_id)
        check_pin_of(mailbox, new_pin)
        values = pin_values(new_pin, temporary=not is_own(actor, line_id))
        version = write_mailbox(mailbox, seen_version=mailbox.version, values=values)
        return record_mailbox(actor, mailbox, version, "change_pin", ({}, {}), now)


def change_own_pin(*, actor: Actor, line_id: int, old_pin: str, new_pin: str, now: datetime) -> Receipt:
    """Replace the subscriber's own PIN, given the present one; a wrong one counts as at the telephone.

    A mailbox without a PIN asks for none. Raises NotFound, Invalid (`old`: wrong_pin, pin_blocked) or WeakSecret.
    """
    mailbox = mailbox_of(line_id)
    if mailbox.pin or mailbox.pin_locked_at is not None:
        result = check_pin(mailbox_id=mailbox.pk, pin=old_pin, now=now)
        if not result.ok:
            code = ErrorCode.PIN_BLOCKED if result.blocked else ErrorCode.WRONG_PIN
            raise Invalid({"old": Problem(code)})
        if new_pin == old_pin:
            raise WeakSecret(SecretRule.SAME)
    return change_pin(actor=actor, line_id=line_id, new_pin=new_pin, now=now)


def unlock_pin(*, actor: Actor, line_id: int, now: datetime) -> Receipt:
    """Lift the lock that wrong PINs set; the PIN stays. Raises NotFound."""
    wanted = {"pin_failures": 0, "pin_failed_since": None, "pin_locked_at": None}
    with transaction.atomic():
        lock_line(line_id)
        mailbox = mailbox_of(line_id)
        version = write_mailbox(mailbox, seen_version=mailbox.version, values=wanted)
        return record_mailbox(actor, mailbox, version, "unlock_pin", ({}, {}), now)


def check_pin(*, mailbox_id: int, pin: str, now: datetime) -> PinResult:
    """Compare digits with the mailbox's PIN; five failures within 15 minutes lock it.

    Takes the same time whether the mailbox exists, has a PIN or is locked: a hash is always computed.
    """
    mailbox = Mailbox.objects.select_related("line").filter(pk=mailbox_id).first()
    right = check_password(pin, mailbox.pin if mailbox is not None and mailbox.pin else _NOTHING)
    if mailbox is None:
        return PinResult(ok=False)
    if mailbox.pin_locked_at is not None:
        return PinResult(ok=False, blocked=True)
    if right:
        if mailbox.pin_failures:
            Mailbox.objects.filter(pk=mailbox_id).update(pin_failures=0, pin_failed_since=None)
        return PinResult(ok=True)
    return PinResult(ok=False, blocked=_count_failure(mailbox, now=now))


def _count_failure(mailbox: Mailbox, *, now: datetime) -> bool:
    """Count one wrong PIN; return whether the mailbox is now locked."""
    with transaction.atomic():
        lock_line(mailbox.line_id)
        rows = Mailbox.objects.filter(pk=mailbox.pk)
        window = now - timedelta(minutes=PIN_WINDOW_MINUTES)
        outdated = Q(pin_failed_since=None) | Q(pin_failed_since__lt=window)
        if not rows.filter(outdated).update(pin_failures=1, pin_failed_since=now):
            rows.update(pin_failures=F("pin_failures") + 1)
        full = rows.filter(pin_failures__gte=PIN_FAILURES, pin_locked_at=None)
        if full.update(pin_locked_at=now, version=F("version") + 1):
            fresh = mailbox_of(mailbox.line_id)
            record_mailbox(TELEPHONE, fresh, fresh.version, "lock_pin", ({}, {}), now)
        return rows.filter(pin_locked_at__isnull=False).exists()


def check_pin_of(mailbox: Mailbox, pin: str) -> None:
    """Raise WeakSecret if the PIN breaks a rule for the mailbox's line."""
    extension = getattr(mailbox.line, "extension", None)
    check_pin_rules(pin=pin, number=mailbox.line.number, extension=extension.first if extension else "")


def pin_values(pin: str, *, temporary: bool) -> dict[str, Any]:
    """Return the columns of a mailbox with this PIN, unlocked; a temporary one begins the setup."""
    setup = {"setup_due": str(FIRST_STEP)} if temporary else {}
    return {
        "pin": make_password(pin),
        "pin_temporary": temporary,
        "pin_failures": 0,
        "pin_failed_since": None,
        "pin_locked_at": None,
        **setup,
    }
