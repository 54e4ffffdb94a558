"""What every change of a mailbox shares: the row, its version, the record of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import (
    Actor,
    Change,
    Receipt,
    differing,
    record_change,
    write_version,
)
from carillon.features.lines.services import department_path, lock_line
from carillon.features.voicemail.models import Mailbox

TELEPHONE = Actor(None, "telephone")
"""Who changes a mailbox through its own menu, with the PIN or from the line's own phone."""


def change_mailbox(
    *,
    actor: Actor,
    line_id: int,
    wanted: dict[str, Any],
    action: str,
    seen_version: int | None,
    now: datetime,
) -> Receipt:
    """Write the fields of `wanted` that differ. Raises NotFound and StaleVersion (not for `seen_version` None)."""
    with transaction.atomic():
        line, config_version = lock_line(line_id)
        mailbox = mailbox_of(line_id)
        old, new = differing({name: getattr(mailbox, name) for name in wanted}, wanted)
        if not new:
            return Receipt("mailbox", mailbox.pk, mailbox.version, line.group_id, config_version, now)
        seen = mailbox.version if seen_version is None else seen_version
        version = write_mailbox(mailbox, seen_version=seen, values=new)
        return record_mailbox(actor, mailbox, version, action, (old, new), now)


def is_own(actor: Actor, line_id: int) -> bool:
    """Say whether the actor is the line's own subscriber."""
    return getattr(actor.user, "line_id", None) == line_id


def mailbox_of(line_id: int) -> Mailbox:
    """Return the line's mailbox with its line and department joined. Raises NotFound."""
    mailbox = Mailbox.objects.select_related("line__department").filter(line_id=line_id).first()
    if mailbox is None:
        raise NotFound("mailbox", line_id)
    return mailbox


def write_mailbox(mailbox: Mailbox, *, seen_version: int, values: dict[str, Any]) -> int:
    """Write the values if the mailbox has this version; return the new one. Raises StaleVersion."""
    rows = Mailbox.objects.all()
    return write_version(rows, kind="mailbox", object_id=mailbox.pk, seen_version=seen_version, values=values)


def record_mailbox(
    actor: Actor,
    mailbox: Mailbox,
    version: int,
    action: str,
    differences: tuple[dict[str, Any], dict[str, Any]],
    now: datetime,
) -> Receipt:
    """Keep a change of the mailbox, from old to new values, in the record of changes."""
    change = Change(
        kind="mailbox",
        object_id=mailbox.pk,
        label=f"{mailbox.line.number} {mailbox.line.name}",
        action=action,
        version=version,
        group_id=mailbox.line.group_id,
        department_path=department_path(mailbox.line),
        old=differences[0],
        new=differences[1],
    )
    return record_change(actor=actor, change=change, now=now)


def language_of_mailbox(mailbox: Mailbox) -> str:
    """Return the language its subscriber is written to in: his own, else his line's, else his group's."""
    user = getattr(mailbox.line, "user", None)
    return (user.language if user else "") or mailbox.line.language or mailbox.line.group.language
