"""The operator's errands in a company: departments, lines, numbers, grants; in French by keyboard alone, in English by mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.hands import HANDS, TWINS, Hands, go, saved
from tests.browser.steps import IN_FORCE, OPERATOR, sign_in

WORDS = {
    "fr": {
        "top": "Aucun : au sommet",
        "once": "Ces secrets ne sont affichés que cette fois.",
    },
    "en": {
        "top": "None: at the top",
        "once": "These secrets are shown this once.",
    },
}
COMPANY = {"fr": "/operator/groups/3/", "en": "/operator/groups/4/"}
AREA = {"fr": "819", "en": "613"}


@pytest.fixture
def hands(open_page: OpenPage, language: str, means: str) -> Hands:
    """The operator at the company of the errand, which he opened from the list of all."""
    page = open_page(who=OPERATOR, language=language)
    page.goto("/operator/")
    hands = HANDS[means](page)
    go(hands, f"#list a[href='{COMPANY[language]}']", COMPANY[language])
    return hands


@TWINS
def test_departments_are_added_renamed_moved_and_deleted(hands: Hands, language: str) -> None:
    page, words, tree = hands.page, WORDS[language], f"{COMPANY[language]}departments/"
    go(hands, "main a[href$='/departments/']", tree)
    for name, parent in (("Atelier", words["top"]), ("Quai", "Atelier")):
        go(hands, "main a[href$='/departments/add/']", f"{tree}add/")
        hands.choose("#id_parent", parent)
        hands.write("#id_name", name)
        assert IN_FORCE[language].search(saved(hands, "#id_name"))
    inner = page.locator("tbody a", has_text="Quai").get_attribute("href") or ""
    outer = page.locator("tbody a", has_text="Atelier").get_attribute("href") or ""
    go(hands, f"tbody a[href='{outer}']", outer)
    go(hands, "main a[href$='/delete/']", f"{outer}delete/")
    hands.press("main .btn-danger")  # something is in it: the refusal names it, with the way there
    expect(page.locator("#refused")).to_be_visible()
    go(hands, f"main section a[href='{inner}']", inner)
    hands.write("#id_name", "atelier/quai")
    hands.confirm("#id_name", ".save-bar button[value=save]")
    expect(page.locator("#id_name")).to_have_attribute("aria-invalid", "true")
    hands.write("#id_name", "Quai nord")
    hands.choose("#id_parent", words["top"])
    assert IN_FORCE[language].search(saved(hands, "#id_name"))
    expect(page.locator("h1")).to_have_text("Quai nord")
    for gone in (inner, outer):
        page.goto(f"{gone}delete/")
        with page.expect_navigation(url="**receipt=**"):
            hands.press("main .btn-danger")
        expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
    expect(page.locator("main")).not_to_contain_text("Atelier")
    expect(page.locator("main")).not_to_contain_text("Quai")


@TWINS
def test_a_line_from_its_first_day_to_its_last(hands: Hands, language: str, open_page: OpenPage) -> None:
    page, words, area = hands.page, WORDS[language], AREA[language]
    go(hands, "main a[href$='/lines/add/']", f"{COMPANY[language]}lines/add/")
    hands.write("#id_number", f"{area} 555-0007")
    hands.write("#id_name", "Rose Lavoie")
    hands.write("#id_extension", "307")
    hands.choose("#id_class_of_service_id", "Standard")
    hands.confirm("#id_name", ".save-bar button[value=save]")
    first, pin, _user, _secret = _shown_once(hands, words["once"], 4)
    go(hands, "main a.btn-primary", r"/operator/lines/\d+/")
    line = page.url.split("?")[0]
    assert first not in page.content()
    go(hands, "main a[href$='/service/']", r"/operator/lines/\d+/service/")
    hands.write("#id_number", f"{area} 555-0008")
    assert IN_FORCE[language].search(saved(hands, "#id_number"))
    for suspended in (True, False):
        page.goto(line)
        go(hands, "main a[href$='/suspend/']", r"/operator/lines/\d+/suspend/")
        with page.expect_navigation(url="**receipt=**"):
            hands.press("main form.save-bar button")
        expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
        expect(page.locator("main .alert-warning")).to_have_count(int(suspended))
    handed_out = []
    for kept in ("#id_pin", "#id_password"):  # the password alone, then the PIN alone
        go(hands, "main a[href$='/secrets/']", r"/operator/lines/\d+/secrets/")
        hands.tick(kept, on=False)
        hands.press("main .save-bar button")
        handed_out += _shown_once(hands, words["once"], 1)
        go(hands, "main a.btn-primary", r"/operator/lines/\d+/")
    assert len({first, pin, *handed_out}) == 4
    theirs = open_page(language=language)
    sign_in(theirs, f"{area} 555-0008", handed_out[0])
    expect(theirs).to_have_url(re.compile("/account/password/"))
    go(hands, "main a[href$='/delete/']", r"/operator/lines/\d+/delete/")
    for typed in ("0008", f"{area} 555-0008"):
        hands.write("#id_typed_number", typed)
        hands.press("main .btn-danger")
        if typed == "0008":
            expect(page.locator("#id_typed_number")).to_have_attribute("aria-invalid", "true")
    page.wait_for_url("**receipt=**")
    expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
    expect(page.locator("#list")).not_to_contain_text("Rose Lavoie")
    theirs.goto("/")
    expect(theirs).to_have_url(re.compile("/sign-in/"))


def _shown_once(hands: Hands, words: str, count: int) -> list[str]:
    """Return the secrets of the answer, which no address shows again."""
    expect(hands.page.locator("main [role=status]").filter(has_text=words)).to_be_visible()
    expect(hands.page.locator("dd code")).to_have_count(count)
    return hands.page.locator("dd code").all_inner_texts()


@TWINS
def test_number_blocks_are_given_and_taken_back(hands: Hands, language: str) -> None:
    page, area = hands.page, AREA[language]
    go(hands, "main a[href$='/blocks/']", f"{COMPANY[language]}blocks/")
    go(hands, "main a[href$='/blocks/add/']", f"{COMPANY[language]}blocks/add/")
    for first, last in (("555-0900", "555-1099"), ("556-0000", "556-0009")):
        hands.write("#id_first", f"{area} {first}")
        hands.write("#id_last", f"{area} {last}")
        hands.confirm("#id_last", ".save-bar button[value=save]")
        if first == "555-0900":  # part of it is given already
            expect(page.locator("#id_first")).to_have_attribute("aria-invalid", "true")
    page.wait_for_url("**/blocks/**receipt=**")
    expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
    given = page.locator("tbody tr").filter(has_text=re.compile(r"556.0009"))
    expect(given.get_by_role("cell", name="10", exact=True)).to_have_count(2)
    taken = given.locator("a").get_attribute("href") or ""
    go(hands, f"tbody a[href='{taken}']", taken)
    with page.expect_navigation(url="**receipt=**"):
        hands.press("main .btn-danger")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])


@TWINS
def test_features_permissions_and_licences_are_granted(hands: Hands, language: str) -> None:
    page = hands.page
    go(hands, "main a[href$='/grants/']", f"{COMPANY[language]}grants/")
    expect(page.locator("input[name=features]").first).to_be_visible()
    feature, permission = "#id_features_0", "#id_permissions_0"
    names = [page.locator(f"label[for={box[1:]}]").inner_text() for box in (feature, permission)]
    hands.tick(feature)
    hands.tick(permission)
    hands.write("#id_basic", "-1")
    hands.write("#id_premium", "2")
    hands.confirm("#id_premium", ".save-bar button[value=save]")
    expect(page.locator("#id_basic")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(feature)).to_be_checked()
    hands.write("#id_basic", "25")
    assert IN_FORCE[language].search(saved(hands, "#id_basic"))
    go(hands, ".save-bar a", COMPANY[language])
    granted = page.locator("main section").nth(1)
    for shown in (*names, "25", "2"):
        expect(granted.locator("dd").filter(has_text=shown).first).to_be_visible()


@TWINS
def test_a_company_is_described_suspended_and_put_back(hands: Hands, language: str) -> None:
    page, here = hands.page, COMPANY[language]
    go(hands, "main a[href$='/details/']", f"{here}details/")
    hands.write("#id_local_area_codes", "450 438")
    hands.tick("#id_locked_lines_ring")
    assert IN_FORCE[language].search(saved(hands, "#id_local_area_codes"))
    expect(page.locator("#id_locked_lines_ring")).to_be_checked()
    go(hands, ".save-bar a.btn", here)
    for suspended in (1, 0):
        go(hands, "main a[href$='/suspend/']", f"{here}suspend/")
        with page.expect_navigation(url="**receipt=**"):
            hands.press("main form.save-bar button")
        expect(page.locator("main .alert-warning")).to_have_count(suspended)
        expect(page.locator("#receipt")).to_have_text(IN_FORCE[language])
