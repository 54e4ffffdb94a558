"""A company, its people signed in, and something that answers as callcontrol does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings
from tests.db.pages.things import Things, make_things
from tests.fakes.callcontrol_server import CallcontrolServer
from tests.fakes.portal_company import BUILDER, NOW, Company, Person, make_company

from carillon.features.accounts.models import User
from carillon.features.operators.models import OneTimeCode
from carillon.features.operators.services import create_operator


class SignIn(Protocol):
    """Signs a person in, who reads in a language."""

    def __call__(self, person: Person, language: str = "en") -> Client: ...


@pytest.fixture
def company(db: None) -> Company:
    """Marie administers, Denis has one department, Sylvie her line only; Charlie is a stranger."""
    return make_company()


@pytest.fixture
def callcontrol(settings: Settings) -> Iterator[CallcontrolServer]:
    """The engine's side of the receipts."""
    server = CallcontrolServer(django_settings.CARILLON_ENGINE_SECRET)
    settings.CARILLON_STEP_URL = server.url
    with server.running():
        yield server


@pytest.fixture
def sign_in(callcontrol: CallcontrolServer) -> SignIn:
    """Sign a person in without the page."""

    def signed_in(person: Person, language: str = "en") -> Client:
        client = Client(headers={"host": "127.0.0.1", "accept-language": language})
        person.user.language = language
        person.user.save(update_fields=["language"])
        client.force_login(person.user)
        return client

    return signed_in


@pytest.fixture
def operator(company: Company, callcontrol: CallcontrolServer) -> Client:
    """An operator whose session was verified."""
    user, _password = create_operator(actor=BUILDER, name="nadia", language="en", now=NOW)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    code = OneTimeCode.objects.create(user=user, secret="x", confirmed=NOW)
    client = Client(headers={"host": "127.0.0.1", "accept-language": "en"})
    client.force_login(User.objects.get(pk=user.pk))
    session = client.session
    session["operator_code"] = code.pk
    session.save()
    return client


@pytest.fixture
def things(company: Company, sign_in: SignIn, operator: Client) -> Things:
    """One of everything that a form is about."""
    return make_things(company, sign_in, operator)
