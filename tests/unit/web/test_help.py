"""Every page has its help, complete in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from carillon.web.help import PAGES, topic_of

FOLDER = Path(__file__).resolve().parents[3] / "src/carillon/web/templates/help"
HEADINGS = {
    "en": ["The options", "What it does to calls", "Example"],
    "fr": ["Les options", "Effet sur les appels", "Exemple"],
}
NOT_PAGES = {
    # answers that are no page of their own: files, fragments, streams, and buttons that lead back to a page
    "help", "health", "receipt", "undo", "language", "sign-out", "theme", "list-columns", "list-density", "lines-live", "lines-download",
    "preview-incoming-calls", "preview-availability", "preview-call-settings", "preview-message-settings",
    "line-imports-example", "line-import-progress", "line-import-errors",
}  # fmt: skip
WRONG_IN_FRENCH = re.compile(r"\s[;!?]|[^\u00a0]:(?!/)|«[^\u00a0]|[^\u00a0]»|[“”]")


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Yield the name of every address."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def words_of(text: str) -> list[str]:
    return re.sub(r"<[^>]+>", " ", text).split()


def test_every_page_has_a_topic() -> None:
    missing = {name for name in names(get_resolver().url_patterns) if not topic_of(name)} - NOT_PAGES
    assert missing == set()


def test_a_page_belongs_to_one_topic_and_another_address_to_none() -> None:
    pages = [name for listed in PAGES.values() for name in listed]
    assert len(pages) == len(set(pages))
    assert topic_of("lines") == "lines"
    assert topic_of("lock-line") == topic_of("unlock-line") == "locks"
    assert topic_of("no-such-page") == topic_of(None) == ""


@pytest.mark.parametrize("language", HEADINGS)
def test_every_text_belongs_to_a_topic(language: str) -> None:
    assert {file.stem for file in (FOLDER / language).glob("*.html")} == set(PAGES)


@pytest.mark.parametrize("language", HEADINGS)
@pytest.mark.parametrize("topic", PAGES)
def test_a_text_says_what_for_the_options_the_effect_and_an_example(topic: str, language: str) -> None:
    text = (FOLDER / language / f"{topic}.html").read_text(encoding="utf-8")
    assert len(re.findall("<h2>[^<]+</h2>\n<p>", text)) == 1
    assert re.findall("<h3>([^<]+)</h3>", text) == HEADINGS[language]
    assert len(re.findall("<dt>[^<]+</dt>\n  <dd>[^<]+</dd>", text)) >= 3
    assert 120 <= len(words_of(text)) <= 260


@pytest.mark.parametrize("topic", PAGES)
def test_french_is_set_as_in_canada(topic: str) -> None:
    text = re.sub(r"<[^>]+>", " ", (FOLDER / "fr" / f"{topic}.html").read_text(encoding="utf-8"))
    assert WRONG_IN_FRENCH.findall(text) == []


@pytest.mark.parametrize("topic", PAGES)
def test_both_languages_name_the_same_options(topic: str) -> None:
    counts = {
        language: (FOLDER / language / f"{topic}.html").read_text(encoding="utf-8").count("<dt>")
        for language in HEADINGS
    }
    assert counts["en"] == counts["fr"]
