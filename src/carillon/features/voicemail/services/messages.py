"""The messages of a mailbox, and what it means that it is full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import (
    bump_group,
)
from carillon.features.lines.services import lock_line
from carillon.features.mail.services import full_letter, message_letter, queue_mail
from carillon.features.voicemail.models import Mailbox, Message
from carillon.features.voicemail.queries import Counts, audio_file, counts_of, is_full
from carillon.features.voicemail.services.changes import language_of_mailbox


@dataclass(frozen=True, slots=True)
class LeftMessage:
    """A message as the worker finds it: `call_id` names the call, `seconds` the whole seconds recorded."""

    call_id: str
    token: str
    received: datetime
    seconds: int
    caller_number: str = ""
    caller_name: str = ""
    caller_withheld: bool = False


def add_message(*, mailbox_id: int, left: LeftMessage, now: datetime) -> Message | None:
    """File a message once per mailbox and call, with the e-mail that tells of it; None if it is there already.

    The audio must already lie in the audio folder under `left.token`. Raises NotFound for a mailbox that is gone.
    """
    with transaction.atomic():
        mailbox = Mailbox.objects.select_related("line__group", "line__user").filter(pk=mailbox_id).first()
        if mailbox is None:
            raise NotFound("mailbox", mailbox_id)
        lock_line(mailbox.line_id)
        if Message.objects.filter(mailbox=mailbox, call_id=left.call_id).exists():
            return None
        message = Message.objects.create(
            mailbox=mailbox,
            call_id=left.call_id,
            token=left.token,
            received=left.received,
            seconds=left.seconds,
            caller_number=left.caller_number[:64],
            caller_name=left.caller_name[:80],
            caller_withheld=left.caller_withheld,
        )
        if mailbox.email_on and mailbox.email_to:
            letter = message_letter(
                language=language_of_mailbox(mailbox),
                timezone=mailbox.line.group.timezone,
                number="" if left.caller_withheld else left.caller_number,
                name="" if left.caller_withheld else left.caller_name,
                withheld=left.caller_withheld,
                line=mailbox.line.number,
                received=left.received,
                seconds=left.seconds,
            )
            queue_mail(
                to=mailbox.email_to,
                letter=letter,
                attachment=f"voicemail/{left.token}.wav",
                message_id=message.pk,
                drop_message=not mailbox.keep_copy,
                now=now,
            )
        _settle_fullness(mailbox, now=now)
    return message


def mark_heard(*, message_id: int, resets: int | None = None) -> Counts | None:
    """Count a message as heard; return the mailbox's counts, or None when the message is gone.

    With `resets`, here and below, one in a mailbox that was not reset that many times is gone for who listens.
    """
    messages = _message(message_id, resets)
    mailbox_id = messages.values_list("mailbox_id", flat=True).first()
    if mailbox_id is None:
        return None
    messages.filter(heard=False).update(heard=True)
    return counts_of(mailbox_id)


def delete_message(*, message_id: int, now: datetime, resets: int | None = None) -> Counts | None:
    """Delete a message and, once that is certain, its audio; return the counts, or None when it was gone."""
    messages = _message(message_id, resets)
    with transaction.atomic():
        line_id = messages.values_list("mailbox__line_id", flat=True).first()
        if line_id is None:
            return None
        lock_line(line_id)
        message = messages.select_related("mailbox__line").first()
        if message is None:  # taken away by a reset meanwhile, which keeps the audio
            return None
        file = audio_file(message.token)
        message.delete()
        _settle_fullness(message.mailbox, now=now)
        transaction.on_commit(lambda: file.unlink(missing_ok=True))
    return counts_of(message.mailbox_id)


def _message(message_id: int, resets: int | None) -> QuerySet[Message]:
    """Return the message as a set of one or none."""
    found = Message.objects.filter(pk=message_id)
    return found if resets is None else found.filter(mailbox__resets=resets)


def _settle_fullness(mailbox: Mailbox, *, now: datetime) -> None:
    """Tell calls, and once the subscriber, when the mailbox has become full; take it back when it no longer is."""
    full = is_full(mailbox.pk)
    rows = Mailbox.objects.filter(pk=mailbox.pk, full_told=not full)
    if not rows.update(full_told=full):
        return
    bump_group(mailbox.line.group_id)
    if full and mailbox.email_to:
        letter = full_letter(language=language_of_mailbox(mailbox), line=mailbox.line.number)
        queue_mail(to=mailbox.email_to, letter=letter, now=now)
