"""Addresses that only take a form lead to a page when they are opened by themselves."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import PASSWORD, Company

from carillon.features.lines.models import Line


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_page_of_a_move_leads_to_the_list(company: Company, sign_in: SignIn, method: str) -> None:
    for reader in (company.marie, company.denis):
        answer = getattr(sign_in(reader), method)("/lines/move/?selected=1&department=2")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/lines/")
    assert Line.objects.get(pk=company.marie.line.pk).department_id == company.marie.line.department_id


def test_whoever_has_no_list_is_led_on(company: Company, sign_in: SignIn, operator: Client) -> None:
    for client in (sign_in(company.sylvie), operator):
        answer = client.get("/lines/move/", follow=True)
        assert answer.status_code == 200
        assert "<h1" in answer.content.decode()


def test_the_form_of_a_session_that_ended_leads_back_to_its_page(company: Company) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    line = company.sylvie.line.pk
    for address, page in (
        (f"/lines/{line}/account/pin/", f"/lines/{line}/account/"),
        ("/account/density/", "/"),
        ("/lines/move/", "/lines/"),
    ):
        client.logout()
        asked = client.post(address, {"pin": "482913"})
        assert asked.headers["Location"] == f"/sign-in/?next={address}"
        signed = {"number": company.marie.number, "password": PASSWORD, "next": address}
        arrived = client.post("/sign-in/", signed, follow=True)
        assert arrived.request["PATH_INFO"] == page
        assert arrived.status_code == 200


def test_other_ways_to_ask_are_refused(company: Company, sign_in: SignIn) -> None:
    answer = sign_in(company.marie).put("/lines/move/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
