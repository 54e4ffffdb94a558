"""Help beside the page and feedback over it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.steps import MARIE, axe

WORDS = {"fr": ("Disponibilité", "Effet sur les appels"), "en": ("Availability", "What it does to calls")}


@pytest.mark.parametrize("language", WORDS)
def test_help_opens_beside_the_page_and_closes_where_it_was_asked_for(
    open_page: OpenPage, language: str
) -> None:
    title, effect = WORDS[language]
    page = open_page(who=MARIE, language=language)
    page.goto("/lines/1/availability/")
    asked = page.locator("header a[data-help]")
    asked.click()
    panel = page.locator("#help-panel")
    expect(panel.get_by_role("heading", level=2)).to_have_text(title)
    expect(panel).to_contain_text(effect)
    expect(page).to_have_url(re.compile(r"/lines/1/availability/$"))
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(asked).to_be_focused()


def test_feedback_is_sent_from_a_dialog_and_says_what_was_sent(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="fr")
    page.goto("/lines/1/availability/")
    page.locator("a[data-dialog][href*='/feedback/']").first.click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("textarea")).to_be_visible()
    assert axe(page) == []
    dialog.locator("input[name=kind][value=idea]").check()
    dialog.locator("button.btn-primary").click()
    expect(dialog.locator("#id_text_error")).to_be_visible()
    dialog.locator("textarea").fill("Un bouton plus gros, <svp>.")
    dialog.locator("button.btn-primary").click()
    expect(dialog).to_contain_text("Un bouton plus gros, <svp>.")
    expect(dialog).to_contain_text("/lines/1/availability/")
