"""Telephone numbers, times and durations as a reader of each language writes them."""

from __future__ import annotations

import re
from datetime import date, datetime

import phonenumbers
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

NO_BREAK = "\u00a0"
RING_SECONDS = 5
_NORTH_AMERICAN = re.compile(r"\+1[2-9][0-9]{9}")
"""Almost every number of a list; parsing each with the world's numbering plans would take longer than its row."""
_WRITTEN = re.compile(f"[0-9]{{3}}[{NO_BREAK}-][0-9]{{3}}-[0-9]{{4}}")
_RUN = re.compile(f"(?:[0-9{NO_BREAK}-]|</?mark>)+")
_MARK = re.compile("</?mark>")


def french() -> bool:
    """Say whether the reader's language is French."""
    return (get_language() or "fr").startswith("fr")


def national(number: str, region: str = "CA") -> str:
    """Return a number as people of the home region write it: 514 555-0123 (fr), 514-555-0123 (en).

    An extension, or anything that is not E.164, comes back unchanged.
    """
    if not number.startswith("+"):
        return number
    if _NORTH_AMERICAN.fullmatch(number):
        return _in_ten(number[2:])
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    digits = str(parsed.national_number)
    if parsed.country_code == 1 and len(digits) == 10:
        return _in_ten(digits)
    here = phonenumbers.country_code_for_region(region) == parsed.country_code
    style = phonenumbers.PhoneNumberFormat.NATIONAL if here else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style).replace(" ", NO_BREAK)


def _in_ten(digits: str) -> str:
    gap = NO_BREAK if french() else "-"
    return f"{digits[:3]}{gap}{digits[3:6]}-{digits[6:]}"


def whole(text: str) -> SafeString:
    """Return text, or markup with its matches marked, as HTML in which no line ends within a telephone number.

    Browsers break 514 555-0123 after its hyphen. A number of which a mark holds more than itself may still break.
    """
    return SafeString(_RUN.sub(_keep_whole, conditional_escape(text)))


def _keep_whole(run: re.Match[str]) -> str:
    written = run[0]
    marks = _MARK.findall(written)
    if not _WRITTEN.fullmatch(_MARK.sub("", written)) or marks != ["<mark>", "</mark>"] * (len(marks) // 2):
        return written
    return f'<span class="text-nowrap">{written}</span>'


def clock_time(instant: datetime) -> str:
    """Return the time of day in the company's time zone: 14 h 30 (fr), 2:30 p.m. (en)."""
    local = timezone.localtime(instant)
    if french():
        return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{local.hour % 12 or 12}:{local.minute:02}{NO_BREAK}{half}"


def day_and_time(instant: datetime) -> str:
    """Return the date and the time of day in the company's time zone."""
    day = timezone.localtime(instant).date()
    return gettext("%(day)s at %(time)s") % {"day": long_date(day), "time": clock_time(instant)}


def long_date(day: date) -> str:
    """Return 1er juillet 2026 (fr) or July 1, 2026 (en)."""
    if french():
        number = "1er" if day.day == 1 else str(day.day)
        return f"{number}{NO_BREAK}{date_format(day, 'F Y')}"
    return date_format(day, "F j, Y")


def decimal(value: float, places: int = 1) -> str:
    """Return a number with the language's decimal sign: 0,1 (fr), 0.1 (en)."""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if french() else text


def rings_hint(seconds: object) -> str:
    """Return "= 4 rings" for a number of seconds as it stands in a form, "" when it is not one."""
    text = str(seconds)
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 1000:
        return ""
    rings = int(text) / RING_SECONDS
    shown = str(int(rings)) if rings.is_integer() else decimal(rings)
    one = rings < 2 if french() else rings == 1
    return (gettext("= {n} ring") if one else gettext("= {n} rings")).replace("{n}", shown)
