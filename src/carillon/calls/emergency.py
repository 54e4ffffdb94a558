"""Emergency numbers: what is one, and how it is sent. Nothing in this module looks at a line's settings."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from carillon.calls.directory import Group

NORTH_AMERICAN_CODES = frozenset({"911", "933"})
"""911 and its test number; recognised whatever the group's region."""


def emergency_code(dialled: str, group: Group) -> str | None:
    """Return the emergency number to send for what was dialled, with or without outside prefix, or None.

    In North America the other emergency numbers of the metadata (112) are sent as 911, the only one a wired
    carrier is sure to route.
    """
    for digits in (dialled, dialled.removeprefix(group.outside_prefix)):
        if digits in NORTH_AMERICAN_CODES:
            return digits
        if _is_emergency(digits, group.home_region):
            return "911" if _is_north_american(group.home_region) else digits
    return None


@lru_cache(maxsize=1024)
def _is_emergency(digits: str, region: str) -> bool:
    short = digits.isascii() and digits.isdigit() and len(digits) <= 6
    return short and phonenumbers.is_emergency_number(digits, region)


@lru_cache(maxsize=256)
def _is_north_american(region: str) -> bool:
    return phonenumbers.country_code_for_region(region) == 1
