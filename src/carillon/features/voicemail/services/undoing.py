"""Putting back what a save of the message settings changed (features/undoing). A PIN is never put back."""

from __future__ import annotations

from datetime import datetime

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import Act
from carillon.features.audit.services import Receipt
from carillon.features.lines.queries import access_line
from carillon.features.voicemail.services.changes import mailbox_of
from carillon.features.voicemail.services.settings import change_message_settings


def put_back_message_settings(*, access: Access, object_id: int, act: Act, now: datetime) -> Receipt:
    """Put the message settings back; raises NotFound, Invalid and StaleVersion."""
    line = access_line(access, object_id, Action.CHANGE_MESSAGE_SETTINGS)
    mailbox, old = mailbox_of(line.pk), act.old("mailbox")
    return change_message_settings(
        actor=actor_for(access.user, undoing=True),
        line_id=line.pk,
        email_on=old.get("email_on", mailbox.email_on),
        email_to=old.get("email_to", mailbox.email_to),
        keep_copy=old.get("keep_copy", mailbox.keep_copy),
        skip_pin=old.get("skip_pin", mailbox.skip_pin),
        seen_version=act.version("mailbox", mailbox.version),
        now=now,
    )
