"""Every page, in both languages, dark and light, wide and narrow: axe-core finds nothing, nothing overflows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import OpenPage, axe, sign_in

PAGES = (
    "/lines/",
    "/lines/?q=zzz",
    "/lines/1/incoming-calls/",
    "/lines/1/availability/",
    "/lines/1/call-settings/",
    "/lines/1/messages/",
    "/lines/1/account/",
    "/lines/1/changes/",
    "/account/password/",
    "/nowhere/",
)
SMALLEST_TARGET = """() => [...document.querySelectorAll('main button, main input:not([type=hidden]), main select, header a, header button, header summary')]
  .filter((one) => one.offsetParent !== null && !one.classList.contains('visually-hidden'))
  .map((one) => { const box = (one.closest('label') || one).getBoundingClientRect(); return [one.outerHTML.slice(0, 80), Math.min(box.width, box.height)]; })
  .filter(([, size]) => size < 24)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_accessible_and_fits(
    open_page: OpenPage, language: str, width: int, scheme: str
) -> None:
    page = open_page(language=language, width=width, scheme=scheme)
    page.goto("/sign-in/")
    found = _check(page, width)
    sign_in(page)
    page.click(f"button[name=language][value={language}]")
    page.wait_for_load_state()
    for address in PAGES:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("html").get_attribute("data-bs-theme") == scheme
        if address.endswith("incoming-calls/"):
            for mode in ("forward", "together", "in_order"):
                page.check(f"input[name=mode][value={mode}]")
            page.wait_for_selector(".foresight.is-draft")
            page.click("button[value='add:in_order']")
            page.wait_for_selector("#id_in_order-0-target")
        found += _check(page, width)
        page.on("dialog", lambda dialog: dialog.accept())
    assert found == []


def _check(page: Page, width: int) -> list[str]:
    found = axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        found.append(f"{page.url}: {wide} px wide")
    found += [f"{page.url}: {what} is {size} px" for what, size in page.evaluate(SMALLEST_TARGET)]
    return found


def test_the_first_page_weighs_less_than_150_kb(open_page: OpenPage) -> None:
    page = open_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(response.request.sizes()["responseBodySize"]))
    page.goto("/sign-in/", wait_until="networkidle")
    assert len(sizes) >= 6
    assert sum(sizes) < 150_000
