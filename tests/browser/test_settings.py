"""The settings of a line: the sentence before, the receipt after, stale saves, errors; by mouse and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, expect
from tests.browser.conftest import OpenPage, Portal
from tests.browser.steps import DENIS, LANGUAGES, MARIE, PASSWORD, good, look, save, tab_to

WORDS = {
    "fr": {
        "waiting": "Enregistré. Le moteur d'appels n'a pas encore confirmé",
        "forwarded": "Un appel au 201 (Marie Tremblay) est renvoyé au 203 (Sylvie Roy).",
        "draft": "Avec ces réglages",
        "stale": "Quelqu'un a modifié ces réglages",
    },
    "en": {
        "waiting": "Saved. The call engine has not confirmed yet",
        "forwarded": "A call to 201 (Marie Tremblay) is forwarded to 203 (Sylvie Roy).",
        "draft": "With these settings",
        "stale": "Someone changed these settings",
    },
}
IN_FORCE = {
    "fr": re.compile(r"En vigueur depuis \d+,\d\ss · version \d+"),
    "en": re.compile(r"In force since \d+\.\d s · version \d+"),
}
"""With the seconds it took."""
INCOMING = "/lines/1/incoming-calls/"


@LANGUAGES
def test_changing_a_forward_shows_the_sentence_before_and_the_receipt_after(
    open_page: OpenPage, language: str
) -> None:
    words = WORDS[language]
    page = open_page(who=MARIE, language=language)
    page.goto(INCOMING)
    page.check("input[name=mode][value=forward]")
    page.fill("#id_forward_to", "203")
    expect(page.locator("#foresight")).to_contain_text(words["forwarded"])
    expect(page.locator("#foresight")).to_contain_text(words["draft"])
    save(page)
    expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
    expect(page.locator("#foresight")).to_contain_text(words["forwarded"])
    expect(page.locator("#id_forward_to")).to_have_value("203")


@LANGUAGES
def test_a_save_is_undone_and_redone_by_keyboard(open_page: OpenPage, language: str) -> None:
    page = open_page(who=MARIE, language=language)
    page.goto("/lines/14/incoming-calls/")
    before = page.locator("#foresight p").first.inner_text()
    page.check("input[name=mode][value=forward]")
    page.fill("#id_forward_to", "203")
    save(page)
    after = page.locator("#foresight p").first.inner_text()
    assert "203" in after
    for sentence in (before, after):
        expect(page.locator("#receipt")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#receipt [data-undo]")).to_be_focused()
        with page.expect_navigation(url="**receipt=**"):
            page.keyboard.press("Enter")
        expect(page.locator("#foresight")).to_contain_text(sentence)
        expect(page.locator("#receipt")).to_contain_text(IN_FORCE[language])
    stale = page.url
    page.click("#receipt [data-undo]")
    expect(page.locator("#foresight")).to_contain_text(before)
    good(look(page))
    page.goto(stale)
    page.click("#receipt [data-undo]")
    expect(page.locator("#not-undone")).to_contain_text("Marie Tremblay")
    good(look(page))
    page.click("#not-undone .btn-primary")
    expect(page.locator("#foresight")).to_contain_text(before)


def test_undoing_asks_before_entries_are_lost(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="fr")
    page.goto("/lines/15/call-settings/")
    page.fill("#id_calling_name", "Accueil")
    save(page)
    page.fill("#id_calling_name", "Autre chose")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.click("#receipt [data-undo]")
    expect(page.locator("#id_calling_name")).to_have_value("Autre chose")
    assert asked == ["beforeunload"]
    save(page)
    expect(page.locator("#id_calling_name")).to_have_value("Autre chose")


def test_an_unconfirmed_save_waits_and_then_is_in_force(open_page: OpenPage, portal: Portal) -> None:
    portal.callcontrol.behind = True
    page = open_page(who=DENIS, language="fr")
    page.goto("/lines/2/availability/")
    page.check("input[name=dnd][value=on]")
    save(page)
    expect(page.locator("#receipt")).to_contain_text(WORDS["fr"]["waiting"])
    portal.callcontrol.behind = False
    expect(page.locator("#receipt")).to_contain_text("En vigueur depuis")
    page.check("input[name=dnd][value=off]")
    save(page)
    expect(page.locator("#receipt")).to_have_text(IN_FORCE["fr"])


@LANGUAGES
def test_a_stale_save_is_refused_and_keeps_the_entries(open_page: OpenPage, language: str) -> None:
    address = "/lines/2/call-settings/"
    mine, theirs = open_page(who=MARIE, language=language), open_page(who=DENIS)
    mine.goto(address)
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
    page.wait_for_url(re.compile(r":\d+/$"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, ".tile[href='/lines/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lines/")
    tab_to(page, "#list a[href='/lines/1/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incoming-calls/")
    tab_to(page, "input[name=mode]:checked")
    while not page.locator("input[name=mode][value=account_phone]").is_checked():
        page.keyboard.press("ArrowUp")
    tab_to(page, "#id_no_answer_seconds")
    page.keyboard.press("Control+A")
    page.keyboard.type("25")
    expect(page.locator("#rings")).to_have_text(re.compile("= 5 (sonneries|rings)"))
    page.keyboard.press("Enter")
    page.wait_for_url("**receipt=**")
    expect(page.locator("#id_no_answer_seconds")).to_have_value("25")


def test_the_call_settings_say_what_is_shown_while_one_types(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="en")
    page.goto("/lines/12/call-settings/")
    page.fill("#id_calling_name", "Service des ventes")
    expect(page.locator("#foresight")).to_contain_text("Service des ventes, 216")
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
    page = open_page(who=MARIE, language="fr")
    page.goto("/lines/1/call-settings/")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.fill("#id_calling_name", "Marie T.")
    page.on("dialog", leave)
    page.click(".brand")
    page.wait_for_url(re.compile(r":\d+/$"))
    assert asked == ["beforeunload"]


def test_an_error_takes_the_focus_and_the_summary_leads_to_it(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="fr")
    page.goto(INCOMING)
    page.check("input[name=mode][value=forward]")
    page.fill("#id_forward_to", "911")
    page.click(".save-bar button[value=save]")
    expect(page.locator("#id_forward_to")).to_be_focused()
    expect(page.locator("#id_forward_to")).to_have_attribute("aria-invalid", "true")
    page.click("#refused a")
    expect(page.locator("#id_forward_to")).to_be_focused()
    expect(page.locator("#id_forward_to")).to_have_value("911")
