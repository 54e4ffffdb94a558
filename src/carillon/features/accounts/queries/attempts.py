"""Who must wait before he tries another password, whose login a text is, and where an account is signed in."""

from __future__ import annotations

import ipaddress
import math
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Count, Max
from django.utils.crypto import salted_hmac

from carillon.calls import numbering
from carillon.features.accounts.models import PortalSession, SignInFailure, User
from carillon.features.accounts.queries.policy import NotFound

ATTEMPTS = 5
"""Wrong passwords within the window that block an account."""
ADDRESS_ATTEMPTS = 10
"""Wrong passwords from one network address within the window after which it must wait."""
WINDOW = timedelta(minutes=15)
LONGEST_WAIT = 60


def window_start(now: datetime) -> datetime:
    """Return the instant before which a failed attempt no longer counts."""
    return now - WINDOW


def login_key(login: str) -> str:
    """Return the digest under which attempts for a login are counted."""
    return salted_hmac("carillon.accounts.sign_in", login, algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """Return what is slowed down for an address: an IPv4 address, an IPv6 /64 network, "" for neither."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False).network_address)


def failures_of(*, key: str, now: datetime) -> int:
    """Count the failed attempts for a login within the window."""
    return SignInFailure.objects.filter(login_key=key, at__gt=window_start(now)).count()


def retry_after(*, network: str, now: datetime) -> int:
    """Return how many seconds a network must wait before its next attempt: 0, then 1, 2, 4 ... 60."""
    if not network:
        return 0
    failures = SignInFailure.objects.filter(address=network, at__gt=window_start(now), at__lte=now)
    found = failures.aggregate(count=Count("pk"), last=Max("at"))
    extra = int(found["count"]) - ADDRESS_ATTEMPTS
    if extra < 0:
        return 0
    wait = min(LONGEST_WAIT, 1 << min(extra, 6))
    left: float = (found["last"] + timedelta(seconds=wait) - now).total_seconds()
    return max(0, math.ceil(left))


def login_of(number_text: str) -> str:
    """Return the login a typed number stands for; an operator's name stays as it is."""
    typed = number_text.strip()[:64]
    if any(character.isalpha() for character in typed):
        return typed.lower()
    digits = numbering.clean_typed(typed)
    return (numbering.parse_incoming(digits, "CA") or "") if digits else ""


def get_user(user_id: int) -> User:
    """Return the user with his line, group and department joined; raises NotFound (one query)."""
    user = User.objects.select_related("line__group", "line__department").filter(pk=user_id).first()
    if user is None:
        raise NotFound("user", user_id)
    return user


def running_sessions(*, user_id: int, now: datetime) -> list[PortalSession]:
    """Return the user's sessions that have not ended, the newest first (one query)."""
    running = Session.objects.filter(expire_date__gt=now).values("session_key")
    return list(PortalSession.objects.filter(user_id=user_id, session_key__in=running))
