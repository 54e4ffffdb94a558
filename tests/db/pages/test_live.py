"""The stream of live states: for whom, for which lines, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import NOW, Company, Person

from carillon import clock
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.services import grant_role
from carillon.features.audit.services import Actor
from carillon.features.lines.models import Line
from carillon.features.lines.views.live import _still_allowed

PEOPLE = ("marie", "denis", "sylvie", "newcomer", "charlie")


def ids_of(*people: Person) -> str:
    return ",".join(str(person.line.pk) for person in people)


@pytest.mark.parametrize(
    ("reader", "allowed"),
    [
        ("marie", {"marie", "denis", "sylvie", "newcomer"}),
        ("denis", {"marie", "denis", "sylvie"}),
        ("sylvie", {"sylvie"}),
        ("charlie", {"charlie"}),
    ],
)
def test_lines_of_the_scope_are_followed_and_others_are_missing(
    company: Company, sign_in: SignIn, reader: str, allowed: set[str]
) -> None:
    client = sign_in(getattr(company, reader))
    for owner in PEOPLE:
        answer = client.get("/lines/live/", {"ids": ids_of(getattr(company, owner))})
        assert answer.status_code == (200 if owner in allowed else 404), owner
    own = getattr(company, reader)
    stranger = company.marie if reader == "charlie" else company.charlie
    assert client.get("/lines/live/", {"ids": ids_of(own, stranger)}).status_code == 404


def test_an_administrator_follows_his_own_line_outside_his_scope(company: Company, sign_in: SignIn) -> None:
    Line.objects.filter(pk=company.denis.line.pk).update(department=company.newcomer.line.department_id)
    client = sign_in(company.denis)
    assert client.get("/lines/live/", {"ids": ids_of(company.denis)}).status_code == 200
    assert client.get("/lines/live/", {"ids": ids_of(company.newcomer)}).status_code == 404


@pytest.mark.parametrize(
    "ids", ["", "x", "1,", "-1", "²", "1 2", "9" * 30, ",".join(map(str, range(1, 202)))]
)
def test_a_malformed_list_is_a_missing_page(company: Company, sign_in: SignIn, ids: str) -> None:
    assert sign_in(company.marie).get("/lines/live/", {"ids": ids}).status_code == 404


def test_it_is_a_stream_that_neither_waits_nor_keeps_the_session(company: Company, sign_in: SignIn) -> None:
    answer = sign_in(company.marie).get("/lines/live/", {"ids": ids_of(company.marie)})
    assert answer.streaming
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sessionid" not in answer.cookies


def test_nobody_follows_without_a_session(company: Company) -> None:
    answer = Client(headers={"host": "127.0.0.1"}).get("/lines/live/", {"ids": ids_of(company.marie)})
    assert answer.status_code == 302


@pytest.fixture
def session(company: Company, sign_in: SignIn) -> str:
    """Denis's session."""
    return sign_in(company.denis).cookies["sessionid"].value


def still(company: Company, session: str) -> bool:
    people = (company.denis, company.sylvie)
    return _still_allowed(session, company.denis.user.pk, frozenset(person.line.pk for person in people))


def test_a_reader_keeps_following_while_nothing_changes(company: Company, session: str) -> None:
    assert still(company, session)
    assert not _still_allowed(session, company.marie.user.pk, frozenset())


def test_the_end_of_the_session_ends_it(company: Company, session: str) -> None:
    Session.objects.filter(pk=session).update(expire_date=clock.now() - timedelta(seconds=1))
    assert not still(company, session)
    Session.objects.all().delete()
    assert not still(company, session)


@pytest.mark.parametrize(
    "change", [{"blocked_at": NOW}, {"must_change_password": True}, {"password": "other"}]
)
def test_a_block_or_another_password_ends_it(
    company: Company, session: str, change: dict[str, object]
) -> None:
    User.objects.filter(pk=company.denis.user.pk).update(**change)
    assert not still(company, session)


def test_an_administrative_lock_ends_it(company: Company, session: str) -> None:
    Line.objects.filter(pk=company.denis.line.pk).update(locked_at=NOW)
    assert not still(company, session)


def test_a_line_that_leaves_the_scope_ends_it(company: Company, session: str) -> None:
    plant = company.newcomer.line.department_id
    Line.objects.filter(pk=company.sylvie.line.pk).update(department=plant)
    assert not still(company, session)


def test_a_reader_who_loses_the_scope_ends_it(company: Company, session: str) -> None:
    plant = company.newcomer.line.department_id
    grant_role(
        actor=Actor(None, "test"),
        user_id=company.denis.user.pk,
        role=Role.DEPARTMENT_ADMINISTRATOR,
        scope_id=plant,
        now=NOW,
    )
    assert not still(company, session)
