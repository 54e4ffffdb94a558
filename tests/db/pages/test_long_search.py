"""A search longer than what is searched says so beside the box."""

from __future__ import annotations

import pytest
from tests.db.pages.conftest import SignIn
from tests.fakes.html_page import Page
from tests.fakes.portal_company import Company

LONG = "r" * 65
SAID = {
    "en": "Only the first 64 characters were searched.",
    "fr": "Seuls les 64 premiers caractères ont été cherchés.",
}
BOXES = {
    "/lines/?department=all&q=": "id_q",
    "/record/?q=": "id_q",
    "/search/?everything=": "everything",
    "/departments/choose/?for=/lines/&find=": "id_find",
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("address", BOXES)
def test_it_is_said_beside_the_box(company: Company, sign_in: SignIn, address: str, language: str) -> None:
    client = sign_in(company.marie, language)
    for typed, said in ((LONG, True), (LONG[:64], False)):
        page = Page(client.get(f"{address}{typed}").content.decode())
        box = next(one for one in page.elements if one.id == BOXES[address])
        assert box.attrs["maxlength"] == "64"
        assert box.attrs["value"] == LONG[:64]
        told = {one.id: one.text for one in page.elements if one.id in box.described}
        assert told == ({"search-cut": SAID[language]} if said else {})


@pytest.mark.parametrize("address", BOXES)
def test_it_is_said_in_the_part_that_is_fetched_while_typing(
    company: Company, sign_in: SignIn, address: str
) -> None:
    answer = sign_in(company.marie).get(f"{address}{LONG}", headers={"hx-request": "true"})
    assert SAID["en"] in answer.content.decode()
