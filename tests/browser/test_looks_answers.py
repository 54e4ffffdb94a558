"""What only a form or a fault shows - refusals, receipts, secrets, stale versions, error pages - looked at like every page."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import OpenPage, Portal
from tests.browser.steps import (
    BUREAU,
    DENIS,
    LANGUAGES,
    MARIE,
    NORA,
    OMAR,
    OPERATOR,
    ROOT,
    good,
    look,
    open_action,
    row,
    save,
    sign_in,
    speak,
)

SPARE = {"fr": 72, "en": 73}
"""Lines of Nora's company that no other test knows."""
SEND = """([address, fields]) => {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = address;
  for (let index = 0; index < fields; index += 1) form.append(Object.assign(document.createElement('input'), {name: `x${index}`}));
  document.body.append(form);
  form.submit();
}"""


@LANGUAGES
def test_the_pages_of_errors(open_page: OpenPage, portal: Portal, language: str) -> None:
    words = [sys.executable, "-m", "tests.fakes.error_pages"]
    printed = subprocess.run(words, cwd=ROOT, env=portal.environment, capture_output=True, check=True)  # noqa: S603 - our own command
    pages = json.loads(printed.stdout)[language]
    page = open_page(who=MARIE, language=language)
    found: list[str] = []
    for number, html in pages.items():
        page.route(f"**/fault-{number}/", partial(_answer, html))
        page.goto(f"/fault-{number}/")
        found += _error(page, language)
    answer = page.goto("/nowhere/")
    assert answer is not None
    assert answer.status == 404
    found += _error(page, language)
    for fields, status in ((1, 403), (1001, 400)):  # without its token; more than a form may have
        page.goto("/account/password/")
        with page.expect_navigation() as answered:  # until its style sheets are there, not its first bytes
            page.evaluate(SEND, ["/account/password/", fields])
        answer = answered.value
        assert answer is not None
        assert answer.status == status
        found += _error(page, language)
    good(found)


def _answer(html: str, route: Route) -> None:
    route.fulfill(content_type="text/html; charset=utf-8", body=html)


def _error(page: Page, language: str) -> list[str]:
    """Look at a page that says it in both languages, the reader's first."""
    other = "en" if language == "fr" else "fr"
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(f"main [lang={other}] h2")).to_be_visible()
    return look(page)


@LANGUAGES
def test_the_pages_of_a_reset(open_page: OpenPage, language: str) -> None:
    address = f"/lines/{SPARE[language]}/reset/"
    page, second = open_page(who=NORA, language=language), open_page(who=NORA, language=language)
    for one in (page, second):
        one.goto(address)
        one.fill("#id_name", one.locator("main dd").nth(1).inner_text())
        one.click("main button[type=submit]")
        expect(one.locator("main .btn-danger")).to_be_visible()
    found = look(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click("main .btn-danger")
    expect(page.locator("dd code")).to_have_count(2)
    found += look(page)
    second.click("main .btn-danger")  # it was reset meanwhile
    expect(second.locator("main .alert-warning")).to_be_visible()
    good(found + look(second))


@LANGUAGES
def test_what_the_console_answers_to_a_form(open_page: OpenPage, language: str) -> None:
    page = open_page(who=OPERATOR, language=language)
    found: list[str] = []
    page.goto("/operator/trunks/add/")
    page.click(".save-bar button[value=save]")
    expect(page.locator("#refused")).to_be_visible()
    found += look(page)
    for address in ("/operator/departments/2/delete/", "/operator/trunks/1/delete/"):
        page.goto(address)
        page.click("main .btn-danger")
        expect(page.locator("#refused")).to_be_visible()
        found += look(page)
    page.goto("/operator/lines/69/secrets/")
    page.click("main .save-bar button")
    expect(page.locator("dd code")).to_have_count(2)
    good(found + look(page))


@LANGUAGES
def test_the_pages_that_manage_lines(open_page: OpenPage, language: str) -> None:
    page = open_page(who=BUREAU, language=language)
    page.goto("/lines/?department=all")
    found = look(page)
    row(page, "Poste 19").locator("summary").click()
    found += look(page, over="details[open] .menu")
    for address in ("/lines/add/", "/lines/delete/"):
        page.goto(address)
        found += look(page)
    page.goto("/lines/add/")
    page.click("main .save-bar button")  # without a name
    expect(page.locator("#refused")).to_be_visible()
    found += look(page)
    page.goto("/lines/?department=all")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.check("[data-tick-all]")  # his own line too, which stands in the way
    page.click("#bulk button[formaction$='/delete/']")
    expect(page.locator("main .alert-danger")).to_be_visible()
    found += look(page)
    page.goto("/lines/?department=all&q=poste 1")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.click("[data-bulk-clear]")
    row(page, "Poste 18").locator("input[name=selected]").check()
    page.click("#bulk button[formaction$='/delete/']")
    page.fill("#id_typed_count", "7")
    page.click("main .btn-danger")
    expect(page.locator("#refused")).to_be_visible()
    found += look(page)
    page.goto("/lines/?department=all")
    page.set_viewport_size({"width": 1280, "height": 900})
    for action in ("service", "delete"):
        open_action(page, "Poste 18", action)
        found += look(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.click("[data-close-dialog]")
        expect(page.locator("#dialog")).to_be_hidden()
    good(found)


@LANGUAGES
def test_receipts_and_a_stale_version(open_page: OpenPage, portal: Portal, language: str) -> None:
    address = f"/lines/{SPARE[language]}/call-settings/"
    page, theirs = open_page(who=NORA, language=language), open_page(who=NORA, language=language)
    page.goto(address)
    theirs.goto(address)
    found: list[str] = []
    for name, behind in (("Quai nord", True), ("Quai", False)):
        theirs.set_viewport_size({"width": 1280, "height": 900})
        portal.callcontrol.behind = behind
        theirs.fill("#id_calling_name", name)
        save(theirs)
        expect(theirs.locator("#receipt")).to_have_class(
            f"receipt {'is-waiting' if behind else 'is-in-force'}"
        )
        found += look(theirs)
    page.fill("#id_calling_name", "Quai sud")
    page.click(".save-bar button[value=save]")
    expect(page.locator("#stale")).to_be_visible()
    good(found + look(page))


@LANGUAGES
def test_the_first_password_and_a_refusal(open_page: OpenPage, language: str) -> None:
    page = open_page(language=language)
    sign_in(page, OMAR)
    speak(page, language)
    found = look(page)
    page.click("main form button.btn-primary")
    expect(page.locator("#refused")).to_be_visible()
    found += look(page)
    page = open_page(language=language)
    page.goto("/sign-in/")
    speak(page, language)
    page.fill("#id_number", DENIS)
    page.click("main button")
    expect(page.locator("#refused")).to_be_visible()
    good(found + look(page))
