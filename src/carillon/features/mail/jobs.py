"""Sends the mail that waits, and tries again with growing pauses for 24 hours."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import QuerySet

from carillon.features.mail.models import OutgoingMail

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
_PAUSES = (5, 15, 60, 300, 900, 1800, 3600)
"""Seconds before the second attempt, the third, ...; the last one repeats."""


def due(*, now: datetime) -> QuerySet[OutgoingMail]:
    """Return the mail that may leave now, the longest waiting first."""
    return OutgoingMail.objects.filter(sent=None, given_up=False, next_attempt__lte=now)


def send(mail: OutgoingMail, *, now: datetime) -> bool:
    """Try to hand one e-mail to the mail server; return whether it was accepted for every address."""
    try:
        _compose(mail).send()
    except (OSError, smtplib.SMTPException, ValueError) as reason:
        _put_off(mail, reason, now=now)
        return False
    mail.sent = now
    mail.attempts += 1
    mail.last_error = ""
    mail.save(update_fields=["sent", "attempts", "last_error"])
    return True


def _compose(mail: OutgoingMail) -> EmailMessage:
    """Return the e-mail; its Message-ID is the same at every attempt, so a repeated one is known as such."""
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=mail.to,
        headers={"Message-ID": f"<carillon-{mail.created:%Y%m%d%H%M%S%f}-{mail.pk}@{_domain()}>"},
        connection=get_connection(fail_silently=False),
    )
    if mail.attachment:
        file = Path(settings.CARILLON_HOME) / mail.attachment
        message.attach(mail.attachment_name, file.read_bytes(), "audio/x-wav")
    return message


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"


def _put_off(mail: OutgoingMail, reason: Exception, *, now: datetime) -> None:
    pause = _PAUSES[min(mail.attempts, len(_PAUSES) - 1)]
    mail.attempts += 1
    mail.last_error = f"{type(reason).__name__}: {reason}"[:200]
    mail.next_attempt = now + timedelta(seconds=pause)
    mail.given_up = mail.next_attempt > mail.created + GIVE_UP_AFTER
    mail.save(update_fields=["attempts", "last_error", "next_attempt", "given_up"])
    log.warning("mail %d was not accepted (%s), attempt %d", mail.pk, mail.last_error, mail.attempts)
