"""Reads of mailboxes and their messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from carillon.features.voicemail.choices import MOST_MESSAGES, MOST_SECONDS
from carillon.features.voicemail.models import Mailbox, Message


@dataclass(frozen=True, slots=True)
class Counts:
    """A mailbox's messages: not yet heard, and heard. What the message lamp shows."""

    mailbox_id: int
    new: int
    old: int


def messages_of(mailbox_id: int) -> QuerySet[Message]:
    """Return the mailbox's messages, oldest first."""
    return Message.objects.filter(mailbox_id=mailbox_id)


def counts_of(mailbox_id: int) -> Counts:
    """Count a mailbox's messages. One query."""
    found = messages_of(mailbox_id).aggregate(
        new=Count("id", filter=Q(heard=False)), old=Count("id", filter=Q(heard=True))
    )
    return Counts(mailbox_id=mailbox_id, new=found["new"], old=found["old"])


def all_counts() -> list[Counts]:
    """Count the messages of every mailbox that has any. One query."""
    rows = Message.objects.values("mailbox_id").annotate(
        new=Count("id", filter=Q(heard=False)), old=Count("id", filter=Q(heard=True))
    )
    return [Counts(**row) for row in rows.order_by()]


def is_full(mailbox_id: int) -> bool:
    """Say whether the mailbox takes no more messages. One query."""
    held = messages_of(mailbox_id).aggregate(messages=Count("id"), seconds=Sum("seconds"))
    return held["messages"] >= MOST_MESSAGES or (held["seconds"] or 0) >= MOST_SECONDS


def mailbox_of_line(line_id: int) -> Mailbox | None:
    """Return the line's mailbox, or None when it has no voicemail. One query."""
    return Mailbox.objects.filter(line_id=line_id).first()


def own_recordings() -> set[str]:
    """Return the tokens of all greetings and recorded names in use. One query through all mailboxes."""
    rows = Mailbox.objects.exclude(greeting="", recorded_name="").values_list("greeting", "recorded_name")
    return {token for pair in rows.iterator() for token in pair if token}


def audio_folder() -> Path:
    """Return where the audio of all messages is kept."""
    return Path(settings.CARILLON_HOME) / "voicemail"


def audio_file(token: str) -> Path:
    """Return the audio of a message, by its token."""
    return audio_folder() / f"{token}.wav"
