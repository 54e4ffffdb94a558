"""The errands people come for, with a browser, in French and in English, with and without a mouse or JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DENIS, NEWCOMER, PASSWORD, SYLVIE, OpenPage, Portal, sign_in

WORDS = {
    "fr": {
        "wrong": "Le numéro ou le mot de passe est incorrect.",
        "lines": "Lignes",
        "in_force": re.compile(r"En vigueur depuis \d+,\d\ss · version \d+"),
        "waiting": "Enregistré. Le moteur d'appels n'a pas encore confirmé",
        "forwarded": "Un appel au 201 (Marie Tremblay) est renvoyé au 203 (Sylvie Roy).",
        "draft": "Avec ces réglages",
        "first": "Choisir un nouveau mot de passe",
        "stale": "Quelqu'un a modifié ces réglages",
    },
    "en": {
        "wrong": "The number or the password is incorrect.",
        "lines": "Lines",
        "in_force": re.compile(r"In force since \d+\.\d s · version \d+"),
        "waiting": "Saved. The call engine has not confirmed yet",
        "forwarded": "A call to 201 (Marie Tremblay) is forwarded to 203 (Sylvie Roy).",
        "draft": "With these settings",
        "first": "Choose a new password",
        "stale": "Someone changed these settings",
    },
}
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])
INCOMING = "/lines/1/incoming-calls/"


def speak(page: Page, language: str) -> None:
    """Choose the language by the switch at the top."""
    page.click(f"button[name=language][value={language}]")
    expect(page.locator("html")).to_have_attribute("lang", language)


def save(page: Page) -> None:
    """Press Save and wait for the receipt's page."""
    with page.expect_navigation(url="**receipt=**"):
        page.click(".save-bar button[value=save]")


@LANGUAGES
def test_signing_in_and_out(open_page: OpenPage, language: str) -> None:
    words = WORDS[language]
    page = open_page(language="en" if language == "fr" else "fr")
    page.goto("/sign-in/")
    speak(page, language)
    page.fill("#id_number", "514 555-0102")
    page.fill("#id_password", "not this one")
    page.click("main button")
    expect(page.get_by_role("alert")).to_have_text(words["wrong"])
    expect(page.locator("#id_number")).to_have_value("514 555-0102")
    expect(page.locator("#id_password")).to_be_focused()
    page.fill("#id_password", PASSWORD)
    page.check("#id_remember")
    page.click("main button")
    speak(page, language)
    expect(page.get_by_role("heading", level=1)).to_have_text(words["lines"])
    page.click("header summary")
    page.click("header details form button")
    expect(page.locator("#id_number")).to_have_value(re.compile(r"514.555-0102"))
    expect(page.locator("#id_password")).to_have_value("")


def test_the_first_password_is_replaced_before_anything_else(open_page: OpenPage) -> None:
    page = open_page(language="fr")
    sign_in(page, NEWCOMER)
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["fr"]["first"])
    page.goto("/lines/4/incoming-calls/")
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["fr"]["first"])
    page.fill("#id_old", PASSWORD)
    page.fill("#id_new", "court")
    page.fill("#id_again", "court")
    page.click("main button")
    expect(page.locator("#id_new")).to_be_focused()
    expect(page.locator("#id_new_error")).to_have_text("Utilisez au moins 10 caractères.")
    page.fill("#id_old", PASSWORD)
    page.fill("#id_new", "sept-Goélands-au-large")
    page.fill("#id_again", "sept-Goélands-au-large")
    page.click("main button")
    expect(page).to_have_url(re.compile(r"/lines/4/incoming-calls/$"))


@LANGUAGES
def test_changing_a_forward_shows_the_sentence_before_and_the_receipt_after(
    open_page: OpenPage, language: str
) -> None:
    words = WORDS[language]
    page = open_page(language=language)
    sign_in(page)
    speak(page, language)
    page.goto(INCOMING)
    page.check("input[name=mode][value=forward]")
    page.fill("#id_forward_to", "203")
    expect(page.locator("#foresight")).to_contain_text(words["forwarded"])
    expect(page.locator("#foresight")).to_contain_text(words["draft"])
    save(page)
    expect(page.locator("#receipt")).to_have_text(words["in_force"])
    expect(page.locator("#foresight")).to_contain_text(words["forwarded"])
    expect(page.locator("#id_forward_to")).to_have_value("203")


def test_an_unconfirmed_save_waits_and_then_is_in_force(open_page: OpenPage, portal: Portal) -> None:
    portal.callcontrol.behind = True
    page = open_page(language="fr")
    sign_in(page, DENIS)
    speak(page, "fr")
    page.goto("/lines/2/availability/")
    page.check("input[name=dnd][value=on]")
    save(page)
    expect(page.locator("#receipt")).to_contain_text(WORDS["fr"]["waiting"])
    portal.callcontrol.behind = False
    expect(page.locator("#receipt")).to_contain_text("En vigueur depuis")
    page.check("input[name=dnd][value=off]")
    save(page)
    expect(page.locator("#receipt")).to_have_text(WORDS["fr"]["in_force"])


