"""Dialled digits to numbers and classes of call, and numbers to what people read.

Metadata comes from libphonenumber. North American numbers are accepted by their shape (NXX NXX XXXX), since new
exchanges open faster than metadata follows; other countries' numbers by their possible lengths.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from carillon.calls.directory import Group
from carillon.calls.emergency import emergency_code
from carillon.calls.feature_codes import Feature
from carillon.calls.model import E164, CallClass

DIALLED = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)
"""All that a dialled string from SIP may hold: a keypad's signs and one leading plus."""
NATIONAL = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}", re.ASCII)
"""A ten-digit North American number."""
SHORTEST_INTERNATIONAL = 6
"""Below this length, plus sign included, a number abroad only lacks digits."""
_TYPED_SEPARATORS = str.maketrans("", "", " .-()\u00a0\u202f\u2010\u2011")
_FREE_SERVICES = frozenset({"211", "311", "511", "611", "711", "811", "988"})


@dataclass(frozen=True, slots=True)
class Dialled:
    """What a dialled string means: an E.164 number, or a short code as the network takes it (911, 411, 00).

    `valid` is False for what fits no rule; `incomplete` then says that digits are missing (SIP 484, else 404).
    """

    e164_or_code: str
    call_class: CallClass | None = None
    valid: bool = True
    emergency: bool = False
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """The part of a group's numbering that reading a number depends on; small, so that readings are cached."""

    region: str
    seven_digit_area_code: str
    local_area_codes: frozenset[str]
    domestic_regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Metadata:
    region: str
    type: int
    length: int


def clean_typed(text: str) -> str | None:
    """Return what a person typed in a form as a dialled string, or None if a character does not belong there."""
    digits = text.strip().translate(_TYPED_SEPARATORS)
    return digits if DIALLED.fullmatch(digits) else None


def understand(dialled: str, group: Group) -> Dialled:
    """Read a dialled string by the group's plan, extensions aside, and give its class (the first rule decides).

    `dialled` is hostile: anything but a keypad's signs is not a number. Internal numbers are for the directory
    to tell; here they have the class they would have outside.
    """
    if not DIALLED.fullmatch(dialled):
        return Dialled("", valid=False)
    code = emergency_code(dialled, group)
    if code is not None:
        return Dialled(code, CallClass.EMERGENCY, emergency=True)
    if dialled == group.feature_codes.digits(Feature.VOICEMAIL):
        return Dialled(dialled, CallClass.FEATURE)
    plan = _Plan(
        group.home_region, group.seven_digit_area_code, group.local_area_codes, group.domestic_regions
    )
    without_prefix = dialled.removeprefix(group.outside_prefix)
    first = _read(without_prefix, plan)
    if first.valid or without_prefix == dialled:
        return first
    as_dialled = _read(dialled, plan)
    return as_dialled if as_dialled.valid else first


def parse_incoming(number: str, region: str) -> E164 | None:
    """Return a number as a carrier presents it (`+1514…`, `1514…`, `514…`) in E.164, or None if it is not one."""
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        return None
    if not number.startswith("+") and _country_code(region) == 1:
        if NATIONAL.fullmatch(digits):
            return E164(f"+1{digits}")
        if digits[0] == "1" and NATIONAL.fullmatch(digits[1:]):
            return E164(f"+{digits}")
    if not number.startswith("+") and _country_code(region) != 1:
        national = _parse_national(number, region)
        if national:
            return national
    return E164(f"+{digits}") if _possible(f"+{digits}") == ValidationResult.IS_POSSIBLE else None


def format_national(e164: str, region: str) -> str:
    """Return the number as people of the region write it: `514 555-0123` at home, `+33 6 12 34 56 78` abroad."""
    if e164.startswith("+1") and NATIONAL.fullmatch(e164[2:]):
        area, exchange, last = e164[2:5], e164[5:8], e164[8:]
        home = _country_code(region) == 1
        return f"{area} {exchange}-{last}" if home else f"+1 {area} {exchange}-{last}"
    number = _parse(e164)
    if number is None:
        return e164
    at_home = number.country_code == _country_code(region)
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def dialable(e164: E164, group: Group) -> str:
    """Return the number in the form a phone of the group can call back.

    That is ten digits inside North America, and E.164 elsewhere or where an outside prefix would be needed.
    """
    if _country_code(group.home_region) == 1 and not group.outside_prefix:
        return e164.removeprefix("+1")
    return e164


