"""A platform operator: signing in with a code, and a company of fifty lines from one form."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.steps import LANGUAGES, PASSWORD, good, look, operate, sign_in, speak
from tests.fakes.one_time_codes import code_now

WORDS = {
    "fr": {
        "wrong": "Le nom, le mot de passe ou le code est incorrect, ou le compte est bloqué.",
        "name": "Cèdre et filles",
        "digits": "450 555-02",
    },
    "en": {
        "wrong": "The name, the password or the code is incorrect, or the account is blocked.",
        "name": "Cedar Works",
        "digits": "450 555-03",
    },
}


@LANGUAGES
def test_an_operator_enrols_his_code_and_signs_in_with_it(open_page: OpenPage, language: str) -> None:
    page = open_page(language=language)
    _give_the_password(page, f"paul.{language}", language)
    key = page.locator("main code").inner_text()
    page.fill("#id_code", "000000")
    page.click("main button")
    expect(page.get_by_role("alert")).to_have_text(WORDS[language]["wrong"])
    page.fill("#id_code", code_now(key))
    page.click("main button")
    expect(page.locator("main li code")).to_have_count(10)
    recovery = page.locator("main li code").first.inner_text()
    good(look(page))
    page.click("main a.btn-primary")
    page.wait_for_url("**/operator/")
    page.context.clear_cookies()
    _give_the_password(page, f"paul.{language}", language)
    page.fill("#id_code", recovery)
    page.click("main button")
    page.wait_for_url("**/operator/")


def _give_the_password(page: Page, name: str, language: str) -> None:
    page.goto("/operator/sign-in/")
    speak(page, language)
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/operator/code/")


@LANGUAGES
def test_an_operator_creates_a_company_of_fifty_lines_with_one_form(
    open_page: OpenPage, language: str
) -> None:
    words = WORDS[language]
    page = open_page(language=language)
    operate(page, f"nadia.{language}")
    speak(page, language)
    page.click("a[href='/operator/groups/add/']")
    page.fill("#id_name", words["name"])
    page.select_option("#id_language", language)
    page.fill("#id_first", f"{words['digits']}00")
    page.fill("#id_last", f"{words['digits']}99")
    page.fill("#id_lines", "50")
    page.fill("#id_first_extension", "100")
    page.select_option("#id_class_of_service_id", label="Standard")
    page.click(".save-bar button[value=save]")
    expect(page.locator("#id_administrator")).to_be_focused()  # refused: every entry is still there
    expect(page.locator("#id_lines")).to_have_value("50")
    page.fill("#id_administrator", "Alex Roy")
    page.click(".save-bar button[value=save]")
    password = page.locator("dd code").inner_text()
    good(look(page))
    page.click("main a.btn-primary")
    page.wait_for_url(re.compile(r"/operator/groups/\d+/$"))
    expect(page.locator("h1")).to_have_text(words["name"])
    page.click("main a[href$='/lines/']")
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.locator("tbody")).to_contain_text("149")
    theirs = open_page(language=language)
    sign_in(theirs, f"{words['digits']}00", password)
    expect(theirs).to_have_url(re.compile("/account/password/"))


@pytest.mark.parametrize("address", ["/operator/", "/operator/groups/1/"])
def test_a_stranger_is_led_to_the_operators_sign_in(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.goto(address)
    expect(page).to_have_url(re.compile("/operator/sign-in/"))
