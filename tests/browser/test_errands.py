"""What people do in the portal, in each language by mouse and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.hands import EACH_WAY, HANDS, TWINS, Hands, go, saved
from tests.browser.steps import CHARLIE, DENIS, IN_FORCE, MARIE, PASSWORD, SYLVIE, row, sign_in, speak

WORDS = {
    "fr": {
        "draft": "Avec ces réglages",
        "locked": "Verrou administratif",
        "nothing_kept": "Rien n'a été conservé de l'ancien abonné.",
    },
    "en": {
        "draft": "With these settings",
        "locked": "Administrative lock",
        "nothing_kept": "Nothing of the former subscriber was kept.",
    },
}
SPARE = {"fr": (14, "Poste 218"), "en": (15, "Poste 219")}
"""A line that nobody else's test needs, for each language."""
SAVE = ".save-bar button[value=save]"


@pytest.fixture
def marie(open_page: OpenPage, language: str, means: str) -> Hands:
    """Marie, who administers the company."""
    return HANDS[means](open_page(who=MARIE, language=language))


@TWINS
def test_the_other_sessions_are_ended_and_the_password_changed(
    open_page: OpenPage, language: str, means: str
) -> None:
    page, elsewhere = open_page(language=language), open_page(language=language)
    for one in (elsewhere, page):
        sign_in(one, CHARLIE)
    speak(page, language)
    hands = HANDS[means](page)
    hands.press(".account-menu summary")
    go(hands, ".account-menu a[href='/account/sessions/']", "/account/sessions/")
    go(hands, "main button[value=others]", "/account/sessions/")
    expect(page.locator("main .receipt")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    elsewhere.goto("/lines/")
    expect(elsewhere).to_have_url(re.compile("/sign-in/"))
    hands.press(".account-menu summary")
    go(hands, ".account-menu a[href='/account/password/']", "/account/password/")
    other = f"deux-Huards-{language}-{means}"
    for old, new, good in (("wrong", other, False), (PASSWORD, other, True), (other, PASSWORD, True)):
        for field, text in (("#id_old", old), ("#id_new", new), ("#id_again", new)):
            hands.write(field, text)
        hands.confirm("#id_again", "main form button.btn-primary")
        if not good:
            expect(page.locator("#id_old")).to_have_attribute("aria-invalid", "true")
            continue
        expect(page.locator("main .alert-success")).to_be_visible()
        expect(page.locator("#id_old")).to_have_value("")
        page.goto("/account/password/")


@EACH_WAY
def test_the_language_and_the_look_are_chosen(open_page: OpenPage, language: str, means: str) -> None:
    page = open_page(who=SYLVIE, language=language)
    page.goto("/lines/3/account/")
    hands = HANDS[means](page)
    for spoken in ("en" if language == "fr" else "fr", language):
        hands.press(f"button[name=language][value={spoken}]")
        expect(page.locator("html")).to_have_attribute("lang", spoken)
    for theme in ("dark", "auto"):
        hands.press(".account-menu summary")
        hands.press(f".account-menu button[value={theme}]")
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expect(page).to_have_url(re.compile("/lines/3/account/$"))


@TWINS
def test_the_account_of_a_line_and_its_pin(
    open_page: OpenPage, marie: Hands, language: str, means: str
) -> None:
    page = marie.page
    page.goto("/lines/2/account/")
    for chosen in ("English" if language == "fr" else "Français", "Français"):
        marie.choose("#id_language", chosen)
        with page.expect_navigation(url="**receipt=**"):
            marie.press(SAVE)
        expect(page.locator("#receipt")).to_be_visible()
    _change_pin(marie, {"#id_pin": "482913", "#id_again": "482913"}, IN_FORCE[language])
    denis = HANDS[means](open_page(who=DENIS, language=language))
    denis.page.goto("/lines/2/account/")
    entries = {"#id_old": "000000", "#id_pin": "739164", "#id_again": "739164"}
    for field, text in entries.items():
        denis.write(field, text)
    denis.confirm("#id_again", "form[action$='/pin/'] button")
    expect(denis.page.locator("#id_old")).to_have_attribute("aria-invalid", "true")
    _change_pin(denis, entries | {"#id_old": "482913"}, IN_FORCE[language])


def _change_pin(hands: Hands, entries: dict[str, str], receipt: re.Pattern[str]) -> None:
    for field, text in entries.items():
        hands.write(field, text)
    assert receipt.search(saved(hands, "#id_again", "form[action$='/pin/'] button"))
    for field in entries:
        expect(hands.page.locator(field)).to_have_value("")


@EACH_WAY
def test_messages_go_out_as_e_mails(marie: Hands, language: str) -> None:
    page = marie.page
    page.goto(f"/lines/{SPARE[language][0]}/messages/")
    marie.tick("#id_email_on")
    marie.write("#id_email_to", "rose@exemple.ca, nowhere")
    marie.press(SAVE)
    expect(page.locator("#id_email_to")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_email_on")).to_be_checked()
    for on, address in ((True, "rose@exemple.ca\nquai@exemple.ca"), (False, "")):
        marie.tick("#id_email_on", on=on)
        marie.write("#id_email_to", address)
        marie.tick("#id_keep_copy", on=not on)
        marie.tick("#id_skip_pin", on=on)
        expect(page.locator("#foresight")).to_contain_text(WORDS[language]["draft"])
        with page.expect_navigation(url="**receipt=**"):
            marie.press(SAVE)
        expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
        expect(page.locator("#id_email_to")).to_have_value(address)
        expect(page.locator("#id_skip_pin")).to_be_checked(checked=on)


@EACH_WAY
def test_what_a_line_shows_rejects_may_call_and_has_at_hand(marie: Hands, language: str) -> None:
    page = marie.page
    page.goto(f"/lines/{SPARE[language][0]}/call-settings/")
    barred = "input[name=barred][value=long_distance]"
    for on in (True, False):
        marie.write("#id_calling_name", "Quai" if on else "")
        for box in ("#id_withhold_identity", "#id_reject_anonymous", barred):
            marie.tick(box, on=on)
        if on:
            marie.press("button[value='add:speed']")
            expect(page.locator("#id_speed-0-name")).to_be_focused()
            marie.write("#id_speed-0-name", "Denis")
            marie.write("#id_speed-0-number", "202")
        else:
            marie.press("button[value='drop:speed:0']")
            expect(page.locator("#id_speed-0-name")).to_have_count(0)
        assert IN_FORCE[language].search(saved(marie, "#id_calling_name", SAVE))
        expect(page.locator("#id_speed-0-number")).to_have_count(int(on))
        expect(page.locator(barred)).to_be_checked(checked=on)
        expect(page.locator("#id_reject_anonymous")).to_be_checked(checked=on)


@EACH_WAY
def test_do_not_disturb_is_set_and_taken_back(marie: Hands, language: str) -> None:
    page = marie.page
    page.goto(f"/lines/{SPARE[language][0]}/availability/")
    for value in ("on", "off"):
        marie.tick(f"input[name=dnd][value={value}]")
        expect(page.locator("#foresight")).to_contain_text(WORDS[language]["draft"])
        assert IN_FORCE[language].search(saved(marie, f"input[name=dnd][value={value}]", SAVE))
        expect(page.locator(f"input[name=dnd][value={value}]")).to_be_checked()


@EACH_WAY
def test_the_record_of_changes_is_searched(marie: Hands) -> None:
    page = marie.page
    page.goto("/")
    go(marie, "#sidebar a[href='/record/']", "/record/")
    marie.write("#id_q", "usine")
    expect(page.locator("#list mark").first).to_have_text(re.compile("usine", re.IGNORECASE))
    expect(page).to_have_url(re.compile("q=usine"))
    marie.write("#id_q", "zzzz")
    expect(page.locator(".empty-state")).to_contain_text("zzzz")
    marie.press(".empty-state a")
    expect(page.locator("#list tbody tr").first).to_be_visible()


@EACH_WAY
def test_help_opens_and_closes(marie: Hands) -> None:
    page = marie.page
    page.goto("/record/")
    marie.press("header a[data-help]")
    panel = page.locator("#help-panel")
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    expect(panel).to_be_focused()
    marie.press("#help-panel [data-close-help]")
    expect(panel).to_be_hidden()
    expect(page.locator("header a[data-help]")).to_be_focused()


@TWINS
def test_every_tile_of_the_home_page_leads_where_it_says(marie: Hands) -> None:
    page = marie.page
    page.goto("/")
    tiles = page.locator(".tile").evaluate_all(
        "tiles => tiles.map(tile => [tile.getAttribute('href'), tile.querySelector('.tile-name').innerText])"
    )
    assert len(tiles) >= 6
    for address, name in tiles:
        page.goto("/")
        go(marie, f".tile[href='{address}']", re.escape(address))
        current = page.locator("#sidebar a[aria-current=page]")
        expect(current).to_have_text(name)


@EACH_WAY
def test_a_line_is_locked_and_unlocked_in_dialogs(marie: Hands, language: str) -> None:
    page, name = marie.page, SPARE[language][1]
    page.goto("/lines/?department=2")
    for address, button in (("lock", ".btn-danger"), ("unlock", ".btn-primary")):
        _open(marie, name, address)
        with page.expect_navigation(url="**receipt=**"):
            marie.press(f"#dialog {button}")
        locked = row(page, name).filter(has_text=WORDS[language]["locked"])
        expect(locked).to_have_count(int(address == "lock"))


def _open(hands: Hands, name: str, address: str) -> None:
    """Open an entry of a row's menu as a dialog."""
    page: Page = hands.page
    line = f"#{row(page, name).get_attribute('id')}"
    hands.press(f"{line} summary")
    hands.press(f"{line} a[href*='/{address}/']")
    expect(page.locator("#dialog h1")).to_be_visible()


@TWINS
def test_a_reset_that_erases_for_privacy_leaves_nothing_to_restore(marie: Hands, language: str) -> None:
    page, name = marie.page, SPARE[language][1]
    _reset(marie, name, erase=False)
    _open(marie, name, "undo-reset")
    marie.press("#dialog a[href*='/erase-snapshot/']")  # a former state is erased early
    marie.press("#dialog form[action$='/erase-snapshot/'] .btn-danger")
    page.wait_for_url("**receipt=**")
    _reset(marie, name, erase=True)
    expect(page.locator(f"{_id(page, name)} a[href*='/undo-reset/']")).to_have_count(0)


def _id(page: Page, name: str) -> str:
    return f"#{row(page, name).get_attribute('id')}"


def _reset(hands: Hands, name: str, *, erase: bool) -> None:
    page = hands.page
    page.goto("/lines/?department=2")
    _open(hands, name, "reset")
    hands.write("#dialog #id_name", name)
    hands.tick("#dialog #id_erase", on=erase)
    hands.press("#dialog button[type=submit]")
    hands.press("#dialog .btn-danger")
    expect(page.locator("#dialog dd code").first).to_be_visible()
    with page.expect_navigation(url="**/lines/?department=2"):
        hands.press("#dialog a.btn-primary")
