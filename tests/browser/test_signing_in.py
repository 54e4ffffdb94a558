"""Signing in and out, the first password, the language and the look of the portal; and what only one line's owner sees."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.steps import DENIS, LANGUAGES, NEWCOMER, PASSWORD, SYLVIE, sign_in, speak, tab_to

WORDS = {
    "fr": {
        "wrong": "Le numéro ou le mot de passe est incorrect.",
        "home": "Page d'accueil",
        "first": "Choisir un nouveau mot de passe",
        "short": "Utilisez au moins 10 caractères.",
    },
    "en": {
        "wrong": "The number or the password is incorrect.",
        "home": "Home page",
        "first": "Choose a new password",
        "short": "Use at least 10 characters.",
    },
}


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
    page.wait_for_url(re.compile(r":\d+/$"))
    speak(page, language)
    expect(page.get_by_role("heading", level=1)).to_have_text(words["home"])
    expect(page.locator(".tile").first).to_be_visible()
    page.click(".account-menu summary")
    page.click(".account-menu form[action$='sign-out/'] button")
    expect(page.locator("#id_number")).to_have_value(re.compile(r"514.555-0102"))
    expect(page.locator("#id_password")).to_have_value("")
    page.goto("/lines/")
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_the_first_password_is_replaced_before_anything_else(open_page: OpenPage) -> None:
    page = open_page(language="fr")
    sign_in(page, NEWCOMER)
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["fr"]["first"])
    page.goto("/lines/4/incoming-calls/")
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["fr"]["first"])
    expect(page.locator("#sidebar, #everything")).to_have_count(0)
    speak(page, "en")
    expect(page.get_by_role("heading", level=1)).to_have_text(WORDS["en"]["first"])
    for language, again in (("en", "fr"), ("fr", "fr")):
        page.fill("#id_old", PASSWORD)
        page.fill("#id_new", "court")
        page.fill("#id_again", "court")
        page.click("main button")
        expect(page.locator("#id_new")).to_be_focused()
        expect(page.locator("#id_new_error")).to_have_text(WORDS[language]["short"])
        page.goto("/account/password/")
        speak(page, again)
    page.fill("#id_old", PASSWORD)
    page.fill("#id_new", "sept-Goélands-au-large")
    page.fill("#id_again", "sept-Goélands-au-large")
    page.click("main button")
    expect(page).to_have_url(re.compile(r"/lines/4/incoming-calls/$"))


@LANGUAGES
def test_the_look_chosen_survives_a_reload_and_follows_the_system_again(
    open_page: OpenPage, language: str
) -> None:
    page = open_page(who=DENIS, language=language, scheme="light")
    page.goto("/lines/")
    root = page.locator("html")
    for theme, shown in (("dark", "dark"), ("light", "light"), ("auto", "light")):
        page.click(".account-menu summary")
        page.click(f".account-menu button[value={theme}]")
        expect(root).to_have_attribute("data-theme", theme)
        page.reload()
        expect(root).to_have_attribute("data-theme", theme)
        expect(root).to_have_attribute("data-bs-theme", shown)
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_the_language_chosen_stays_on_the_page_and_with_the_account(open_page: OpenPage) -> None:
    page = open_page(who=DENIS, language="fr")
    page.goto("/lines/2/availability/")
    speak(page, "en")
    expect(page).to_have_url(re.compile(r"/lines/2/availability/$"))
    elsewhere = open_page(language="fr")
    sign_in(elsewhere, DENIS)
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")


@LANGUAGES
def test_a_subscriber_sees_his_own_line_and_no_other(open_page: OpenPage, language: str) -> None:
    page = open_page(who=SYLVIE, language=language)
    for address in ("/", "/lines/", "/users/", "/search/?everything=denis"):
        page.goto(address)
        expect(page).to_have_url(re.compile(r"/lines/3/incoming-calls/$"))
    expect(page.locator("#everything, .line-menu")).to_have_count(0)
    own = page.locator("#sidebar a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert all(re.match(r"/$|/lines/3/|/feedback/|/help/", address) for address in own), own
    for address in (
        "/lines/1/",
        "/lines/2/account/",
        "/lines/3/lock/",
        "/record/",
        "/lines/download/",
        "/operator/",
    ):
        assert answer_of(page, address) == 404, address
    page.goto("/lines/3/account/")
    expect(page.locator("#id_language")).to_be_visible()


def answer_of(page: Page, address: str) -> int:
    """Return the status of a page."""
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def test_the_side_bar_is_a_drawer_on_a_narrow_screen(open_page: OpenPage) -> None:
    page = open_page(who=DENIS, language="fr", width=600)
    page.goto("/lines/")
    sidebar, button = page.locator("#sidebar"), page.locator("[data-drawer]")
    expect(sidebar).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(sidebar.locator("a").first).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "#sidebar a[href='/users/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/users/")
    expect(sidebar).to_be_hidden()
