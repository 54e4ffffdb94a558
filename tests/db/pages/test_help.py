"""Help: beside the page, as a page, in the reader's language, before the sign-in too."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import Company

from carillon.web.help import PAGES


@pytest.mark.parametrize(("language", "title"), [("en", "Incoming calls"), ("fr", "Appels entrants")])
def test_help_opens_beside_the_page_in_the_readers_language(
    company: Company, sign_in: SignIn, language: str, title: str
) -> None:
    client = sign_in(company.sylvie, language=language)
    panel = client.get("/help/incoming-calls/", headers={"hx-request": "true"}).content.decode()
    assert f"<h2>{title}</h2>" in panel
    assert "data-close-help" in panel
    assert "<html" not in panel


def test_help_is_a_page_that_leads_back(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.sylvie)
    page = client.get("/help/availability/", {"from": "/lines/3/availability/"}).content.decode()
    assert "<html" in page
    assert 'href="/lines/3/availability/"' in page
    elsewhere = client.get("/help/availability/", {"from": "https://elsewhere.example/"}).content.decode()
    assert "elsewhere.example" not in elsewhere.partition("<main")[2]


def test_help_is_there_before_the_sign_in_and_does_not_keep_a_session(
    company: Company, sign_in: SignIn
) -> None:
    assert Client(headers={"host": "127.0.0.1"}).get("/help/sign-in/").status_code == 200
    answer = sign_in(company.sylvie).get("/help/lines/", headers={"hx-request": "true"})
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("topic", PAGES)
def test_every_topic_renders(company: Company, sign_in: SignIn, topic: str) -> None:
    assert sign_in(company.marie).get(f"/help/{topic}/").status_code == 200


def test_an_unknown_topic_is_missing(company: Company, sign_in: SignIn) -> None:
    assert sign_in(company.marie).get("/help/no-such-topic/").status_code == 404


def test_each_page_offers_its_help_and_feedback(company: Company, sign_in: SignIn) -> None:
    line = company.sylvie.line.pk
    page = sign_in(company.sylvie).get(f"/lines/{line}/availability/").content.decode()
    assert 'href="/help/availability/"' in page
    assert f'href="/feedback/?from=%2Flines%2F{line}%2Favailability%2F"' in page
