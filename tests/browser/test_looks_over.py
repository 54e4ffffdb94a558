"""What opens over a page - dialogs, menus, the drawer - in both languages, dark and light, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.steps import LANGUAGES, MARIE, good, look, open_action, row

LIST = "/lines/?department=1"


@pytest.fixture
def page(open_page: OpenPage, language: str) -> Page:
    """Marie at the lines of her department."""
    opened = open_page(who=MARIE, language=language)
    opened.goto(LIST)
    return opened


@LANGUAGES
def test_the_dialogs_of_a_line(page: Page) -> None:
    found: list[str] = []
    for address in ("details", "lock", "unlock", "reset"):
        open_action(page, "Sylvie Roy", address)
        found += look(page)
        if address == "reset":
            page.fill("#dialog #id_name", "Nadine Roy")
            page.click("#dialog button[type=submit]")
            expect(page.locator("#dialog .btn-danger")).to_be_visible()
            found += look(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.click("[data-close-dialog]")
        expect(page.locator("#dialog")).to_be_hidden()
    good(found)


@LANGUAGES
def test_a_refused_dialog(page: Page) -> None:
    open_action(page, "Sylvie Roy", "details")
    page.fill("#dialog #id_name", "")
    page.click("#dialog button[type=submit]")
    expect(page.locator("#dialog #id_name")).to_be_focused()
    expect(page.locator("#dialog #refused")).to_be_visible()
    good(look(page))


@LANGUAGES
def test_the_feedback_dialog_and_the_page_of_a_move(page: Page) -> None:
    page.click("#sidebar a[href^='/feedback/']")
    expect(page.locator("#dialog #id_text")).to_be_visible()
    found = look(page)
    page.goto(LIST)
    row(page, "Sylvie Roy").locator("input[name=selected]").check()
    page.click("#bulk button[formaction$='/move/']")
    expect(page.locator("#id_department")).to_be_visible()
    good(found + look(page))


@LANGUAGES
def test_the_menus(page: Page) -> None:
    found: list[str] = []
    for summary in (".scope > summary", ".column-picker > summary", ".account-menu > summary"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.click(summary)
        if ".scope" in summary:
            expect(page.locator(".scope-found li").first).to_be_visible()
        found += look(page, over="details[open] .menu")
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 900})
    row(page, "Sylvie Roy").locator("summary").click()
    found += look(page, over="details[open] .menu")
    page.keyboard.press("Escape")
    page.goto("/lines/3/incoming-calls/")
    page.click(".line-menu > summary")
    good(found + look(page, over="details[open] .menu"))


@LANGUAGES
def test_the_selection_and_what_a_search_of_everything_finds(page: Page) -> None:
    page.check("[data-tick-all]")
    expect(page.locator(".bulk-bar")).to_be_visible()
    page.locator("#everything").press_sequentially("roy")
    expect(page.locator("#everything-found li").first).to_be_visible()
    good(look(page, over="#everything-found"))


@LANGUAGES
def test_the_drawer(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.click("[data-drawer]")
    expect(page.locator("#sidebar")).to_be_visible()
    good(look(page, 320, over="#sidebar"))
