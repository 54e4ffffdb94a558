"""What callers hear, in French and English, with installed prompts only."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from carillon.calls.commands import Prompt, Sound
from carillon.calls.model import Language
from carillon.calls.prompts import Announcement, digits, message_count, moment, number
from carillon.calls.voicemail import Greeting

INSTALLED = frozenset((Path(__file__).parent / "sounds_in_both_packages.txt").read_text().split())
FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH


def heard(prompts: tuple[Prompt, ...]) -> str:
    """Return the prompts as words, all of them installed in both languages."""
    names = [prompt.name for prompt in prompts if isinstance(prompt, Sound)]
    assert set(names) <= INSTALLED
    return " ".join(name.removeprefix("digits/") for name in names)


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (0, "0", "0"),
        (1, "1", "1"),
        (16, "16", "16"),
        (20, "20", "20"),
        (21, "20 vm-and 1", "20 1"),
        (22, "20 2", "20 2"),
        (70, "70", "70"),
        (71, "60 vm-and 11", "70 1"),
        (77, "60 17", "70 7"),
        (80, "80", "80"),
        (81, "80 1", "80 1"),
        (91, "80 11", "90 1"),
        (99, "80 19", "90 9"),
        (100, "hundred", "1 hundred"),
        (201, "2 hundred 1", "2 hundred 1"),
        (999, "9 hundred 80 19", "9 hundred 90 9"),
        (4000, "9 hundred 80 19", "9 hundred 90 9"),
        (-1, "0", "0"),
    ],
)
def test_numbers_are_read_as_each_language_counts(value: int, french: str, english: str) -> None:
    assert heard(number(value, FRENCH)) == french
    assert heard(number(value, ENGLISH)) == english


def test_every_number_has_installed_prompts() -> None:
    for value in range(1000):
        for language in Language:
            assert heard(number(value, language))


def test_numbers_are_read_digit_by_digit() -> None:
    assert heard(digits("+1*#x é²")) == "letters/plus 1 star pound"


@pytest.mark.parametrize(
    ("when", "french", "english"),
    [
        ("2026-11-23T09:05", "today at 9 hours 5", "today at 9 0 5 a-m"),
        ("2026-11-22T12:00", "yesterday at 12 hours", "yesterday at 12 oclock p-m"),
        ("2026-11-01T00:30", "day-0 h-1 mon-10 at 0 hours 30", "day-0 mon-10 h-1 at 12 30 a-m"),
        (
            "2026-01-31T23:59",
            "day-6 30 vm-and 1 mon-0 at 20 3 hours 50 9",
            "day-6 mon-0 30 h-1 at 11 50 9 p-m",
        ),
    ],
)
def test_dates_and_times_are_read_in_each_language(when: str, french: str, english: str) -> None:
    today = date(2026, 11, 23)
    assert heard(moment(datetime.fromisoformat(when), today=today, language=FRENCH)) == french
    assert heard(moment(datetime.fromisoformat(when), today=today, language=ENGLISH)) == english


@pytest.mark.parametrize(
    ("new", "old", "words"),
    [
        (0, 0, "vm-youhave vm-no vm-messages"),
        (1, 0, "vm-youhave 1 vm-INBOX vm-message"),
        (0, 2, "vm-youhave 2 vm-Old vm-messages"),
        (2, 1, "vm-youhave 2 vm-INBOX vm-messages vm-and 1 vm-Old vm-message"),
    ],
)
def test_messages_are_counted(new: int, old: int, words: str) -> None:
    assert heard(message_count(new, old, ENGLISH)) == words


def test_announcements_and_greetings_are_installed() -> None:
    for announcement in Announcement:
        assert heard(announcement.prompts())
    assert {greeting.value for greeting in Greeting} <= INSTALLED
