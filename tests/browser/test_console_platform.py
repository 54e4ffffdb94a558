"""The operator's errands for the whole platform: classes, trunks and routes, comments, files of lines; by both means."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from tests.browser.conftest import OpenPage, Portal
from tests.browser.hands import HANDS, TWINS, Hands, go, saved
from tests.browser.steps import IN_FORCE, OPERATOR, ROOT

WORDS = {
    "fr": {
        "done": "Traité",
        "local": "Local",
        "company": "Frêne et frères",
        "titles": "Numéro,Nom,Service,Type,Classe de service",
        "row": "Rangée,Colonne,Valeur,Motif",
    },
    "en": {
        "done": "Done",
        "local": "Local",
        "company": "Ash Brothers",
        "titles": "Number,Name,Department,Type,Class of service",
        "row": "Row,Column,Value,Reason",
    },
}
SAVED = {
    "fr": re.compile(r"Enregistré · version \d+"),
    "en": re.compile(r"Saved · version \d+"),
}
COMPANY = {"fr": "3", "en": "4"}
AREA = {"fr": "819", "en": "613"}
ROWS = 510
"""More than a page waits for: the worker checks and saves them."""
COUNTS = ("rows", "created", "changed", "unchanged", "refused")


@pytest.fixture
def hands(open_page: OpenPage, language: str, means: str) -> Hands:
    """The operator at his first page."""
    page = open_page(who=OPERATOR, language=language)
    page.goto("/operator/")
    return HANDS[means](page)


@TWINS
def test_a_class_of_service_is_added_changed_and_deleted(hands: Hands, language: str) -> None:
    page = hands.page
    go(hands, "#sidebar a[href='/operator/classes/']", "/operator/classes/")
    go(hands, "main a[href$='/add/']", "/operator/classes/add/")
    for name in ("Standard", f"Atelier {language}"):  # the first is taken: refused, every entry stays
        hands.write("#id_name", name)
        hands.tick("input[name=permitted][value=internal]")
        hands.confirm("#id_name", ".save-bar button[value=save]")
        if name == "Standard":
            expect(page.locator("#id_name")).to_have_attribute("aria-invalid", "true")
            expect(page.locator("input[name=permitted][value=internal]")).to_be_checked()
    page.wait_for_url("**/operator/classes/?receipt=**")
    expect(page.locator("#receipt")).to_have_text(SAVED[language])
    made = page.locator("tbody a", has_text=f"Atelier {language}").get_attribute("href") or ""
    go(hands, f"tbody a[href='{made}']", made)
    hands.tick("input[name=permitted][value=local]")
    assert SAVED[language].search(saved(hands, "#id_name"))
    for address, refused in (("/operator/classes/1/", True), (made, False)):
        page.goto(f"{address}")
        go(hands, "main a[href$='/delete/']", f"{address}delete/")
        hands.press("main .btn-danger")
        if refused:  # lines have it
            expect(page.locator("#refused")).to_be_visible()
    page.wait_for_url("**receipt=**")
    expect(page.locator("#receipt")).to_have_text(SAVED[language])
    expect(page.locator("tbody")).not_to_contain_text("Atelier")


@TWINS
def test_a_trunk_and_a_route_over_it(hands: Hands, language: str) -> None:
    page, words = hands.page, WORDS[language]
    go(hands, "#sidebar a[href='/operator/trunks/']", "/operator/trunks/")
    go(hands, "main a[href$='/trunks/add/']", "/operator/trunks/add/")
    hands.write("#id_name", f"carrier-{language}")
    hands.write("#id_label", f"Carrier {language}")
    for host in ("not a host", "192.0.2.9"):
        hands.write("#id_host", host)
        hands.confirm("#id_host", ".save-bar button[value=save]")
        if host == "not a host":
            expect(page.locator("#id_host")).to_have_attribute("aria-invalid", "true")
    page.wait_for_url("**/operator/trunks/?receipt=**")
    expect(page.locator("#receipt")).to_have_text(SAVED[language])
    trunk = page.locator("tbody a", has_text=f"Carrier {language}").get_attribute("href") or ""
    go(hands, "main a[href$='/routes/add/']", "/operator/routes/add/")
    hands.choose("#id_trunk_id", f"Carrier {language}")
    hands.choose("#id_group_id", words["company"])
    hands.tick("input[name=classes][value=local]")
    assert IN_FORCE[language].search(saved(hands, "#id_position"))
    route = page.locator("tbody a", has_text=words["company"]).get_attribute("href") or ""
    go(hands, f"tbody a[href='{route}']", route)
    hands.write("#id_position", "2")
    assert IN_FORCE[language].search(saved(hands, "#id_position"))
    page.goto(trunk)
    hands.write("#id_label", f"Renamed {language}")
    assert SAVED[language].search(saved(hands, "#id_label"))
    for address, refused in ((trunk, True), (route, False), (trunk, False)):
        page.goto(f"{address}delete/")
        hands.press("main .btn-danger")
        if refused:  # a route uses it
            expect(page.locator("#refused")).to_be_visible()
        else:
            page.wait_for_url("**receipt=**")
            expect(page.locator("#receipt")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(f"Renamed {language}")


@TWINS
def test_a_comment_is_read_and_marked_as_done(hands: Hands, language: str) -> None:
    page, number = hands.page, {"fr": 2, "en": 3}[language]
    go(hands, "#sidebar a[href='/operator/feedback/']", "/operator/feedback/")
    comment = page.locator(f"#row-{number}")
    expect(comment).to_contain_text("Sylvie Roy")
    expect(comment).to_contain_text("/lines/3/availability/")
    hands.press(f"#row-{number} summary")
    go(hands, f"#row-{number} a[href$='/done/']", rf"/operator/feedback/{number}/done/")
    with page.expect_navigation(url="**/operator/feedback/"):
        hands.press("main form.save-bar button")
    expect(comment.get_by_role("cell", name=WORDS[language]["done"], exact=True)).to_be_visible()
    expect(comment.locator("summary")).to_have_count(0)


@pytest.fixture(scope="module")
def work(portal: Portal) -> Iterator[Callable[[], None]]:
    """Have the worker do its next piece of an import."""
    words = [sys.executable, "-m", "tests.fakes.import_worker"]
    with subprocess.Popen(  # noqa: S603 - our own command
        words,
        cwd=ROOT,
        env=portal.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        asked, said = worker.stdin, worker.stdout
        assert asked is not None
        assert said is not None

        def one() -> None:
            asked.write("\n")
            asked.flush()
            assert said.readline() == "True\n"

        yield one
        asked.close()


@TWINS
def test_a_file_of_lines_with_errors_then_right_then_again(
    hands: Hands, language: str, work: Callable[[], None]
) -> None:
    page, company = hands.page, COMPANY[language]
    page.goto(f"/operator/groups/{company}/lines/")
    go(hands, "main a[href$='/line-imports/']", f"/groups/{company}/line-imports/")
    _hand_in(hands, _file(language, wrong=True))
    expect(page.locator("#import tbody tr")).to_have_count(2)
    expect(page.locator("#import button")).to_have_count(0)
    with page.expect_download() as begun:
        hands.press("#import a[href$='/errors/']")
    told = Path(begun.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert told[0] == WORDS[language]["row"]
    assert len(told) == 3
    for created, unchanged in ((ROWS, 0), (0, ROWS)):
        go(hands, "main > p a[href$='/line-imports/']", f"/groups/{company}/line-imports/")
        _hand_in(hands, _file(language))
        expect(page.locator("#import progress")).to_be_visible()
        work()
        expect(page.locator("#import button.btn-primary")).to_be_visible()
        assert _counts(page) == [ROWS, created, 0, unchanged, 0]
        hands.press("#import button.btn-primary")
        expect(page.locator("#import progress")).to_be_visible()
        work()
        expect(page.locator("#import progress, #import button")).to_have_count(0)
        assert _counts(page) == [ROWS, created, 0, unchanged, 0]
    page.goto(f"/operator/groups/{company}/lines/")
    expect(page.locator(".list-count")).to_contain_text(str(ROWS))


def _hand_in(hands: Hands, file: FilePayload) -> None:
    hands.give("#id_file", file)
    go(hands, "main form button.btn-primary", r"/line-imports/\d+/")


def _counts(page: Page) -> list[int]:
    words = page.locator("#import dd").all_inner_texts()[: len(COUNTS)]
    return [int(re.sub(r"\D", "", word)) for word in words]


def _file(language: str, *, wrong: bool = False) -> FilePayload:
    rows = [
        f"{AREA[language]} 555-{index:04d},Zone {index},Usine,common_area,Standard"
        for index in range(200, 200 + ROWS)
    ]
    if wrong:
        rows = [rows[0], "418 555-0101,Ailleurs,,,Standard", "12,Trop court,,,Standard"]
    text = "\n".join([WORDS[language]["titles"], *rows])
    return {"name": "lignes.csv", "mimeType": "text/csv", "buffer": text.encode()}
