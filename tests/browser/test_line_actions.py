"""What is done to a whole line, in dialogs over the list: details, lock, reset and its undoing, moving."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.steps import IN_FORCE, LANGUAGES, MARIE, open_action, row, tab_to

WORDS = {
    "fr": {
        "unsaved": "Fermer sans enregistrer? Vos entrées seront perdues.",
        "locked": "Verrou administratif",
        "reset": "Réinitialiser la ligne de",
        "until": "L'abonné ne peut pas annuler",
    },
    "en": {
        "unsaved": "Close without saving? Your entries will be lost.",
        "locked": "Administrative lock",
        "reset": "Reset the line of",
        "until": "The subscriber cannot undo this",
    },
}
SPARE = {"fr": ("Poste 212", "Poste 213"), "en": ("Poste 214", "Poste 215")}
"""Lines that nobody else's test needs, for each language."""
USINE = "/lines/?department=2"


@pytest.fixture
def page(open_page: OpenPage, language: str) -> Page:
    """Marie at the lines of the department with the spare ones."""
    opened = open_page(who=MARIE, language=language)
    opened.goto(USINE)
    return opened


@LANGUAGES
def test_the_details_are_edited_in_a_dialog_by_keyboard_alone(page: Page, language: str) -> None:
    name = SPARE[language][0]
    line = f"#{row(page, name).get_attribute('id')}"
    for old, new in ((name, f"{name} bis"), (f"{name} bis", name)):
        tab_to(page, f"{line} summary", most=150)
        page.keyboard.press("Enter")
        tab_to(page, f"{line} a[href*='/details/']")
        page.keyboard.press("Enter")
        expect(page.locator("#dialog h1")).to_be_focused()
        expect(page).to_have_url(re.compile(r"/lines/\d+/details/\?back="))
        tab_to(page, "#dialog #id_name")
        expect(page.locator("#dialog #id_name")).to_have_value(old)
        page.keyboard.press("Control+A")
        page.keyboard.type(new)
        page.keyboard.press("Enter")
        page.wait_for_url("**receipt=**")
        expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
        expect(row(page, new)).to_be_visible()
        expect(page.locator(f"{line} summary")).to_be_focused()


@LANGUAGES
def test_escape_asks_only_when_entries_would_be_lost(page: Page, language: str) -> None:
    name = SPARE[language][0]
    asked: list[str] = []
    answers = [False, True]

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if answers.pop(0) else dialog.dismiss()

    page.on("dialog", answer)
    menu = row(page, name).locator("summary")
    open_action(page, name, "details")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(menu).to_be_focused()
    expect(page).to_have_url(re.compile(r"/lines/\?department=2$"))
    assert asked == []
    open_action(page, name, "details")
    page.fill("#dialog #id_name", "Someone else")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog #id_name")).to_have_value("Someone else")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(menu).to_be_focused()
    assert asked == [WORDS[language]["unsaved"]] * 2
    page.goto("/")  # what was given up is not asked about again
    assert len(asked) == 2
    page.goto(USINE)
    expect(row(page, name)).to_be_visible()


@LANGUAGES
def test_the_address_of_a_dialog_opens_it_as_a_page_and_back_closes_it(page: Page, language: str) -> None:
    name = SPARE[language][0]
    open_action(page, name, "details")
    page.wait_for_url("**/details/**")
    page.reload()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("main #id_name")).to_have_value(name)
    page.click("main a[data-cancel]")
    page.wait_for_url("**/lines/?department=2")
    open_action(page, name, "lock")
    page.wait_for_url("**/lock/**")
    page.go_back()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/lines/\?department=2$"))


@LANGUAGES
def test_a_line_is_locked_and_unlocked(page: Page, language: str) -> None:
    words, name = WORDS[language], SPARE[language][1]
    open_action(page, name, "lock")
    page.click("#dialog .btn-danger")
    page.wait_for_url("**receipt=**")
    expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
    expect(row(page, name)).to_contain_text(words["locked"])
    open_action(page, name, "unlock")
    expect(page.locator("#dialog")).to_contain_text("Marie Tremblay")
    page.click("#dialog .btn-primary")
    expect(row(page, name)).not_to_contain_text(words["locked"])
    expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])


@LANGUAGES
def test_a_line_is_reset_its_secrets_shown_once_and_the_reset_undone(page: Page, language: str) -> None:
    words, name = WORDS[language], SPARE[language][1]
    new = f"Nouvelle personne {language}"
    open_action(page, name, "reset")
    page.fill("#dialog #id_name", new)
    page.click("#dialog button[type=submit]")
    expect(page.locator("#dialog .btn-danger")).to_have_text(re.compile(f"^{words['reset']} {name}"))
    expect(page.locator("#dialog")).to_contain_text(words["until"])
    page.click("#dialog .btn-danger")
    secrets = page.locator("#dialog dd code")
    expect(secrets).to_have_count(2)
    shown = secrets.all_inner_texts()
    for letter in ("fr", "en"):
        for secret in shown:
            expect(page.locator(f"#letter-{letter}")).to_have_value(re.compile(re.escape(secret)))
    page.click("#dialog a.btn-primary")
    page.wait_for_url("**/lines/?department=2")
    expect(page.locator("#dialog")).to_be_hidden()
    assert shown[0] not in page.content()
    open_action(page, new, "undo-reset")
    page.click("#dialog .btn-danger")
    page.wait_for_url("**receipt=**")
    expect(row(page, name)).to_be_visible()
    expect(row(page, new)).to_have_count(0)


@LANGUAGES
def test_two_lines_are_moved_together_and_back(page: Page, language: str) -> None:
    names = SPARE[language]
    for start, target in (("2", "Ventes"), ("1", "Usine")):
        page.goto(f"/lines/?department={start}")
        for name in names:
            row(page, name).locator("input[name=selected]").check()
        page.click("#bulk button[formaction$='/move/']")
        page.wait_for_url("**/lines/move/")
        expect(page.locator("main form")).to_be_visible()
        page.select_option("#id_department", label=target)
        page.click("main .btn-primary")
        page.wait_for_url("**receipt=**")
        expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
        for name in names:
            expect(row(page, name)).to_have_count(0)
        expect(page.locator("#bulk")).to_be_hidden()


@LANGUAGES
def test_feedback_is_sent_from_a_dialog(page: Page, language: str) -> None:
    page.click("#sidebar a[href^='/feedback/']")
    page.check("#dialog input[value=idea]")
    text = {"fr": "Une idée : « plus gros ».", "en": "An idea: larger & clearer."}[language]
    page.fill("#dialog #id_text", text)
    page.click("#dialog button[type=submit]")
    expect(page.locator("#dialog [role=status]")).to_be_visible()
    expect(page.locator("#dialog dd.breakable").first).to_have_text(text)
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/lines/\?department=2$"))
