"""Why a new password or PIN is refused, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD_RULES: Mapping[str, str | Promise] = {
    "too_short": _("Use at least 10 characters."),
    "too_long": _("This password is too long. Use at most 128 characters."),
    "sequence": _(
        "This password follows a sequence, such as abcdef or 123456. Choose a less predictable one."
    ),
    "repeated": _("This password repeats the same characters. Choose a less predictable one."),
    "own_number": _("This password contains the line's own number. Choose another one."),
    "own_extension": _("This password contains the line's own extension. Choose another one."),
    "common": _("This password is one that many people use. Choose another one."),
    "same": _("This is the present password. Choose another one."),
}
PIN_RULES: Mapping[str, str | Promise] = {
    "too_short": _("Use at least 6 digits."),
    "too_long": _("This PIN is too long. Use fewer digits."),
    "not_digits": _("Use digits only."),
    "sequence": _("This PIN follows a sequence, such as 123456. Choose a less predictable one."),
    "repeated": _("This PIN repeats the same digits. Choose a less predictable one."),
    "own_number": _("This PIN is part of the line's own number. Choose another one."),
    "own_extension": _("This PIN is made of the line's own extension. Choose another one."),
    "common": _("This PIN is one that many people use. Choose another one."),
    "same": _("This is the present PIN. Choose another one."),
}


def explain_password(rule: str) -> str:
    """Return the sentence for the rule a password breaks."""
    return str(PASSWORD_RULES.get(str(rule), PASSWORD_RULES["common"]))


def explain_pin(rule: str) -> str:
    """Return the sentence for the rule a PIN breaks."""
    return str(PIN_RULES.get(str(rule), PIN_RULES["common"]))
