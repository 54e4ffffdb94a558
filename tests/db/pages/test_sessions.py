"""Where an account is signed in, and ending what is not known."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from tests.fakes.callcontrol_server import CallcontrolServer
from tests.fakes.portal_company import PASSWORD, Company, Person

from carillon import clock
from carillon.features.accounts.models import PortalSession
from carillon.web.middleware import USED_SECONDS


def signed_in(person: Person, device: str) -> Client:
    """Sign in through the page, as a browser does."""
    person.user.language = "en"
    person.user.save(update_fields=["language"])
    client = Client(headers={"host": "127.0.0.1", "accept-language": "en", "user-agent": device})
    answer = client.post("/sign-in/", {"number": person.number, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_each_session_is_listed_and_one_can_be_ended(
    company: Company, callcontrol: CallcontrolServer
) -> None:
    desk, other = signed_in(company.marie, "Desk browser"), signed_in(company.marie, "<b>Phone</b>")
    page = desk.get("/account/sessions/").content.decode()
    assert "Desk browser" in page
    assert "&lt;b&gt;Phone&lt;/b&gt;" in page
    assert page.count("127.0.0.1") >= 2
    ended = PortalSession.objects.get(user=company.marie.user, device__contains="Phone")
    answer = desk.post("/account/sessions/", {"session": str(ended.pk)}, follow=True)
    assert "1 session ended." in answer.content.decode()
    assert other.get("/lines/").status_code == 302
    assert desk.get("/lines/").status_code == 200


def test_a_browser_is_named_in_the_readers_language(company: Company, callcontrol: CallcontrolServer) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:129.0) Gecko/20100101 Firefox/129.0"
    desk = signed_in(company.marie, firefox)
    assert '<td data-label="Browser" class="breakable">Firefox on Windows</td>' in shown(desk)
    signed_in(company.marie, "</td><script>" + "x" * 300)
    page = shown(desk)
    assert f"&lt;/td&gt;&lt;script&gt;{'x' * 47}…</td>" in page
    assert "<script>" not in page


def shown(client: Client) -> str:
    return client.get("/account/sessions/").content.decode()


def test_ending_all_others_keeps_this_one_and_other_people(
    company: Company, callcontrol: CallcontrolServer
) -> None:
    desk = signed_in(company.marie, "A")
    others = [signed_in(company.marie, "B"), signed_in(company.marie, "C")]
    denis = signed_in(company.denis, "D")
    desk.post("/account/sessions/", {"session": "others"})
    assert [client.get("/lines/").status_code for client in others] == [302, 302]
    assert desk.get("/lines/").status_code == denis.get("/lines/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(company: Company, callcontrol: CallcontrolServer) -> None:
    marie, sylvie = signed_in(company.marie, "A"), signed_in(company.sylvie, "B")
    session = PortalSession.objects.get(user=company.marie.user)
    sylvie.post("/account/sessions/", {"session": str(session.pk)})
    assert marie.get("/lines/").status_code == 200
    assert "A</td>" not in sylvie.get("/account/sessions/").content.decode()


def test_use_prolongs_a_session_without_a_write_for_every_page(
    company: Company, callcontrol: CallcontrolServer
) -> None:
    desk = signed_in(company.marie, "A")
    desk.get("/lines/")

    def end() -> datetime:
        return Session.objects.get(pk=desk.cookies["sessionid"].value).expire_date

    first = end()
    desk.get("/lines/?q=a")
    assert end() == first
    session = desk.session
    session["used"] -= USED_SECONDS
    session.save()
    before = end()
    desk.get("/lines/?q=ab")
    assert end() > before
    assert (
        timedelta(0)
        <= clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE) - end()
        < timedelta(seconds=5)
    )
