"""The secrets of SIP accounts, encrypted at rest under a key derived from the installation's secret."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypt_secret(secret: str) -> str:
    """Return the secret as it is stored (Fernet); "" stays ""."""
    return _fernet(settings.CARILLON_ENCRYPTION_SECRET).encrypt(secret.encode()).decode() if secret else ""


def decrypt_secret(stored: str) -> str:
    """Return a stored secret in clear; raises cryptography's InvalidToken if the key is another."""
    return _fernet(settings.CARILLON_ENCRYPTION_SECRET).decrypt(stored.encode()).decode() if stored else ""


@cache
def _fernet(master: str) -> Fernet:
    """Derive the key by HKDF (RFC 5869) with SHA-256, for this one use."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"carillon sip secrets 1")
    return Fernet(urlsafe_b64encode(derivation.derive(master.encode())))
