"""The lists: searching, sorting, paging with a selection, columns, departments, the file of lines; and "/" for everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.steps import DENIS, LANGUAGES, MARIE, good, look, row, tab_to

ALL = "/lines/?department=all"
WORDS = {
    "fr": {
        "one": "1 ligne",
        "selected": "2 sélectionnées",
        "all": "Visualisez tout",
        "header": "Nom,Numéro de répertoire,Service",
        "record": "Registre des changements",
    },
    "en": {
        "one": "1 line",
        "selected": "2 selected",
        "all": "View all",
        "header": "Name,Directory number,Department",
        "record": "Record of changes",
    },
}


@pytest.fixture
def page(open_page: OpenPage, language: str) -> Page:
    """Marie at all lines of her company."""
    opened = open_page(who=MARIE, language=language)
    opened.goto(ALL)
    return opened


@LANGUAGES
def test_the_list_filters_while_typing_and_announces_the_count(page: Page, language: str) -> None:
    page.locator("#id_q").press_sequentially("roy", delay=20)
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list mark")).to_have_text("Roy")
    expect(page.get_by_role("status").filter(has_text=WORDS[language]["one"])).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=roy"))
    expect(page.locator("#id_q")).to_be_focused()
    page.reload()
    expect(page.locator("#list mark")).to_have_text("Roy")
    page.select_option("#id_in", "number")
    expect(page.locator(".empty-state")).to_contain_text("roy")
    page.click(".empty-state a")
    expect(page.locator("#list tbody tr")).to_have_count(50)


@LANGUAGES
def test_the_selection_survives_sorting_paging_and_searching(page: Page, language: str) -> None:
    count = page.locator(".bulk-count")
    row(page, "Denis Gagnon").locator("input[name=selected]").check()
    page.locator("thead a", has_text=re.compile("^(Nom|Name)")).click()
    expect(page.locator("th[aria-sort=descending]")).to_be_visible()
    expect(page.locator("#list tbody th").first).to_have_text("Zone 50")
    expect(count).not_to_be_empty()
    page.click("a[rel=next]")
    expect(row(page, "Denis Gagnon").locator("input[name=selected]")).to_be_checked()
    expect(page.locator("#list tbody tr")).to_have_count(16)
    page.fill("#id_q", "zone 07")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    row(page, "Zone 07").locator("input[name=selected]").check()
    expect(count).to_have_text(WORDS[language]["selected"])
    page.fill("#id_q", "")
    expect(page.locator("#list tbody tr")).to_have_count(50)
    expect(row(page, "Zone 07").locator("input[name=selected]")).to_be_checked()
    expect(count).to_have_text(WORDS[language]["selected"])
    page.click("[data-bulk-clear]")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(row(page, "Zone 07").locator("input[name=selected]")).not_to_be_checked()


@LANGUAGES
def test_the_columns_chosen_are_kept_after_a_reload(open_page: OpenPage, language: str) -> None:
    page = open_page(who=DENIS, language=language)
    page.goto("/lines/")
    for wanted in (False, True):
        page.click(".column-picker > summary")
        page.set_checked(".column-picker input[value=extension]", wanted)
        page.click(".column-picker button")
        page.wait_for_load_state()
        for _look in ("at once", "after a reload"):
            expect(page.locator("#list td", has_text=re.compile("^202$"))).to_have_count(int(wanted))
            page.goto("/lines/")


def test_the_columns_are_chosen_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(who=DENIS, language="fr")
    page.goto("/lines/")
    for count in (0, 1):
        tab_to(page, ".column-picker > summary")
        page.keyboard.press("Enter")
        tab_to(page, ".column-picker input[value=extension]")
        page.keyboard.press("Space")
        tab_to(page, ".column-picker button")
        page.keyboard.press("Enter")
        expect(page.locator("#list td", has_text=re.compile("^202$"))).to_have_count(count)


HEAD = """() => {
  const table = document.querySelector('.list-table'), head = table.tHead.rows[0].cells[2].getBoundingClientRect();
  return [window.scrollY > 400, Math.round(head.top), table.offsetWidth <= table.parentElement.clientWidth + 1];
}"""


@pytest.mark.parametrize("width", [1280, 1000, 800, 660])
def test_the_head_of_a_list_stays_in_sight(open_page: OpenPage, width: int) -> None:
    page = open_page(who=MARIE, language="fr", width=width)
    page.goto(ALL)
    page.evaluate("window.scrollTo(0, 600)")
    assert page.evaluate(HEAD) == [True, 0, True]
    row(page, "Zone 01").locator("summary").click()
    expect(row(page, "Zone 01").locator(".menu a").first).to_be_in_viewport()
    assert page.evaluate(HEAD)[2]
    page.goto("/record/")
    page.evaluate("window.scrollTo(0, 600)")
    assert page.evaluate(HEAD) == [True, 0, True]


@LANGUAGES
def test_the_density_is_chosen_by_keyboard_and_kept(open_page: OpenPage, language: str) -> None:
    page = open_page(who=DENIS, language=language)
    page.goto("/lines/?sort=-number")
    tall = page.locator("#list tbody tr").first.evaluate("(row) => row.offsetHeight")
    for density in ("compact", "comfortable"):
        tab_to(page, ".density-picker > summary")
        page.keyboard.press("Enter")
        tab_to(page, f".density-picker button[value={density}]")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/lines/\?.*sort=-number"))
        height = page.locator("#list tbody tr").first.evaluate("(row) => row.offsetHeight")
        assert height == tall if density == "comfortable" else height < tall
        page.goto("/record/")
        expect(page.locator(".list-table.is-compact")).to_have_count(int(density == "compact"))
        page.goto("/lines/?sort=-number")
        if density == "compact":
            page.click(".density-picker > summary")
            good(look(page, over=".density-picker .menu"))
            page.keyboard.press("Escape")
            good(look(page))
            page.set_viewport_size({"width": 1280, "height": 900})


@LANGUAGES
def test_a_department_is_chosen_and_everything_again(page: Page, language: str) -> None:
    words = WORDS[language]
    expect(page.locator(".scope > summary")).to_contain_text(words["all"])
    expect(page.locator("td", has_text="Usine").first).to_be_visible()
    page.click(".scope > summary")
    page.locator(".scope input").press_sequentially("ven")
    expect(page.locator(".scope-found mark")).to_have_text("Ven")
    page.click(".scope-found a >> text=Ventes")
    page.wait_for_url("**/lines/?department=1")
    expect(page.locator("#list tbody tr")).to_have_count(5)
    expect(page.locator("thead th", has_text=re.compile("^(Service|Department)$"))).to_have_count(0)
    page.goto("/users/")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    page.goto("/lines/")
    page.click(".scope > summary")
    page.click(f".scope-found a >> text={words['all']}")
    expect(page.locator("#list tbody tr")).to_have_count(50)
    expect(page.locator("thead th", has_text=re.compile("^(Service|Department)"))).to_be_visible()


def test_a_department_is_chosen_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="fr")
    page.goto(ALL)
    tab_to(page, ".scope > summary")
    page.keyboard.press("Enter")
    tab_to(page, ".scope input")
    page.keyboard.type("entre")
    expect(page.locator(".scope-found li")).to_have_count(1)
    tab_to(page, ".scope-found a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"department=\d+$"))
    expect(page.locator("#list tbody th").first).to_have_text("Zone 01")


@LANGUAGES
def test_the_file_of_all_lines(page: Page, language: str) -> None:
    page.goto("/lines/?department=1&q=roy")
    with page.expect_download() as begun:
        page.click("a[href='/lines/download/']")
    assert re.fullmatch(r"lines_\d{4}-\d\d-\d\d\.csv", begun.value.suggested_filename)
    data = Path(begun.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[0] == WORDS[language]["header"]
    places = [line.rpartition(",")[2] for line in lines[1:]]
    numbers = [line.split(",")[1] for line in lines[1:]]
    assert len(places) == 66
    assert list(dict.fromkeys(places)) == ["Usine", "Usine/Entrepôt", "Ventes"]
    for place in set(places):
        here = [number for number, at in zip(numbers, places, strict=True) if at == place]
        assert here == sorted(here)


@LANGUAGES
def test_everything_is_searched_from_anywhere_by_keyboard(open_page: OpenPage, language: str) -> None:
    page = open_page(who=MARIE, language=language)
    page.goto("/lines/2/availability/")
    page.keyboard.press("/")
    expect(page.locator("#everything")).to_be_focused()
    expect(page.locator("#everything")).to_have_value("")
    page.keyboard.type("203")
    expect(page.locator("#everything-found mark").first).to_have_text("203")
    page.keyboard.press("Escape")
    expect(page.locator("#everything-found")).to_be_empty()
    page.keyboard.press("Control+A")
    page.keyboard.type(WORDS[language]["record"][:6])
    expect(page.locator("#everything-found a[href='/record/']")).to_be_visible()
    tab_to(page, "#everything-found a[href='/record/']", most=12)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/")
    page.keyboard.press("/")
    page.keyboard.type("usine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?everything=usine")
    page.click("main a[href*='department=']")
    expect(page.locator(".scope > summary")).to_contain_text("Usine")
