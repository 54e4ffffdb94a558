"""What callers hear: sequences of the prompts that the French and the English sound packages both have."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum

from carillon.calls.commands import Prompt, Sound
from carillon.calls.model import Language

_SIGNS = {"*": "digits/star", "#": "digits/pound", "+": "letters/plus"}


class Announcement(Enum):
    """What a caller is told before a release; the value is the sequence of prompts."""

    NOT_VALID = ("privacy-incorrect", "check-number-dial-again")
    NOT_AVAILABLE = ("ss-noservice",)
    NOT_PERMITTED = ("feature-not-avail-line",)
    LOCKED = ("cannot-complete-as-dialed", "feature-not-avail-line")
    NOT_IN_SERVICE = ("im-sorry", "please-try-call-later")
    ANONYMOUS = ("privacy-unident", "vm-pls-try-again")
    NO_CIRCUIT = ("all-circuits-busy-now", "please-try-call-later")
    MAILBOX_FULL = ("vm-mailboxfull",)
    GOODBYE = ("vm-goodbye",)
    WRONG_PIN = ("vm-incorrect", "vm-goodbye")
    WEAK_PIN = ("vm-invalid-password", "vm-goodbye")
    PINS_DIFFER = ("vm-mismatch", "vm-goodbye")
    PIN_NOT_SAVED = ("im-sorry", "please-try-call-later", "vm-goodbye")

    def prompts(self) -> tuple[Prompt, ...]:
        """Return the announcement as prompts."""
        return sounds(*self.value)


def sounds(*names: str) -> tuple[Prompt, ...]:
    """Return installed prompts by their names."""
    return tuple(Sound(name) for name in names)


def digits(text: str) -> tuple[Prompt, ...]:
    """Read a number digit by digit; what is not on a keypad is left out."""
    names = (_SIGNS.get(sign) or (f"digits/{sign}" if sign in "0123456789" else "") for sign in text)
    return sounds(*(name for name in names if name))


def number(value: int, language: Language) -> tuple[Prompt, ...]:
    """Read a whole number from 0 to 999; larger ones are read as 999."""
    value = max(0, min(value, 999))
    hundreds, rest = divmod(value, 100)
    names: list[str] = []
    if hundreds:
        if language is Language.ENGLISH or hundreds > 1:
            names.append(f"digits/{hundreds}")
        names.append("digits/hundred")
    if rest or not hundreds:
        names += _below_hundred_in_french(rest) if language is Language.FRENCH else _below_hundred(rest)
    return sounds(*names)


def moment(when: datetime, *, today: date, language: Language) -> tuple[Prompt, ...]:
    """Read a date and time, both already in the listener's time zone."""
    return _day(when.date(), today, language) + sounds("digits/at") + _time(when, language)


def message_count(new: int, old: int, language: Language) -> tuple[Prompt, ...]:
    """Say how many messages a mailbox holds: `you have two new messages and one old message`."""
    if not new and not old:
        return sounds("vm-youhave", "vm-no", "vm-messages")
    parts = [
        number(count, language) + sounds(kind, "vm-messages" if count > 1 else "vm-message")
        for count, kind in ((new, "vm-INBOX"), (old, "vm-Old"))
        if count
    ]
    joined = parts[0] if len(parts) == 1 else parts[0] + sounds("vm-and") + parts[1]
    return sounds("vm-youhave") + joined


def _below_hundred(value: int) -> list[str]:
    tens, units = divmod(value, 10)
    if value <= 20 or not units:
        return [f"digits/{value}"]
    return [f"digits/{tens * 10}", f"digits/{units}"]


def _below_hundred_in_french(value: int) -> list[str]:
    """Count as in French: vingt et un, soixante et onze, soixante-douze, quatre-vingt-onze."""
    tens, units = divmod(value, 10)
    if value <= 20 or not units:
        return [f"digits/{value}"]
    if tens in (7, 9):
        tens, units = tens - 1, units + 10
    link = ["vm-and"] if units in (1, 11) and tens != 8 else []
    return [f"digits/{tens * 10}", *link, f"digits/{units}"]


def _day(day: date, today: date, language: Language) -> tuple[Prompt, ...]:
    if day == today:
        return sounds("digits/today")
    if day == today - timedelta(days=1):
        return sounds("digits/yesterday")
    weekday = sounds(f"digits/day-{day.isoweekday() % 7}")
    month = sounds(f"digits/mon-{day.month - 1}")
    if language is Language.FRENCH:
        first = sounds("digits/h-1") if day.day == 1 else number(day.day, language)
        return weekday + first + month
    return weekday + month + _ordinal(day.day)


def _ordinal(day: int) -> tuple[Prompt, ...]:
    tens, units = divmod(day, 10)
    if day <= 20 or not units:
        return sounds(f"digits/h-{day}")
    return sounds(f"digits/{tens * 10}", f"digits/h-{units}")


def _time(when: datetime, language: Language) -> tuple[Prompt, ...]:
    if language is Language.FRENCH:
        minutes = number(when.minute, language) if when.minute else ()
        return number(when.hour, language) + sounds("hours") + minutes
    half = sounds("digits/p-m" if when.hour >= 12 else "digits/a-m")
    hour = number(when.hour % 12 or 12, language)
    if not when.minute:
        return hour + sounds("digits/oclock") + half
    lead = sounds("digits/0") if when.minute < 10 else ()
    return hour + lead + number(when.minute, language) + half
