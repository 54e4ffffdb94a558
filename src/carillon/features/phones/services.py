"""Creating phones: SIP accounts with generated names and secrets."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import (
    Actor,
    Change,
    Invalid,
    check_name,
    lock_group,
    record_change,
)
from carillon.features.lines.models import Line
from carillon.features.lines.services import department_path
from carillon.features.phones.models import Phone
from carillon.features.trunks.queries import decrypt_secret, encrypt_secret

_USER_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_SECRET_ALPHABET = _LETTERS + "23456789"
"""Letters and digits that look like no other: a secret may have to be typed at a phone."""


def create_phone(
    *, actor: Actor, group_id: int, line_id: int | None, description: str = "", now: datetime
) -> Phone:
    """Create a SIP account for a line of the group (or for none yet) with a secret of 185 random bits.

    Raises NotFound when the line is not one of the group, Invalid (`description`).
    """
    text, problem = check_name(description, limit=64, required=False)
    if problem is not None:
        raise Invalid({"description": problem})
    with transaction.atomic():
        lock_group(group_id)
        line = _line(group_id, line_id) if line_id is not None else None
        phone = Phone.objects.create(
            group_id=group_id,
            line=line,
            sip_user=generate_sip_user(),
            sip_secret=encrypt_secret(generate_secret()),
            description=text,
        )
        change = Change(
            kind="phone",
            object_id=phone.pk,
            label=phone.sip_user,
            action="create",
            version=1,
            group_id=group_id,
            department_path=department_path(line) if line else "",
            new={"sip_user": phone.sip_user, "line_id": line_id, "description": text},
        )
        record_change(actor=actor, change=change, now=now)
    return phone


def _line(group_id: int, line_id: int) -> Line:
    line = Line.objects.select_related("department").filter(pk=line_id, group_id=group_id).first()
    if line is None:
        raise NotFound("line", line_id)
    return line


def generate_sip_user() -> str:
    """Return a new SIP user name: 13 characters, 60 random bits, so that names cannot be guessed either."""
    return "p" + "".join(secrets.choice(_USER_ALPHABET) for _ in range(12))


def generate_secret() -> str:
    """Return a new SIP password of 185 random bits in 32 characters any phone accepts.

    It begins with a letter: what begins with `0x` or a hyphen is not plain text to every SIP program.
    """
    return secrets.choice(_LETTERS) + "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(31))


def reveal_secret(phone: Phone) -> str:
    """Return the phone's SIP password in clear."""
    return decrypt_secret(phone.sip_secret)
