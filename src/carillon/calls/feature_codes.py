"""Feature codes: the one table of what a user dials to have something done, and what it must not collide with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

OPERATOR_CODE = "0"
"""Reaches the operator number. It only has to differ from the codes: numbers and extensions may begin with it."""


class Feature(StrEnum):
    """What a code does."""

    FORWARD_ALL_ON = "forward_all_on"
    FORWARD_ALL_OFF = "forward_all_off"
    FORWARD_BUSY_ON = "forward_busy_on"
    FORWARD_BUSY_OFF = "forward_busy_off"
    FORWARD_NO_ANSWER_ON = "forward_no_answer_on"
    FORWARD_NO_ANSWER_OFF = "forward_no_answer_off"
    DO_NOT_DISTURB_ON = "do_not_disturb_on"
    DO_NOT_DISTURB_OFF = "do_not_disturb_off"
    HIDE_NUMBER = "hide_number"
    SHOW_NUMBER = "show_number"
    CALL_BACK = "call_back"
    NO_CALL_WAITING = "no_call_waiting"
    GROUP_PICKUP = "group_pickup"
    DIRECTED_PICKUP = "directed_pickup"
    PARK = "park"
    RETRIEVE = "retrieve"
    LOG_IN = "log_in"
    LOG_OUT = "log_out"
    RECORD = "record"
    VOICEMAIL = "voicemail"


FOR_ONE_CALL = frozenset({Feature.HIDE_NUMBER, Feature.SHOW_NUMBER, Feature.NO_CALL_WAITING})
"""Codes that are followed by a number and hold for that call only."""
IN_SERVICE = FOR_ONE_CALL | {Feature.VOICEMAIL}
"""Codes that do something today; the others are kept free for what they will do."""


@dataclass(frozen=True, slots=True)
class FeatureCodes:
    """A group's table. No code is the beginning of another, so at most one begins a dialled string."""

    codes: tuple[tuple[Feature, str], ...]

    def digits(self, feature: Feature) -> str:
        """Return what is dialled for the feature, "" where the group has no code for it."""
        return next((digits for known, digits in self.codes if known is feature), "")

    def find(self, dialled: str) -> tuple[Feature, str] | None:
        """Return the feature in service whose code begins the string, and what follows it."""
        for feature, digits in self.codes:
            if digits and feature in IN_SERVICE and dialled.startswith(digits):
                return feature, dialled[len(digits) :]
        return None


DEFAULTS = FeatureCodes((
    (Feature.FORWARD_ALL_ON, "*72"),
    (Feature.FORWARD_ALL_OFF, "*73"),
    (Feature.FORWARD_BUSY_ON, "*90"),
    (Feature.FORWARD_BUSY_OFF, "*91"),
    (Feature.FORWARD_NO_ANSWER_ON, "*92"),
    (Feature.FORWARD_NO_ANSWER_OFF, "*93"),
    (Feature.DO_NOT_DISTURB_ON, "*78"),
    (Feature.DO_NOT_DISTURB_OFF, "*79"),
    (Feature.HIDE_NUMBER, "*67"),
    (Feature.SHOW_NUMBER, "*82"),
    (Feature.CALL_BACK, "*69"),
    (Feature.NO_CALL_WAITING, "*70"),
    (Feature.GROUP_PICKUP, "*11"),
    (Feature.DIRECTED_PICKUP, "*12"),
    (Feature.PARK, "*13"),
    (Feature.RETRIEVE, "*14"),
    (Feature.LOG_IN, "*15"),
    (Feature.LOG_OUT, "*16"),
    (Feature.RECORD, "*17"),
    (Feature.VOICEMAIL, "*98"),
))  # fmt: skip
"""What a new group's table is copied from."""


def conflict(first: str, last: str, *, codes: Iterable[str], emergency: Iterable[str]) -> str | None:
    """Return the code or emergency number that digits from `first` to `last` collide with, or None.

    Nothing dialled inside a group equals a code, begins with one or is its beginning, and nothing begins with an
    emergency number; the operator code only has to differ. `first` and `last` have one length, and are the same
    for a single code or extension.
    """
    for code in codes:
        if _begins_with(first, last, code) or first <= code[: len(first)] <= last:
            return code
    found = next((number for number in emergency if _begins_with(first, last, number)), None)
    return found or (OPERATOR_CODE if first <= OPERATOR_CODE <= last else None)


def conflicts(table: FeatureCodes, *, emergency: Iterable[str]) -> tuple[tuple[Feature, str], ...]:
    """Return each feature whose code collides, with what it collides with; an empty table is a good one."""
    emergency = tuple(emergency)
    found = []
    for feature, digits in table.codes:
        others = [other for known, other in table.codes if known is not feature]
        with_what = conflict(digits, digits, codes=others, emergency=emergency)
        if with_what is not None:
            found.append((feature, with_what))
    return tuple(found)


def _begins_with(first: str, last: str, code: str) -> bool:
    size = len(code)
    return len(first) >= size and first[:size] <= code <= last[:size]
