"""The list of lines follows the engine in place, and says when it no longer does."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import OpenPage, Portal
from tests.browser.steps import MARIE

LIST = "/lines/?department=1"
LOST = re.compile(r"La connexion est perdue\. Les états datent de \d{1,2}\sh\s\d\d\smin\s\d{1,2}\ss\.")


@pytest.fixture
def page(open_page: OpenPage, portal: Portal) -> Page:
    """Marie at the list of lines."""
    for state in portal.callcontrol.states.values():
        state["ringing"] = 0
    opened = open_page(who=MARIE, language="fr")
    opened.goto(LIST)
    return opened


def test_a_state_changes_in_place_and_takes_no_focus(page: Page, portal: Portal) -> None:
    cell = page.locator('[data-state-of="3"]')
    page.focus("#id_q")
    expect(cell).to_have_text("Connectée (1 téléphone)")
    portal.callcontrol.states["3"] = {"registered": 1, "calls": 1, "ringing": 1}
    expect(cell).to_have_text("En sonnerie", timeout=5_000)
    expect(cell).to_have_class("state is-busy")
    portal.callcontrol.states["3"] = {"registered": 0, "calls": 0, "ringing": 0}
    expect(cell).to_have_class("state is-unreachable", timeout=5_000)
    expect(page.locator("#id_q")).to_be_focused()
    expect(page.locator("#connection-lost")).to_be_empty()


def test_what_a_search_shows_is_followed(page: Page, portal: Portal) -> None:
    with page.expect_request(re.compile(r"/lines/live/\?ids=3$")):
        page.fill("#id_q", "Sylvie")
    expect(page.locator("[data-state-of]")).to_have_count(1)
    portal.callcontrol.states["3"] = {"registered": 1, "calls": 1, "ringing": 0}
    expect(page.locator('[data-state-of="3"]')).to_have_text("En communication", timeout=5_000)


def test_a_lost_connection_is_told_with_its_time_and_found_again(page: Page, portal: Portal) -> None:
    notice, cell = page.locator("#connection-lost"), page.locator('[data-state-of="2"]')
    broken = "data: " + json.dumps({"2": {"kind": "busy", "text": "En sonnerie"}}) + "\n\n"
    first = [broken]

    def break_off(route: Route) -> None:
        if first:
            route.fulfill(content_type="text/event-stream", body=first.pop())
        else:
            route.abort()

    page.goto("/account/password/")  # nothing is followed here
    page.route("**/lines/live/**", break_off)
    page.goto(LIST)
    expect(cell).to_have_text("En sonnerie")
    expect(notice).to_have_text(LOST, timeout=10_000)
    expect(page.locator("[data-live]")).to_have_class(re.compile("is-standing-still"))
    expect(cell).to_have_text("En sonnerie")
    page.unroute("**/lines/live/**")
    expect(notice).to_be_empty(timeout=20_000)
    expect(cell).to_have_text("Connectée (1 téléphone)", timeout=5_000)
    expect(page.locator("[data-live]")).not_to_have_class(re.compile("is-standing-still"))


def test_a_page_hidden_for_long_gives_its_connection_back(page: Page) -> None:
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {get: () => window.away === true, configurable: true}) }"
    )
    signal = "(away) => { window.away = away; document.dispatchEvent(new Event('visibilitychange')) }"
    with page.expect_event("requestfailed", lambda request: "/lines/live/" in request.url, timeout=15_000):
        page.evaluate(signal, True)
    with page.expect_request(re.compile("/lines/live/")):
        page.evaluate(signal, False)
    expect(page.locator("#connection-lost")).to_be_empty()