@LANGUAGES
def test_a_stale_save_is_refused_and_keeps_the_entries(open_page: OpenPage, language: str) -> None:
    address = "/lines/2/call-settings/"
    mine, theirs = open_page(language=language), open_page()
    sign_in(mine)
    speak(mine, language)
    mine.goto(address)
    sign_in(theirs, DENIS)
    theirs.goto(address)
    theirs.fill("#id_calling_name", f"Accueil {language}")
    save(theirs)
    mine.fill("#id_calling_name", "Denis G.")
    mine.click(".save-bar button[value=save]")
    expect(mine.locator("#stale")).to_contain_text(WORDS[language]["stale"])
    expect(mine.locator("#stale")).to_contain_text("Denis Gagnon")
    expect(mine.locator("#stale")).to_contain_text(f"Accueil {language}")
    expect(mine.locator("#id_calling_name")).to_have_value("Denis G.")
    save(mine)
    expect(mine.locator("#id_calling_name")).to_have_value("Denis G.")


def test_the_errand_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(language="fr")
    page.goto("/sign-in/")
    expect(page.locator("#id_number")).to_be_focused()
    page.keyboard.type("5145550101")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lines/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    _tab_to(page, "#lines a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incoming-calls/")
    _tab_to(page, "input[name=mode]:checked")
    while not page.locator("input[name=mode][value=account_phone]").is_checked():
        page.keyboard.press("ArrowUp")
    _tab_to(page, "#id_no_answer_seconds")
    page.keyboard.press("Control+A")
    page.keyboard.type("25")
    expect(page.locator("#rings")).to_have_text(re.compile("= 5 (sonneries|rings)"))
    page.keyboard.press("Enter")
    page.wait_for_url("**receipt=**")
    expect(page.locator("#id_no_answer_seconds")).to_have_value("25")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_errand_without_javascript(open_page: OpenPage) -> None:
    page = open_page(language="fr", javascript=False)
    sign_in(page, SYLVIE)
    page.goto("/lines/3/incoming-calls/")
    page.check("input[name=mode][value=in_order]")
    page.click("button[value='add:in_order']")
    page.click("button[value='add:in_order']")
    page.fill("#id_in_order-1-dialled", "202")
    page.click("button[value=preview]")
    expect(page.locator("#foresight")).to_contain_text("de 0\u00a0s à 15\u00a0s et le 202 (Denis")
    page.click(".save-bar button[value=save]")
    expect(page.locator("#receipt")).to_contain_text("En vigueur depuis")
    expect(page.locator("#id_in_order-1-dialled")).to_have_value("202")


def test_the_call_settings_say_what_is_shown_while_one_types(open_page: OpenPage) -> None:
    page = open_page(language="en")
    sign_in(page)
    speak(page, "en")
    page.goto("/lines/3/call-settings/")
    page.fill("#id_calling_name", "Service des ventes")
    expect(page.locator("#foresight")).to_contain_text("Service des ventes, 203")
    page.click("button[value='add:speed']")
    expect(page.locator("#id_speed-0-name")).to_be_focused()
    page.fill("#id_speed-0-name", "Denis")
    page.fill("#id_speed-0-number", "202")
    page.check("#id_withhold_identity")
    expect(page.locator("#foresight")).to_contain_text("neither the name nor the number")
    save(page)
    expect(page.locator("#id_speed-0-number")).to_have_value("202")
    page.click("button[value='drop:speed:0']")
    expect(page.locator("#id_speed-0-name")).to_have_count(0)
    page.uncheck("#id_withhold_identity")
    save(page)
    expect(page.locator("#id_speed-0-name")).to_have_count(0)


def test_unsaved_changes_ask_before_the_page_is_left(open_page: OpenPage) -> None:
    page = open_page(language="fr")
    sign_in(page)
    page.goto("/lines/1/call-settings/")
    asked: list[str] = []
    page.fill("#id_calling_name", "Marie T.")
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.click(".brand")
    page.wait_for_url("**/lines/")
    assert asked == ["beforeunload"]


def test_an_error_takes_the_focus_and_the_summary_leads_to_it(open_page: OpenPage) -> None:
    page = open_page(language="fr")
    sign_in(page)
    page.goto(INCOMING)
    page.check("input[name=mode][value=forward]")
    page.fill("#id_forward_to", "911")
    page.click(".save-bar button[value=save]")
    expect(page.locator("#id_forward_to")).to_be_focused()
    expect(page.locator("#id_forward_to")).to_have_attribute("aria-invalid", "true")
    page.click("#refused a")
    expect(page.locator("#id_forward_to")).to_be_focused()
    expect(page.locator("#id_forward_to")).to_have_value("911")


def test_the_list_filters_while_typing(open_page: OpenPage) -> None:
    page = open_page(language="fr")
    sign_in(page)
    page.locator("#id_q").press_sequentially("roy", delay=20)
    expect(page.locator("#lines tbody tr")).to_have_count(1)
    expect(page.locator("#lines mark")).to_have_text("Roy")
    expect(page).to_have_url(re.compile(r"q=roy"))
