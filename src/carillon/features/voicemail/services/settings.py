"""Message settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation

from carillon.features.audit.services import (
    Actor,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
)
from carillon.features.lines.services import lock_line
from carillon.features.mail.services import addresses_letter, queue_mail
from carillon.features.voicemail.choices import MOST_ADDRESSES
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services.changes import (
    change_mailbox,
    is_own,
    language_of_mailbox,
    mailbox_of,
)
from carillon.web.changes import person


def change_message_settings(
    *,
    actor: Actor,
    line_id: int,
    email_on: bool,
    email_to: Sequence[str],
    keep_copy: bool,
    skip_pin: bool,
    seen_version: int,
    now: datetime,
) -> Receipt:
    """Change whether messages go out as e-mail, to whom, and whether the line's own phone skips the PIN.

    Somebody else's change of the addresses is told to the subscriber at those it had. Raises NotFound, Invalid
    (`email_to`, or `email_to.<row>` for one address) and StaleVersion.
    """
    addresses = [address.strip() for address in email_to if address.strip()]
    errors = _problems_of_addresses(addresses, needed=email_on)
    if errors:
        raise Invalid(errors)
    wanted: dict[str, Any] = {
        "email_on": email_on,
        "email_to": addresses,
        "keep_copy": keep_copy,
        "skip_pin": skip_pin,
    }
    with transaction.atomic():
        lock_line(line_id)
        before = mailbox_of(line_id)
        receipt = change_mailbox(
            actor=actor, line_id=line_id, wanted=wanted, action="change", seen_version=seen_version, now=now
        )
        if addresses != before.email_to:
            _tell_subscriber(before, actor=actor, now=now)
    return receipt


def _tell_subscriber(before: Mailbox, *, actor: Actor, now: datetime) -> None:
    """Write to the addresses a mailbox had, unless its own subscriber changed them."""
    if not before.email_to or is_own(actor, before.line_id):
        return
    language = language_of_mailbox(before)
    with translation.override(language):
        who = person(actor.label)
    letter = addresses_letter(language=language, line=before.line.number, who=who)
    queue_mail(to=before.email_to, letter=letter, now=now)


def _problems_of_addresses(addresses: list[str], *, needed: bool) -> dict[str, Problem]:
    if needed and not addresses:
        return {"email_to": Problem(ErrorCode.REQUIRED)}
    if len(addresses) > MOST_ADDRESSES:
        return {"email_to": Problem(ErrorCode.TOO_MANY, {"limit": MOST_ADDRESSES})}
    errors = {}
    for row, address in enumerate(addresses):
        try:
            validate_email(address)
        except ValidationError:
            errors[f"email_to.{row}"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": address[:80]})
    return errors
