"""Reading operators and their one-time codes."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp
import segno
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.operators.models import OneTimeCode
from carillon.features.trunks.queries import decrypt_secret

STEP_SECONDS = 30
DRIFT = 1
"""How many steps before and after the present one are accepted: clocks differ, and typing takes time."""
ISSUER = "Carillon"
NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}", re.ASCII)


def operators() -> QuerySet[User]:
    """Return every platform operator by name."""
    return User.objects.filter(role=Role.OPERATOR).order_by("login")


def confirmed_code(user: User) -> OneTimeCode | None:
    """Return the key the operator's codes are made with, None before his enrolment (one query)."""
    return OneTimeCode.objects.filter(user_id=user.pk, confirmed__isnull=False).first()


def matching_step(code: OneTimeCode, typed: str, *, now: datetime) -> int | None:
    """Return the 30-second step whose code was typed, None when it is none of now."""
    key = pyotp.TOTP(decrypt_secret(code.secret))
    present = int(now.timestamp()) // STEP_SECONDS
    matching = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if pyotp.utils.strings_equal(key.at(step * STEP_SECONDS), typed)
    ]
    return matching[-1] if matching else None


def address_of(code: OneTimeCode) -> str:
    """Return the otpauth: address an authenticator application reads."""
    return pyotp.TOTP(decrypt_secret(code.secret)).provisioning_uri(name=code.user.login, issuer_name=ISSUER)


def picture_of(code: OneTimeCode) -> str:
    """Return the address as a QR code: SVG to stand in a page, black on white in every theme."""
    picture: str = segno.make(address_of(code), error="m").svg_inline(scale=5, dark="#000", light="#fff")
    return picture


def secret_in_groups(code: OneTimeCode) -> str:
    """Return the key as people type it: groups of four letters."""
    secret = decrypt_secret(code.secret)
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def clean_code(typed: str) -> str:
    """Return a typed code without spaces and hyphens, in small letters."""
    return re.sub(r"[\s-]", "", typed).lower()


def digest_of(recovery_code: str) -> str:
    """Return the keyed digest under which a recovery code is kept; 80 random bits need no slow hash."""
    return salted_hmac(
        "carillon.operators.recovery", clean_code(recovery_code), algorithm="sha256"
    ).hexdigest()
