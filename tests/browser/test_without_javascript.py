"""The same errands in a browser without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.steps import BUREAU, MARIE, SYLVIE, row


def test_a_line_rings_in_order_without_javascript(open_page: OpenPage) -> None:
    page = open_page(who=SYLVIE, language="fr", javascript=False)
    page.goto("/lines/3/incoming-calls/")
    page.check("input[name=mode][value=in_order]")
    page.click("button[value='add:in_order']")
    page.click("button[value='add:in_order']")
    page.fill("#id_in_order-1-dialled", "202")
    page.click("button[value=preview]")
    expect(page.locator("#foresight")).to_contain_text("de 0\u00a0s à 15\u00a0s et le 202 (Denis")
    page.click(".save-bar button[value=save]")
    expect(page.locator("#receipt")).to_contain_text("En vigueur depuis")
    expect(page.locator("#id_in_order-1-dialled")).to_have_value("202")


def test_the_lists_without_javascript(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="fr", javascript=False)
    page.goto("/lines/?department=all")
    expect(page.locator("#sidebar a[href='/users/']")).to_be_visible()
    page.click("a[rel=next]")
    expect(page.locator("#list tbody tr")).to_have_count(16)
    page.click("a[rel=prev]")
    expect(page.locator("#list tbody tr")).to_have_count(50)
    page.fill("#id_q", "poste 2")
    page.click("#list-search button")
    expect(page.locator("#list tbody tr")).to_have_count(10)
    expect(page.locator("#list mark").first).to_have_text("Poste 2")
    page.click(".scope > summary")
    page.click(".scope-found a[href^='/departments/']")
    page.click("main a >> text=Usine/Entrepôt")
    expect(page.locator("#list tbody th").first).to_have_text("Zone 01")
    page.fill("#everything", "203")
    page.keyboard.press("Enter")
    expect(page.locator("main .found-name").first).to_have_text("Sylvie Roy")


def test_the_density_of_lists_without_javascript(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="fr", javascript=False)
    page.goto("/users/?department=1&q=roy")
    for density, count in (("compact", 1), ("comfortable", 0)):
        page.click(".density-picker > summary")
        page.click(f".density-picker button[value={density}]")
        expect(page).to_have_url(re.compile(r"/users/\?department=1&q=roy"))
        expect(page.locator(".list-table.is-compact")).to_have_count(count)


def test_the_actions_of_lines_without_javascript(open_page: OpenPage) -> None:
    page = open_page(who=MARIE, language="fr", javascript=False)
    page.goto("/lines/?department=2")
    for address, button in (("lock", ".btn-danger"), ("unlock", ".btn-primary")):
        row(page, "Poste 220").locator("summary").click()
        row(page, "Poste 220").locator(f"a[href*='/{address}/']").click()
        page.click(f"main {button}")
        expect(page.locator("#receipt")).to_contain_text("En vigueur depuis")
        expect(page).to_have_url(re.compile(r"/lines/\?department=2&"))
        locked = row(page, "Poste 220").locator(".mark-of")
        expect(locked).to_have_count(1 if address == "lock" else 0)
    row(page, "Poste 220").locator("summary").click()
    row(page, "Poste 220").locator("a[href*='/details/']").click()
    page.fill("#id_emergency_address", "12, rue du Quai")
    page.click("main .save-bar button")
    expect(page.locator("#receipt")).to_contain_text(re.compile("En vigueur|Enregistré"))
    expect(page).to_have_url(re.compile(r"/lines/\?department=2&"))
    page.click("[data-undo]")
    expect(page.locator("#receipt")).to_contain_text("version 5")
    expect(page).to_have_url(re.compile(r"/lines/\?department=2&"))
    for target, department in (("Ventes", "2"), ("Usine", "1")):
        page.goto(f"/lines/?department={department}")
        for name in ("Poste 220", "Poste 221"):
            row(page, name).locator("input[name=selected]").check()
        page.click("#bulk button[formaction$='/move/']")
        page.select_option("#id_department", label=target)
        page.click("main .btn-primary")
        expect(page.locator("#receipt")).to_contain_text("En vigueur depuis")
        expect(row(page, "Poste 221")).to_have_count(0)


def test_lines_are_added_and_deleted_without_javascript(open_page: OpenPage) -> None:
    page = open_page(who=BUREAU, language="fr", javascript=False)
    page.goto("/lines/?department=all")
    page.click(".page-actions a[href^='/lines/add/']")
    page.fill("#id_number", "581 555-0170")
    page.fill("#id_name", "Sans script")
    page.select_option("#id_class_of_service_id", label="Standard")
    shown: list[list[str]] = []
    for _press in range(2):  # the second is the first sent again
        if shown:
            page.reload()
        else:
            page.click("main .save-bar button")
        expect(page.locator("dd code")).to_have_count(4)
        shown.append(page.locator("dd code").all_inner_texts())
    assert shown[0] == shown[1]
    page.click("main a.btn-primary")
    expect(page).to_have_url(re.compile(r"/lines/\?department=all"))
    names = ("Sans script", "Poste 10")
    for name in names:
        row(page, name).locator("input[name=selected]").check()
    page.click("#bulk button[formaction$='/delete/']")
    for name in names:
        expect(page.locator("main li").filter(has_text=name)).to_be_visible()
    page.fill("#id_typed_count", "2")
    page.click("main .btn-danger")
    expect(page.locator("#receipt")).to_contain_text("En vigueur depuis")
    expect(page).to_have_url(re.compile(r"/lines/\?department=all&.*receipt="))
    for name in names:
        expect(row(page, name)).to_have_count(0)
