"""Which passwords and PINs are too weak, and random ones that are not."""

from __future__ import annotations

import re
import secrets
from functools import cache
from itertools import pairwise

from django.contrib.auth.password_validation import CommonPasswordValidator

from carillon.features.accounts.choices import SecretRule


def broken_password_rule(*, password: str, number: str, extension: str) -> SecretRule | None:
    """Return the first rule a new password breaks; `number` is the line's own in E.164, or ""."""
    if len(password) < 10:
        return SecretRule.TOO_SHORT
    if len(password) > 128:
        return SecretRule.TOO_LONG
    digits = re.sub(r"[\s().+-]", "", password)
    national = number.lstrip("+")[-10:]
    if national and national in digits:
        return SecretRule.OWN_NUMBER
    rule = _simple(password.lower(), extension)
    if rule is None and password.lower().strip() in _common_passwords():
        return SecretRule.COMMON
    return rule


def broken_pin_rule(*, pin: str, number: str, extension: str) -> SecretRule | None:
    """Return the first rule a new PIN breaks; `number` is the line's own in E.164, or ""."""
    if not (pin.isascii() and pin.isdigit()):
        return SecretRule.NOT_DIGITS
    if len(pin) < 6:
        return SecretRule.TOO_SHORT
    if len(pin) > 16:
        return SecretRule.TOO_LONG
    digits = number.lstrip("+")
    if digits and (pin in digits or digits[-10:] in pin):
        return SecretRule.OWN_NUMBER
    rule = _simple(pin, extension)
    if rule is None and pin in _common_passwords():
        return SecretRule.COMMON
    return rule


def _simple(text: str, extension: str) -> SecretRule | None:
    steps = {(ord(after) - ord(before)) % 10 if after.isdigit() and before.isdigit()
             else ord(after) - ord(before) for before, after in pairwise(text)}  # fmt: skip
    if steps <= {1} or steps <= {-1} or steps <= {9}:
        return SecretRule.SEQUENCE
    if any(text == (text[:period] * len(text))[: len(text)] for period in range(1, len(text) // 2 + 1)):
        # The extension written again and again is a repetition too; its own name says more.
        return (
            SecretRule.OWN_EXTENSION if extension and text.startswith(extension * 2) else SecretRule.REPEATED
        )
    if extension and not text.replace(extension, "").strip("0"):
        return SecretRule.OWN_EXTENSION
    return None


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def generate_password() -> str:
    """Return 12 random characters (more than 65 bits) without those that are read one for another."""
    alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    while True:
        password = "".join(secrets.choice(alphabet) for _ in range(12))
        if broken_password_rule(password=password, number="", extension="") is None:
            return password


def generate_pin(*, number: str, extension: str = "") -> str:
    """Return a random PIN of 6 digits that the rules accept for this line."""
    while True:
        pin = f"{secrets.randbelow(10**6):06d}"
        if broken_pin_rule(pin=pin, number=number, extension=extension) is None:
            return pin
