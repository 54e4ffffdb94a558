"""Each page, for each role, of one's own line, of a line in scope, and of a foreign or missing one."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import Company

PAGES = ("incoming-calls", "availability", "call-settings", "messages", "account", "changes")
POSTS = (
    "incoming-calls",
    "incoming-calls/preview",
    "availability",
    "availability/preview",
    "call-settings",
    "call-settings/preview",
    "messages",
    "messages/preview",
    "account",
    "account/pin",
)
ALLOWED = {
    "marie": {"marie", "denis", "sylvie", "newcomer"},
    "denis": {"denis", "marie", "sylvie"},
    "sylvie": {"sylvie"},
    "charlie": {"charlie"},
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("reader", ALLOWED)
def test_a_page_is_shown_in_scope_and_missing_outside(
    company: Company, sign_in: SignIn, reader: str, page: str
) -> None:
    client = sign_in(getattr(company, reader))
    for owner in ("marie", "denis", "sylvie", "newcomer", "charlie"):
        line = getattr(company, owner).line
        answer = client.get(f"/lines/{line.pk}/{page}/")
        expected = 200 if owner in ALLOWED[reader] else 404
        assert answer.status_code == expected, (reader, owner, page)


@pytest.mark.parametrize("page", POSTS)
def test_a_foreign_line_is_answered_as_a_missing_one(company: Company, sign_in: SignIn, page: str) -> None:
    client = sign_in(company.sylvie)
    foreign = client.post(f"/lines/{company.charlie.line.pk}/{page}/", {})
    colleague = client.post(f"/lines/{company.marie.line.pk}/{page}/", {})
    missing = client.post(f"/lines/999999/{page}/", {})
    assert foreign.status_code == colleague.status_code == missing.status_code == 404
    assert _without_address(foreign.content) == _without_address(colleague.content)
    assert _without_address(foreign.content) == _without_address(missing.content)


def _without_address(page: bytes) -> str:
    """Leave out what differs from one address, and from one form token, to the next."""
    return re.sub(r'/lines/\d+/|name="csrfmiddlewaretoken" value="\w+"', "", page.decode())


@pytest.mark.parametrize("address", ["/", "/lines/", "/lines/1/incoming-calls/", "/account/password/"])
def test_nothing_is_shown_before_the_sign_in(company: Company, address: str) -> None:
    answer = Client().get(address, headers={"host": "127.0.0.1"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/sign-in/?next={address}"


def test_a_fragment_without_a_session_sends_the_whole_page_to_the_sign_in(company: Company) -> None:
    page = f"/lines/{company.marie.line.pk}/incoming-calls/"
    headers = {"host": "127.0.0.1", "hx-request": "true", "hx-current-url": f"http://127.0.0.1{page}"}
    answer = Client().post(f"{page}preview/", headers=headers)
    assert answer.headers["HX-Redirect"] == f"/sign-in/?next={page}"


def test_the_list_holds_the_scope_and_nothing_else(company: Company, sign_in: SignIn) -> None:
    everyone = sign_in(company.marie).get("/lines/").content.decode()
    sales = sign_in(company.denis).get("/lines/").content.decode()
    assert "Émile Côté" in everyone
    assert "Charlie Dehors" not in everyone
    assert "Sylvie Roy" in sales
    assert "Émile Côté" not in sales


def test_a_subscriber_is_taken_to_his_own_line(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.sylvie)
    for address in ("/", "/lines/"):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain[-1][0] == f"/lines/{company.sylvie.line.pk}/incoming-calls/"


def test_the_search_finds_numbers_whatever_their_separators_and_marks_them(
    company: Company, sign_in: SignIn
) -> None:
    client = sign_in(company.marie)
    page = client.get("/lines/", {"q": "555 01-03"}).content.decode()
    assert "Sylvie Roy" in page
    assert "<mark>555-0103</mark>" in page
    assert "Denis Gagnon" not in page
    empty = client.get("/lines/", {"q": "<script>"}).content.decode()
    assert "<script>”" not in empty
    assert "Nothing matches" in empty
    fragment = client.get("/lines/", {"q": "roy"}, headers={"hx-request": "true"}).content.decode()
    assert "<mark>Roy</mark>" in fragment
    assert "<html" not in fragment