def reachable_from_outside(number: str) -> bool:
    """Whether the public network can call the number back."""
    if number.startswith("+1"):
        return bool(NATIONAL.fullmatch(number[2:]))
    return number.startswith("+") and _possible(number) == ValidationResult.IS_POSSIBLE


@lru_cache(maxsize=8192)
def _read(digits: str, plan: _Plan) -> Dialled:
    if digits.startswith("+"):
        return _international(digits[1:], plan)
    if not digits.isdigit():
        return Dialled("", valid=False)
    if _country_code(plan.region) != 1:
        national = _parse_national(digits, plan.region)
        return Dialled(national, _classify(national, plan)) if national else Dialled("", valid=False)
    return _read_north_american(digits, plan)


def _read_north_american(digits: str, plan: _Plan) -> Dialled:
    if digits in _FREE_SERVICES:
        return Dialled(digits, CallClass.TOLL_FREE)
    if digits == "411":
        return Dialled(digits, CallClass.DIRECTORY_ASSISTANCE)
    if digits.startswith("011"):
        return _international(digits[3:], plan)
    if digits.startswith("0"):
        return _operator(digits, plan)
    if len(digits) == 7 and plan.seven_digit_area_code:
        digits = plan.seven_digit_area_code + digits
    national = digits.removeprefix("1")
    if not NATIONAL.fullmatch(national):
        return Dialled("", valid=False, incomplete=len(national) < 10)
    e164 = E164(f"+1{national}")
    return Dialled(e164, _classify(e164, plan))


def _operator(digits: str, plan: _Plan) -> Dialled:
    """Read a carrier's assistance: 00, 0 + national number, 01 + number."""
    if digits == "00" or NATIONAL.fullmatch(digits[1:]):
        return Dialled(digits, CallClass.OPERATOR)
    if digits.startswith("01"):
        abroad = _international(digits[2:], plan)
        return Dialled(digits, CallClass.OPERATOR) if abroad.valid else abroad
    return Dialled("", valid=False, incomplete=len(digits) < 11)


def _international(digits: str, plan: _Plan) -> Dialled:
    if digits.startswith("1"):
        valid = NATIONAL.fullmatch(digits[1:]) is not None
        length = ValidationResult.TOO_SHORT if len(digits) < 11 else ValidationResult.INVALID_LENGTH
    else:
        length = _possible(f"+{digits}")
        valid = length == ValidationResult.IS_POSSIBLE
    if not valid:
        return Dialled("", valid=False, incomplete=length == ValidationResult.TOO_SHORT)
    e164 = E164(f"+{digits}")
    return Dialled(e164, _classify(e164, plan))


def _classify(e164: E164, plan: _Plan) -> CallClass:
    """Give the class of a whole number; the rules stand in the order of the table of classes."""
    known = _metadata(e164)
    american = e164[2:] if e164.startswith("+1") else ""
    area, exchange = american[:3], american[3:6]
    rules = (
        (known.type == PhoneNumberType.TOLL_FREE, CallClass.TOLL_FREE),
        (known.type == PhoneNumberType.PREMIUM_RATE, CallClass.PREMIUM),
        (area == "900" or exchange == "976", CallClass.PREMIUM),
        (american[3:] == "5551212", CallClass.DIRECTORY_ASSISTANCE),
        (not american and known.type == PhoneNumberType.MOBILE, CallClass.MOBILE),
        (area in plan.local_area_codes, CallClass.LOCAL),
        (known.region in plan.domestic_regions, CallClass.LONG_DISTANCE),
    )
    return next((call_class for holds, call_class in rules if holds), CallClass.INTERNATIONAL)


def _parse(number: str, region: str | None = None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _parse_national(digits: str, region: str) -> E164 | None:
    number = _parse(digits, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return E164(phonenumbers.format_number(number, PhoneNumberFormat.E164))


@lru_cache(maxsize=8192)
def _metadata(e164: str) -> _Metadata:
    number = _parse(e164)
    if number is None:
        short = len(e164) < SHORTEST_INTERNATIONAL
        length = ValidationResult.TOO_SHORT if short else ValidationResult.INVALID_LENGTH
        return _Metadata("", PhoneNumberType.UNKNOWN, length)
    return _Metadata(
        phonenumbers.region_code_for_number(number) or "",
        phonenumbers.number_type(number),
        phonenumbers.is_possible_number_with_reason(number),
    )


def _possible(e164: str) -> int:
    return _metadata(e164).length


@lru_cache(maxsize=256)
def _country_code(region: str) -> int:
    return phonenumbers.country_code_for_region(region)
