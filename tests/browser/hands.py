"""Two ways to use a page, the mouse and the keyboard alone, so that one errand is written once and run by both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

import pytest
from playwright.sync_api import FileChooser, FilePayload, Page, expect
from tests.browser.steps import tab_to

MOST_STOPS = 200
"""A page of fifty rows has as many stops of the Tab key."""
VALUE_OF = """(select, words) =>
  [...select.options].find((option) => option.label.replaceAll(/\\s/g, ' ') === words)?.value ?? null"""


class Hands(Protocol):
    """What a person does with a page. Every selector names one thing on it, visible and not disabled."""

    page: Page

    def press(self, selector: str) -> None:
        """Press a link, a button or a menu."""

    def write(self, selector: str, text: str) -> None:
        """Replace what a field holds."""

    def choose(self, selector: str, label: str) -> None:
        """Choose an option of a list by its words."""

    def tick(self, selector: str, *, on: bool = True) -> None:
        """Set a check-box, or choose one of several radio buttons."""

    def give(self, selector: str, file: FilePayload) -> None:
        """Choose a file of this machine."""

    def confirm(self, field: str, button: str) -> None:
        """Save a form: by its button, or by Return in one of its fields."""


class Mouse:
    """Points and clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, selector: str) -> None:
        self.page.click(selector)

    def write(self, selector: str, text: str) -> None:
        self.page.click(selector)
        self.page.fill(selector, text)

    def choose(self, selector: str, label: str) -> None:
        self.page.select_option(selector, value=_value_of(self.page, selector, label))

    def tick(self, selector: str, *, on: bool = True) -> None:
        self.page.set_checked(selector, on)

    def give(self, selector: str, file: FilePayload) -> None:
        with self.page.expect_file_chooser() as asked:
            self.page.click(selector)
        _hand_over(asked.value, file)

    def confirm(self, field: str, button: str) -> None:
        del field
        self.page.click(button)


class Keyboard:
    """Tab, Return, Space, arrows and letters; the mouse is never touched."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, selector: str) -> None:
        self._go(selector)
        self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        self._go(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def choose(self, selector: str, label: str) -> None:
        wanted = _value_of(self.page, selector, label)
        self._go(selector)
        self.page.keyboard.press("Home")
        for _option in range(self.page.locator(f"{selector} option").count()):
            if self.page.locator(selector).input_value() == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} is not turned to {label}")

    def tick(self, selector: str, *, on: bool = True) -> None:
        field = self.page.locator(selector)
        if field.get_attribute("type") == "radio":
            self._turn_to(selector)
        elif field.is_checked() != on:
            self._go(selector)
            self.page.keyboard.press("Space")
        expect(field).to_be_checked(checked=on)

    def give(self, selector: str, file: FilePayload) -> None:
        self._go(selector)
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Space")
        _hand_over(asked.value, file)

    def confirm(self, field: str, button: str) -> None:
        del button
        self._go(field)
        self.page.keyboard.press("Enter")

    def _go(self, selector: str) -> None:
        """Tab on from where the focus is, round the page if need be."""
        expect(self.page.locator(selector)).to_be_visible()
        if not self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            tab_to(self.page, selector, most=MOST_STOPS)

    def _turn_to(self, selector: str) -> None:
        """Reach the group by its chosen button, or its first, and go down it with the arrow."""
        field = self.page.locator(selector)
        name = field.get_attribute("name")
        group = f"input[type=radio][name='{name}']"
        self._go(f"{group}:checked" if self.page.locator(f"{group}:checked").count() else group)
        for _button in range(self.page.locator(group).count()):
            if field.is_checked():
                return
            self.page.keyboard.press("ArrowDown")


def _value_of(page: Page, selector: str, label: str) -> str:
    """Return the value of the option with these words (a no-break space is a space)."""
    value = page.locator(selector).evaluate(VALUE_OF, label)
    assert value is not None, f"{selector} does not offer {label}"
    return str(value)


def _hand_over(chooser: FileChooser, file: FilePayload) -> None:
    chooser.set_files(file)


HANDS: dict[str, Callable[[Page], Hands]] = {"mouse": Mouse, "keyboard": Keyboard}
TWINS = pytest.mark.parametrize(("language", "means"), [("fr", "keyboard"), ("en", "mouse")])
"""A long errand: in French by keyboard alone, its twin in English by mouse."""
EACH_WAY = pytest.mark.parametrize(
    ("language", "means"), [(language, means) for language in ("fr", "en") for means in HANDS]
)
"""A short errand: in each language, by each means."""


def go(hands: Hands, selector: str, address: str) -> None:
    """Press what leads to a page and wait until it is there; `address` is a regular expression of its whole path."""
    with hands.page.expect_navigation(url=re.compile(rf"^https?://[^/]+{address}($|\?)")):
        hands.press(selector)


def saved(hands: Hands, field: str, button: str = ".save-bar button[type=submit]") -> str:
    """Save a form and return what its receipt says."""
    with hands.page.expect_navigation(url="**receipt=**"):
        hands.confirm(field, button)
    return hands.page.locator("#receipt").inner_text()
