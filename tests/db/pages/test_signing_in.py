"""The sign-in page, the first password, the language."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import PASSWORD, Company

from carillon.web.middleware import USED_SECONDS

NEW_PASSWORD = "sept-Goélands-au-large"


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "127.0.0.1", "accept-language": "en"})


@pytest.mark.parametrize(
    "number", ["5145550101", "514 555-0101", "(514) 555.0101", "+1 514 555 0101", "514-555-0101"]
)
def test_the_number_is_taken_with_any_separators(company: Company, visitor: Client, number: str) -> None:
    answer = visitor.post("/sign-in/", {"number": number, "password": PASSWORD, "next": "/lines/"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/lines/"


def test_a_wrong_number_and_a_wrong_password_read_the_same(company: Company, visitor: Client) -> None:
    wrong = visitor.post("/sign-in/", {"number": "514 555-0101", "password": "not this one"})
    unknown = visitor.post("/sign-in/", {"number": "514 555-0177", "password": "not this one"})
    for answer in (wrong, unknown):
        assert answer.status_code == 422
        assert "The number or the password is incorrect." in answer.content.decode()


def test_the_number_is_kept_and_the_password_is_not(company: Company, visitor: Client) -> None:
    page = visitor.post("/sign-in/", {"number": "514 555-0101", "password": "secret-typed"}).content.decode()
    assert 'value="514 555-0101"' in page
    assert "secret-typed" not in page


def test_a_blocked_account_says_who_can_unlock_it(company: Company, visitor: Client) -> None:
    answers = [visitor.post("/sign-in/", {"number": "5145550101", "password": "wrong"}) for _ in range(5)]
    assert "An administrator of your company can unlock it." in answers[-1].content.decode()
    right = visitor.post("/sign-in/", {"number": "5145550101", "password": PASSWORD})
    assert right.status_code == 422


def test_remember_me_keeps_the_number_only(company: Company, visitor: Client) -> None:
    data = {"number": "5145550101", "password": PASSWORD, "remember": "on"}
    answer = visitor.post("/sign-in/", data)
    assert answer.cookies["carillon_number"].value == "+15145550101"
    assert answer.cookies["sessionid"]["max-age"] == ""
    visitor.post("/sign-out/")
    assert 'value="514-555-0101"' in visitor.get("/sign-in/").content.decode()


def test_after_the_sign_in_only_an_address_of_the_portal_follows(company: Company, visitor: Client) -> None:
    data = {"number": "5145550101", "password": PASSWORD, "next": "https://example.org/"}
    assert visitor.post("/sign-in/", data).headers["Location"] == "/"


def test_before_the_first_password_nothing_else_is_reachable(company: Company, visitor: Client) -> None:
    visitor.post("/sign-in/", {"number": company.newcomer.number, "password": PASSWORD})
    own = f"/lines/{company.newcomer.line.pk}/incoming-calls/"
    for address in ("/", "/lines/", own, f"{own}preview/"):
        answer = visitor.get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"] == "/account/password/", address
    weak = visitor.post("/account/password/", {"old": PASSWORD, "new": "1234567890", "again": "1234567890"})
    assert weak.status_code == 422
    done = {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert visitor.post("/account/password/", done).headers["Location"] == "/"
    assert visitor.get(own).status_code == 200


def test_the_language_is_chosen_before_the_sign_in_and_kept_with_the_account(
    company: Company, visitor: Client
) -> None:
    visitor.post("/language/", {"language": "fr", "next": "/sign-in/"})
    assert "Ouvrir une session" in visitor.get("/sign-in/").content.decode()
    visitor.post("/sign-in/", {"number": "5145550101", "password": PASSWORD})
    visitor.post("/language/", {"language": "en", "next": "/lines/"})
    elsewhere = Client(headers={"host": "127.0.0.1", "accept-language": "fr"})
    elsewhere.post("/sign-in/", {"number": "5145550101", "password": PASSWORD})
    page = elsewhere.get("/lines/")
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en"' in page.content.decode()


def test_signing_out_ends_the_session(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.marie)
    client.post("/sign-out/")
    assert client.get("/lines/").status_code == 302


def test_a_page_that_asks_by_itself_does_not_keep_the_session(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.marie)
    page = f"/lines/{company.marie.line.pk}/availability/"
    saved = client.post(page, {"seen_version": "1", "dnd": "on", "action": "save"})
    token = saved.headers["Location"].partition("receipt=")[2]
    long_ago(client)
    assert "sessionid" not in client.get(f"/receipts/{token}/").cookies
    assert "sessionid" in client.get(page).cookies


def long_ago(client: Client) -> None:
    """Let the session have been used so long ago that its next use is written."""
    session = client.session
    session["used"] -= USED_SECONDS
    session.save()
