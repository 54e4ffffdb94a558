"""Replacing a temporary PIN by telephone: the new one is entered twice."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from carillon.features.accounts.choices import SecretRule
from carillon.features.accounts.queries import NotFound
from carillon.features.accounts.services import WeakSecret
from carillon.features.audit.services import Receipt
from carillon.features.lines.services import lock_line
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services.changes import TELEPHONE, mailbox_of, record_mailbox, write_mailbox
from carillon.features.voicemail.services.pins import check_pin_of, pin_values


def check_new_pin(*, mailbox_id: int, pin: str) -> str:
    """Return what stands for this PIN until its second entry. Raises NotFound, or WeakSecret naming the broken rule."""
    mailbox = mailbox_of(_line_of(mailbox_id))
    check_pin_of(mailbox, pin)
    if mailbox.pin and check_password(pin, mailbox.pin):
        raise WeakSecret(SecretRule.SAME)
    return _mark(mailbox, pin)


def replace_pin(*, mailbox_id: int, pin: str, mark: str, resets: int, now: datetime) -> Receipt | None:
    """Replace the temporary PIN by the one that `mark` stands for; None where this is another PIN.

    None, too, where the PIN is no longer the temporary one the mark was made for, and for a mailbox that was not
    reset `resets` times: the mark may then be a former subscriber's. Raises NotFound.
    """
    line_id = _line_of(mailbox_id)
    with transaction.atomic():
        lock_line(line_id)
        mailbox = mailbox_of(line_id)
        if not mailbox.pin_temporary or mailbox.resets != resets:
            return None
        if not constant_time_compare(_mark(mailbox, pin), mark):
            return None
        values = pin_values(pin, temporary=False)
        version = write_mailbox(mailbox, seen_version=mailbox.version, values=values)
        return record_mailbox(TELEPHONE, mailbox, version, "change_pin", ({}, {}), now)


def _line_of(mailbox_id: int) -> int:
    line_id = Mailbox.objects.filter(pk=mailbox_id).values_list("line_id", flat=True).first()
    if line_id is None:
        raise NotFound("mailbox", mailbox_id)
    return line_id


def _mark(mailbox: Mailbox, pin: str) -> str:
    """Return the keyed digest of a PIN that may replace the mailbox's present one, and no other."""
    return salted_hmac(
        "carillon.voicemail.new_pin", f"{mailbox.pk} {mailbox.pin} {pin}", algorithm="sha256"
    ).hexdigest()
