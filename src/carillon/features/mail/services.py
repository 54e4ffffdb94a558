"""Writes e-mails in the reader's language and puts them in line to leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carillon.features.mail.models import OutgoingMail
from carillon.web.names import isolated


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of an e-mail; `attachment_name` is the file name its reader sees."""

    subject: str
    body: str
    attachment_name: str = ""


def message_letter(
    *,
    language: str,
    timezone: str,
    number: str,
    name: str,
    withheld: bool,
    line: str,
    received: datetime,
    seconds: int,
) -> Letter:
    """Write the letter that carries a voice message; `number` and `name` are empty when withheld."""
    local = received.astimezone(ZoneInfo(timezone))
    with translation.override(language):
        caller = _caller(number=number, name=name, withheld=withheld)
        length = ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
        paragraphs = (
            _("You have a new voice message from %(caller)s.") % {"caller": caller},
            _("It was left on %(date)s for your line %(line)s and lasts %(length)s.")
            % {"date": formats.date_format(local, "DATETIME_FORMAT"), "line": line, "length": length},
            _("The message is attached to this e-mail."),
        )
        return Letter(
            subject=_one_line(_("Voice message from %(caller)s") % {"caller": caller}),
            body="\n\n".join(paragraphs) + "\n",
            attachment_name=_("voice-message") + f"-{local:%Y-%m-%d-%H%M%S}.wav",
        )


def full_letter(*, language: str, line: str) -> Letter:
    """Write the letter that says a mailbox is full."""
    with translation.override(language):
        paragraphs = (
            _("The voice mailbox of your line %(line)s is full: callers can no longer leave messages.")
            % {"line": line},
            _("Delete messages you no longer need and it will take new ones again."),
        )
        return Letter(subject=_("Your voice mailbox is full"), body="\n\n".join(paragraphs) + "\n")


def addresses_letter(*, language: str, line: str, who: str) -> Letter:
    """Write the letter that tells a subscriber that somebody else changed where his voice messages go."""
    with translation.override(language):
        paragraphs = (
            _(
                "%(who)s changed the e-mail addresses to which the voice messages of your line %(line)s are sent."
            )
            % {"who": who, "line": line},
            _("This address was one of them. If you did not expect this change, ask your administrator."),
        )
        subject = _("The addresses for your voice messages have changed")
        return Letter(subject=subject, body="\n\n".join(paragraphs) + "\n")


def queue_mail(
    *,
    to: Sequence[str],
    letter: Letter,
    now: datetime,
    attachment: str = "",
    message_id: int | None = None,
    drop_message: bool = False,
) -> OutgoingMail:
    """Put an e-mail in line, in the caller's transaction. `attachment` is a file below the home folder."""
    return OutgoingMail.objects.create(
        created=now,
        to=list(to),
        subject=letter.subject,
        body=letter.body,
        attachment=attachment,
        attachment_name=letter.attachment_name,
        message_id=message_id,
        drop_message=drop_message,
        next_attempt=now,
    )


def _caller(*, number: str, name: str, withheld: bool) -> str:
    if withheld:
        return _("a withheld number")
    if not number:
        return name or _("an unknown number")
    return f"{isolated(name)} ({number})" if name else number


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
