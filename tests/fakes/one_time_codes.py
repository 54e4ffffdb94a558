"""The operators of the browser tests, and the codes their authenticators show."""

from __future__ import annotations

import pyotp

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ENROLLED = ("nadia", "nadia.fr", "nadia.en")
"""One for each sign-in with a code: a code serves once in 30 seconds."""
NOT_ENROLLED = ("paul", "paul.fr", "paul.en")


def code_now(key: str = KEY) -> str:
    """Return the code an authenticator with this key shows now."""
    return pyotp.TOTP(key.replace(" ", "")).now()
