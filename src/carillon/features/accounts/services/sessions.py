"""The sessions of an account: where it is signed in, and ending them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from carillon.features.accounts.models import PortalSession, User

LONGEST_DEVICE = 200


def note_session(*, user: User, session_key: str, address: str, device: str, now: datetime) -> None:
    """Keep where and when a session began; what is left of sessions that have ended is let go."""
    with transaction.atomic():
        running = Session.objects.filter(expire_date__gt=now).values("session_key")
        PortalSession.objects.filter(user=user).exclude(session_key__in=running).delete()
        PortalSession.objects.create(
            user=user, session_key=session_key, at=now, address=address, device=_printable(device)
        )


def _printable(device: str) -> str:
    return "".join(sign for sign in device[: 4 * LONGEST_DEVICE] if sign.isprintable())[:LONGEST_DEVICE]


def end_sessions(*, user: User, kept_key: str, session_id: int | None = None) -> int:
    """End one session of the user, or all but the one with `kept_key`; return how many ended."""
    with transaction.atomic():
        ending = PortalSession.objects.filter(user=user).exclude(session_key=kept_key)
        if session_id is not None:
            ending = ending.filter(pk=session_id)
        keys = list(ending.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        ending.delete()
    return len(keys)
