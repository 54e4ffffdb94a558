"""Numbers that no line breaks, and paths that break only between their steps; whatever else is in the text."""

from __future__ import annotations

import pytest
from django.utils.safestring import SafeString

from carillon.web.lists.cells import path
from carillon.web.numbers import whole
from carillon.web.search import mark, read_term

KEPT = '<span class="text-nowrap">{}</span>'


@pytest.mark.parametrize("number", ["514\u00a0555-0123", "514-555-0123"])
def test_a_number_within_words_is_kept_whole(number: str) -> None:
    assert whole(f"Line · Zoé ({number}) and 201") == f"Line · Zoé ({KEPT.format(number)}) and 201"
    assert whole(f"{number} {number}") == f"{KEPT.format(number)} {KEPT.format(number)}"


@pytest.mark.parametrize(
    "text", ["", "201", "2026-11-27", "514-555-01234", "1-514-555-0123", "555-0123", "pha757nehfv8s"]
)
def test_what_is_no_such_number_stays_as_it_is(text: str) -> None:
    assert whole(text) == text


def test_text_is_escaped_and_markup_is_not() -> None:
    assert whole("<b>514-555-0123</b>") == f"&lt;b&gt;{KEPT.format('514-555-0123')}&lt;/b&gt;"
    assert whole(SafeString("<b>514-555-0123</b>")) == f"<b>{KEPT.format('514-555-0123')}</b>"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("5550123", KEPT.format("514-<mark>555-0123</mark>")),
        ("514555", KEPT.format("<mark>514-555</mark>-0123")),
        ("zo", "514-555-0123"),
    ],
)
def test_a_marked_number_is_kept_whole_with_its_mark(typed: str, shown: str) -> None:
    written = whole(mark("514-555-0123", read_term(typed)))
    assert written == (shown if "<mark>" in shown else KEPT.format(shown))


def test_a_mark_that_holds_more_than_a_number_keeps_its_nesting() -> None:
    written = SafeString("<mark>a 514-555</mark>-0123 514-<mark>555-0123 b</mark>")
    assert whole(written) == written


def test_a_path_breaks_after_its_steps_only() -> None:
    assert path(mark("Ventes/Nord", read_term("nord"))) == (
        '<span class="path">Ventes/<wbr><mark>Nord</mark></span>'
    )
    assert path(mark("a</b", read_term("a"))) == '<span class="path"><mark>a</mark>&lt;/<wbr>b</span>'
    assert path(SafeString("")) == ""
