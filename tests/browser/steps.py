"""What the errands have in common: signing in, the language, saving, the keyboard, and looking at a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.breaks import WORDS_BROKEN
from tests.fakes.one_time_codes import KEY, code_now

ROOT = Path(__file__).parents[2]
PASSWORD = "vieux-Moulin-47-bleu"
MARIE, DENIS, SYLVIE, NEWCOMER = "514 555-0101", "514 555-0102", "514 555-0103", "514 555-0104"
CHARLIE = "418 555-0101"
"""The administrator of the neighbour company."""
NORA, OMAR = "450 555-0101", "450 555-0102"
"""The administrator of a third company, and who there has his first password as long as nobody replaces it."""
BUREAU = "581 555-0101"
"""The administrator of a company whose operator lets him add and delete lines."""
OPERATOR = "nadia"
IN_FORCE = {
    "fr": re.compile(r"En vigueur depuis .* · version \d+"),
    "en": re.compile(r"In force since .* · version \d+"),
}
"""What a receipt says once the call engine has confirmed it."""
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
THEMES = {"light": "dark", "dark": "light"}
SMALLEST_TARGET = """() => [...document.querySelectorAll('button, summary, select, textarea, input:not([type=hidden]), .btn, .quiet, .sidebar a, .tile, table a, .line-tabs a')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.classList.contains('visually-hidden'))
  .map((one) => { const box = (one.closest('label') || one).getBoundingClientRect(); return [one.outerHTML.slice(0, 80), Math.min(box.width, box.height)]; })
  .filter(([, size]) => size > 0 && size < 24)"""
TALL = 3000
"""Higher than a page: what sticks to the foot of the window then covers no field by chance."""
CUT = """() => [...document.querySelectorAll('.btn, .quiet, .tile, .line-tabs a')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.classList.contains('visually-hidden') && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""
TOO_WIDE = """() => [...document.querySelectorAll('body, main, dialog[open], .menu')]
  .filter((one) => one.checkVisibility())
  .map((one) => { const box = one.getBoundingClientRect(); return [one.className || one.localName, Math.round(box.left), Math.round(box.right)]; })
  .filter(([, left, right]) => left < -1 || right > window.innerWidth + 1)"""
SIZES = f"() => [document.documentElement.scrollWidth, ({TOO_WIDE})(), ({SMALLEST_TARGET})(), ({CUT})(), ({WORDS_BROKEN})()]"
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
FOLLOWED = """(theme) => new Promise((done, fail) => {
  const root = document.documentElement;
  const follows = () => root.dataset.bsTheme === theme;
  const watch = new MutationObserver(() => follows() && done());
  watch.observe(root, {attributes: true});
  setTimeout(() => fail(new Error(`the page does not turn ${theme}`)), 20_000);
  if (follows()) done();
})"""


def sign_in(page: Page, number: str = MARIE, password: str = PASSWORD) -> None:
    """Sign in through the page."""
    page.goto("/sign-in/")
    page.fill("#id_number", number)
    page.fill("#id_password", password)
    page.click("main button")
    page.wait_for_url(lambda url: "sign-in" not in url)


def operate(page: Page, name: str = OPERATOR, key: str = KEY) -> None:
    """Sign in as an operator, with the code of now."""
    page.goto("/operator/sign-in/")
    page.fill("#id_name", name)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/operator/code/")
    page.fill("#id_code", code_now(key))
    page.click("main button")
    page.wait_for_url("**/operator/")


def speak(page: Page, language: str) -> None:
    """Choose the language by the switch at the top."""
    page.click(f"button[name=language][value={language}]")
    expect(page.locator("html")).to_have_attribute("lang", language)


def save(page: Page) -> None:
    """Press Save and wait for the receipt's page."""
    with page.expect_navigation(url="**receipt=**"):
        page.click(".save-bar button[value=save]")


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def row(page: Page, name: str) -> Locator:
    """Return the row of a list by the name it shows."""
    return page.locator("#list tbody tr").filter(has=page.locator("th[scope=row]", has_text=name))


def open_action(page: Page, name: str, address: str) -> None:
    """Open an entry of a row's menu, by the end of its address, and wait for the dialog."""
    line = row(page, name)
    line.locator("summary").click()
    line.locator(f"a[href*='/{address}/']").click()
    expect(page.locator("#dialog")).to_be_visible()


def axe(page: Page, *rules: str, without: str = "", within: str = "") -> list[str]:
    """Return what axe-core finds wrong by WCAG 2.2 AA, with the elements.

    `rules` names the only ones, `without` one to leave out, `within` a part of the page to look at.
    """
    if not page.evaluate("'axe' in window"):
        page.add_init_script(AXE)  # for the pages that come: half a megabyte is not sent again
        page.evaluate(AXE)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    # No rule of these needs the style sheets parsed a second time, which takes longer than all of them.
    options: dict[str, object] = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    if without:
        options["rules"] = {without: {"enabled": False}}
    found = page.evaluate("([where, options]) => axe.run(where || document, options)", [within, options])
    return [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def look(page: Page, *widths: int, over: str = "") -> list[str]:
    """Return what is wrong with the page as it stands, wide and narrow, light and dark, with what is open on it.

    Colours are measured in all four; the other rules, which no theme changes, once at each width. Something open
    `over` the page covers targets, which cannot be pressed meanwhile: sizes are then those of its own.
    """
    found: list[str] = []
    page.wait_for_load_state()  # words can be seen, without their styles, before the style sheets have come
    for width in widths or (1280, 320):
        page.set_viewport_size({"width": width, "height": TALL})
        found += [f"{page.url} on {width}: {what}" for what in _ill_sized(page, width)]
        found += axe(page, without="target-size" if over else "")
        if over:
            found += axe(page, "target-size", within=over)
        turn(page)
        found += axe(page, "color-contrast")
    return found


def _ill_sized(page: Page, width: int) -> list[str]:
    """Return what is wider than the window, smaller than a finger, cut, or torn."""
    wide, outside, small, cut, torn = page.evaluate(SIZES)
    return [
        *([f"{wide} px wide"] if wide > width else []),
        *(f"{what} from {left} to {right}" for what, left, right in outside),
        *(f"{what} is {size} px" for what, size in small),
        *(f"the words of {what} are cut" for what in cut),
        *(f"over two lines: {what}" for what in torn),
    ]


def good(found: list[str]) -> None:
    """Fail if anything was found, with each finding on a line of its own."""
    assert not found, "\n" + "\n\n".join(found)


def turn(page: Page) -> None:
    """Turn the system from light to dark, or back; the page follows."""
    theme = THEMES[page.locator("html").get_attribute("data-bs-theme") or ""]
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.evaluate(FOLLOWED, theme)
