"""Every page, in both languages, dark and light, wide and narrow: axe-core finds nothing, nothing overflows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect
from tests.browser import addresses
from tests.browser.conftest import OpenPage
from tests.browser.steps import LANGUAGES, MARIE, OPERATOR, PASSWORD, SYLVIE, good, look


def visit(page: Page, pages: tuple[str, ...], language: str) -> list[str]:
    """Return what is wrong with any of the pages."""
    found: list[str] = []
    for address in pages:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("html")).to_have_attribute("lang", language)
        if not address.startswith("/help/"):
            assert page.locator("header a[href^='/help/']").count() == 1, f"no help beside {address}"
        found += look(page)
    return found


@LANGUAGES
def test_the_lists_are_accessible_and_fit(open_page: OpenPage, language: str) -> None:
    page = open_page(who=MARIE, language=language)
    good(visit(page, addresses.ADMINISTRATOR, language))


@LANGUAGES
def test_the_pages_of_a_line_are_accessible_and_fit(open_page: OpenPage, language: str) -> None:
    page = open_page(who=MARIE, language=language)
    good(visit(page, addresses.LINE, language))


@LANGUAGES
def test_the_incoming_calls_are_accessible_with_everything_open(open_page: OpenPage, language: str) -> None:
    page = open_page(who=MARIE, language=language)
    page.goto("/lines/13/incoming-calls/")  # nobody's: no other test has chosen one of these already
    found: list[str] = []
    for mode in ("forward", "together", "in_order"):
        page.check(f"input[name=mode][value={mode}]")
        expect(page.locator(".foresight.is-draft")).to_be_visible()
        if mode == "in_order":
            page.click("button[value='add:in_order']")
            expect(page.locator("#id_in_order-0-target")).to_be_visible()
        found += look(page)
    good(found)


@LANGUAGES
def test_a_subscribers_pages_are_accessible_and_fit(open_page: OpenPage, language: str) -> None:
    page = open_page(who=SYLVIE, language=language)
    good(visit(page, addresses.SUBSCRIBER, language))


@LANGUAGES
def test_the_console_is_accessible_and_fits(open_page: OpenPage, language: str) -> None:
    page = open_page(who=OPERATOR, language=language)
    good(visit(page, addresses.OPERATOR, language))


@LANGUAGES
def test_the_console_of_lines_is_accessible_and_fits(open_page: OpenPage, language: str) -> None:
    page = open_page(who=OPERATOR, language=language)
    good(visit(page, addresses.OPERATOR_OF_LINES, language))


@LANGUAGES
def test_the_ways_in_are_accessible_and_fit(open_page: OpenPage, language: str) -> None:
    page = open_page(language=language)
    found = visit(page, addresses.STRANGER, language)
    for name in ("paul", OPERATOR):  # one has to enrol his code, the other to type it
        page.goto("/operator/sign-in/")
        page.fill("#id_name", name)
        page.fill("#id_password", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/operator/code/")
        found += look(page)
    good(found)


@pytest.mark.parametrize(("who", "address"), [("", "/sign-in/"), (MARIE, "/lines/?department=all")])
def test_a_first_load_weighs_less_than_150_kb(open_page: OpenPage, who: str, address: str) -> None:
    page = open_page(who=who)
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")  # the first page of a day
    answers: list[Response] = []

    def note(answer: Response) -> None:
        if "/live/" not in answer.url:  # states stream for as long as the page is open
            answers.append(answer)

    page.on("response", note)
    page.goto(address)
    weights = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    assert len(weights) >= 6
    assert sum(weights.values()) < 150_000, weights
