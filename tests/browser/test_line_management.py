"""An administrator adds, renumbers and deletes lines: in French by keyboard alone, in English by mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.hands import HANDS, TWINS, Hands
from tests.browser.steps import BUREAU, IN_FORCE, row, sign_in

SPARE = {"fr": ("Poste 11", "Poste 12", "Poste 13"), "en": ("Poste 14", "Poste 15", "Poste 16")}
NUMBERS = {"fr": ("581 555-0150", "581 555-0151"), "en": ("581 555-0160", "581 555-0161")}
LIST = "/lines/?department=all"


@pytest.fixture
def hands(open_page: OpenPage, language: str, means: str) -> Hands:
    """The administrator at all lines of his company."""
    page = open_page(who=BUREAU, language=language)
    page.goto(LIST)
    return HANDS[means](page)


def _action(hands: Hands, name: str, address: str) -> None:
    """Open an entry of a row's menu as a dialog."""
    line = f"#{row(hands.page, name).get_attribute('id')}"
    hands.press(f"{line} summary")
    hands.press(f"{line} a[href*='/{address}/']")
    expect(hands.page.locator("#dialog")).to_be_visible()


@TWINS
def test_a_line_is_added_renumbered_and_deleted(hands: Hands, language: str, open_page: OpenPage) -> None:
    page, words, (number, later) = hands.page, IN_FORCE[language], NUMBERS[language]
    name = {"fr": "Atelier", "en": "Workshop"}[language]
    hands.press(".page-actions a[href^='/lines/add/']")
    expect(page.locator("#dialog #id_number")).to_be_visible()
    expect(page).to_have_url(re.compile("/lines/add/"))
    hands.write("#id_number", number)
    hands.write("#id_name", name)
    hands.choose("#id_department", "Quai")
    hands.choose("#id_class_of_service_id", "Standard")
    hands.confirm("#id_name", "#dialog .save-bar button")
    expect(page.locator("#dialog dd code")).to_have_count(4)
    password = page.locator("#dialog dd code").first.inner_text()
    hands.press("#dialog a.btn-primary")
    page.wait_for_url(f"**{LIST}")
    expect(row(page, name)).to_be_visible()
    assert password not in page.content()
    _action(hands, name, "service")
    hands.write("#dialog #id_number", later)
    hands.confirm("#dialog #id_number", "#dialog .save-bar button")
    page.wait_for_url("**receipt=**")
    expect(page.locator("#receipt")).to_have_text(words)
    theirs = open_page(language=language)
    sign_in(theirs, later, password)
    expect(theirs).to_have_url(re.compile("/account/password/"))
    _action(hands, name, "delete")
    for typed in (number, later):  # the former number is no longer the line's
        hands.write("#dialog #id_typed_number", typed)
        hands.press("#dialog .btn-danger")
        if typed == number:
            expect(page.locator("#dialog #id_typed_number")).to_have_attribute("aria-invalid", "true")
    expect(row(page, name)).to_have_count(0)
    expect(page.locator("#receipt")).to_have_text(words)
    theirs.goto("/")
    expect(theirs).to_have_url(re.compile("/sign-in/"))


@TWINS
def test_the_selection_is_deleted(hands: Hands, language: str) -> None:
    page, names = hands.page, SPARE[language]
    for name in names:
        hands.tick(f"#{row(page, name).get_attribute('id')} input[name=selected]")
    hands.press("#bulk button[formaction$='/delete/']")
    page.wait_for_url("**/lines/delete/")
    for name in names:
        expect(page.locator("main li").filter(has_text=name)).to_be_visible()
    for typed in ("2", "3"):
        hands.write("#id_typed_count", typed)
        hands.confirm("#id_typed_count", "main .btn-danger")
        if typed == "2":
            expect(page.locator("#id_typed_count")).to_have_attribute("aria-invalid", "true")
    page.wait_for_url("**receipt=**")
    expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
    for name in names:
        expect(row(page, name)).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()
