"""What every answer carries, what it costs, and the error pages."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import Company

# The session, the user with his line and group, and the access are three of each.
QUERIES = {
    "/lines/": 3,
    "/lines/{line}/incoming-calls/": 11,
    "/lines/{line}/availability/": 10,
    "/lines/{line}/call-settings/": 11,
    "/lines/{line}/messages/": 5,
    "/lines/{line}/account/": 5,
    "/lines/{line}/changes/": 6,
}


@pytest.mark.parametrize("address", QUERIES)
def test_a_page_costs_the_recorded_queries(
    company: Company, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    client = sign_in(company.marie)
    reading = address.format(line=company.marie.line.pk)
    client.get(reading)  # the session's use is written, and not again for some seconds
    with django_assert_num_queries(QUERIES[address]):
        client.get(reading)


@pytest.mark.parametrize(
    "address", ["/sign-in/", "/lines/", "/lines/999999/", "/static/carillon/carillon.css"]
)
def test_every_answer_limits_the_browser(company: Company, sign_in: SignIn, address: str) -> None:
    answer = sign_in(company.marie).get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_signed_in_page_is_kept_by_nobody(company: Company, sign_in: SignIn) -> None:
    assert "no-store" in sign_in(company.marie).get("/lines/").headers["Cache-Control"]


def test_pages_hold_no_inline_script_or_style_and_no_foreign_address(
    company: Company, sign_in: SignIn
) -> None:
    client = sign_in(company.marie)
    for name in ("incoming-calls", "availability", "call-settings", "messages", "account", "changes"):
        page = client.get(f"/lines/{company.marie.line.pk}/{name}/").content.decode()
        assert "<script>" not in page
        assert "style=" not in page
        assert "onclick" not in page
        assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in page


@pytest.mark.parametrize(
    ("language", "first", "second"), [("fr", "Cette page", "This page"), ("en", "This page", "Cette page")]
)
def test_the_missing_page_speaks_both_languages(
    company: Company, sign_in: SignIn, language: str, first: str, second: str
) -> None:
    client = sign_in(company.marie, language=language)
    page = client.get("/nowhere/")
    shown = page.content.decode()
    assert page.status_code == 404
    assert shown.index(first) < shown.index(second)


def test_a_form_without_its_token_is_refused_in_words(company: Company) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1", "accept-language": "en"})
    answer = strict.post("/sign-in/", {"number": "5145550101", "password": "x"})
    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()


def test_an_unknown_host_is_refused(company: Company) -> None:
    assert Client().get("/sign-in/", headers={"host": "elsewhere.example"}).status_code == 400
