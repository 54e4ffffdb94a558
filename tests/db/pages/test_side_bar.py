"""The side bar marks the one entry that the page belongs to."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.fakes.html_page import Page
from tests.fakes.portal_company import Company

OF_A_LINE = (
    "incoming-calls",
    "availability",
    "call-settings",
    "messages",
    "account",
    "changes",
    "details",
    "lock",
)


def marked(client: Client, address: str) -> list[str]:
    """Return where the marked entries of the side bar lead."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = Page(answer.content.decode())
    bar = next(one for one in page.elements if one.id == "sidebar")
    return [
        one.attrs["href"]
        for one in page.elements
        if one.attrs.get("aria-current") == "page" and _is_in(one, bar)
    ]


def _is_in(one: object, bar: object) -> bool:
    around = getattr(one, "inside", None)
    while around is not None and around is not bar:
        around = around.inside
    return around is bar


@pytest.mark.parametrize("name", OF_A_LINE)
def test_a_line_belongs_to_the_lines(company: Company, sign_in: SignIn, operator: Client, name: str) -> None:
    address = f"/lines/{company.sylvie.line.pk}/{name}/"
    assert marked(operator, address) == ["/operator/"]
    assert marked(sign_in(company.marie), address) == ["/lines/"]


def test_ones_own_line_is_marked_where_it_has_an_entry(company: Company, sign_in: SignIn) -> None:
    own = f"/lines/{company.marie.line.pk}"
    marie, sylvie = sign_in(company.marie), sign_in(company.sylvie)
    assert marked(marie, f"{own}/availability/") == [f"{own}/availability/"]
    assert marked(marie, f"{own}/call-settings/") == ["/lines/"]
    assert marked(marie, "/users/") == ["/users/"]
    assert marked(sylvie, f"/lines/{company.sylvie.line.pk}/account/") == []


def test_the_console_marks_its_groups(company: Company, operator: Client) -> None:
    for address in (
        f"/operator/groups/{company.group.pk}/lines/",
        f"/operator/lines/{company.sylvie.line.pk}/",
    ):
        assert marked(operator, address) == ["/operator/"]
    assert marked(operator, "/operator/classes/add/") == ["/operator/classes/"]
