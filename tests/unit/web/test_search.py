"""Searching as people type."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carillon.web.search import _SIGNS, LONGEST, MOST_SIGNS, fold, mark, read_term


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Marie-Ève Tremblay", "marie-eve tremblay"),
        ("  Œuvre   d’Ørsted ", "oeuvre d'orsted"),
        ("Nguyễn Thị Lan", "nguyen thi lan"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("514\u00a0555-0123", "514 555-0123"),
        ("STRAẞE", "strasse"),
    ],
)
def test_case_and_accents_make_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("514 555-01", "51455501"),
        ("(514) 555.0123", "5145550123"),
        ("+1 514", "1514"),
        ("201", "201"),
        ("Bureau 12", ""),
        ("12 b", ""),
        ("-", ""),
    ],
)
def test_a_number_is_read_whatever_its_separators(typed: str, digits: str) -> None:
    assert read_term(typed).digits == digits


def test_what_is_too_long_or_not_text_costs_nothing() -> None:
    term = read_term("\x00é" * 1_000_000)
    assert len(term.typed) <= LONGEST
    assert "\x00" not in term.text


@pytest.mark.parametrize(
    ("typed", "cut"),
    [
        ("x" * LONGEST, False),
        ("x" * LONGEST + "  ", False),
        (" " * LONGEST + "x", False),
        ("x" * (LONGEST + 1), True),
        ("x" + " " * 300, False),
        ("x" + " " * 300 + "y", True),
        (" " * 300 + "y", True),
        ("", False),
    ],
)
def test_what_is_not_searched_is_known(typed: str, cut: bool) -> None:
    assert read_term(typed).cut == cut


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("Marie-Ève", "eve", "Marie-<mark>Ève</mark>"),
        ("514\u00a0555-0123", "5145550", "<mark>514\u00a0555-0</mark>123"),
        ("Œuvre", "oeu", "<mark>Œu</mark>vre"),
        ("a<b>a", "a", "<mark>a</mark>&lt;b&gt;<mark>a</mark>"),
        ("Roy", "zzz", "Roy"),
        ("Roy", "", "Roy"),
    ],
)
def test_matches_are_marked_in_the_text_as_it_is_written(text: str, typed: str, shown: str) -> None:
    assert mark(text, read_term(typed)) == shown


@given(st.text(max_size=40), st.text(max_size=8))
def test_marking_changes_nothing_but_the_marks(text: str, typed: str) -> None:
    marked = mark(text, read_term(typed))
    assert unescape(re.sub("</?mark>", "", marked)) == text
    assert "<script" not in marked.lower()


@given(st.text("aAéÉœŒßﬁİñ~\u0301 <&'-", max_size=20), st.text("aeéœsifñ<' ", min_size=1, max_size=3))
def test_every_mark_holds_what_was_searched_and_nothing_that_holds_it_is_left(text: str, typed: str) -> None:
    term = read_term(typed)
    assume(term)
    parts = re.split("<mark>(.*?)</mark>", mark(text, term))
    for marked in parts[1::2]:
        assert term.text in unescape(marked).translate(_SIGNS)
    for plain in parts[::2]:
        assert term.text not in unescape(plain).translate(_SIGNS)


def test_the_table_of_signs_stays_small_whatever_text_comes() -> None:
    fold("".join(map(chr, range(0x20, 0xD800))))
    assert len(_SIGNS) <= MOST_SIGNS
    assert fold("ŒUVRE d’Ève") == "oeuvre d'eve"
