"""Messages -> the values call decisions use; a line's mailbox is part of its own picture (lines.snapshot)."""

from __future__ import annotations

from carillon.calls.directory import Message
from carillon.calls.model import Identity
from carillon.features.voicemail.queries import messages_of


def load_messages(mailbox_id: int) -> tuple[Message, ...]:
    """Return the mailbox's messages, oldest first. One query."""
    return tuple(
        Message(
            id=row.pk,
            token=row.token,
            received=row.received,
            caller=Identity(row.caller_number, row.caller_name, withheld=row.caller_withheld),
            seconds=row.seconds,
            heard=row.heard,
        )
        for row in messages_of(mailbox_id)
    )
