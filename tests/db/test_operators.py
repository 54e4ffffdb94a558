"""Operators sign in with a name, a password and a one-time code; nothing less reaches their pages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
from django.test import Client
from tests.db.builders import ACTOR, NOW, PASSWORD, make_company, user_of

from carillon import clock
from carillon.features.accounts.models import User
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import Invalid
from carillon.features.operators.models import OneTimeCode, RecoveryCode
from carillon.features.operators.queries import address_of
from carillon.features.operators.services import (
    begin_enrolment,
    check_code,
    confirm_enrolment,
    create_operator,
    reset_code,
    reset_password,
)
from carillon.features.trunks.queries import decrypt_secret

pytestmark = pytest.mark.django_db
SENTENCE = "The name, the password or the code is incorrect, or the account is blocked."


@pytest.fixture
def nadia() -> User:
    user, _password = create_operator(actor=ACTOR, name="Nadia", now=NOW)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def code_at(user: User, at: datetime) -> str:
    return pyotp.TOTP(decrypt_secret(OneTimeCode.objects.get(user=user).secret)).at(at)


def enrolled(user: User, at: datetime = NOW) -> list[str]:
    begin_enrolment(user=user)
    return confirm_enrolment(user=user, typed=code_at(user, at), address="", now=at)


class TestCreating:
    def test_gives_a_name_that_is_no_number(self) -> None:
        user, password = create_operator(actor=ACTOR, name=" Nadia.Roy ", now=NOW)
        assert user.login == "nadia.roy"
        assert len(password) == 12
        assert user.must_change_password

    @pytest.mark.parametrize("name", ["", "5145550101", "é", "a b", "x" * 40, "../a", "nadia"])
    def test_refuses(self, nadia: User, name: str) -> None:
        with pytest.raises(Invalid):
            create_operator(actor=ACTOR, name=name, now=NOW)


class TestCodes:
    def test_are_those_of_the_standard(self, nadia: User) -> None:
        begin_enrolment(user=nadia)
        address = address_of(OneTimeCode.objects.get(user=nadia))
        assert address.startswith("otpauth://totp/Carillon:nadia?secret=")

    def test_are_kept_encrypted(self, nadia: User) -> None:
        code = begin_enrolment(user=nadia)
        assert decrypt_secret(code.secret) not in code.secret

    def test_serve_once_and_within_half_a_minute_of_drift(self, nadia: User) -> None:
        enrolled(nadia)
        later = NOW + timedelta(minutes=5)
        typed = code_at(nadia, later)
        check_code(
            user=nadia, typed=f"{typed[:3]} {typed[3:]}", address="", now=later + timedelta(seconds=29)
        )
        with pytest.raises(SignInRefused):
            check_code(user=nadia, typed=typed, address="", now=later)
        with pytest.raises(SignInRefused):
            check_code(user=nadia, typed=code_at(nadia, NOW), address="", now=NOW)
        with pytest.raises(SignInRefused):
            check_code(user=nadia, typed=code_at(nadia, later), address="", now=later + timedelta(minutes=2))

    def test_an_older_one_is_refused_after_a_newer(self, nadia: User) -> None:
        enrolled(nadia)
        later = NOW + timedelta(minutes=5)
        check_code(user=nadia, typed=code_at(nadia, later), address="", now=later)
        before = code_at(nadia, later - timedelta(seconds=30))
        with pytest.raises(SignInRefused):
            check_code(user=nadia, typed=before, address="", now=later)

    def test_wrong_ones_block_like_wrong_passwords(self, nadia: User) -> None:
        enrolled(nadia)
        later = NOW + timedelta(minutes=5)
        for _time in range(4):
            with pytest.raises(SignInRefused):
                check_code(user=nadia, typed="000000x", address="", now=later)
            # The right password alone must not give an attacker his five guesses back.
            assert (
                sign_in(number_text="nadia", password=PASSWORD, address="", operator=True, now=later) == nadia
            )
        with pytest.raises(SignInRefused) as caught:
            check_code(user=nadia, typed="000000x", address="", now=later)
        assert caught.value.blocked
        with pytest.raises(SignInRefused):
            check_code(user=nadia, typed=code_at(nadia, later), address="", now=later)
        with pytest.raises(SignInRefused):
            sign_in(number_text="nadia", password=PASSWORD, address="", operator=True, now=later)

    def test_recovery_codes_serve_once_each(self, nadia: User) -> None:
        codes = enrolled(nadia)
        assert len(set(codes)) == 10
        assert codes[0] not in str(list(RecoveryCode.objects.values()))
        check_code(user=nadia, typed=codes[0].upper(), address="", now=NOW)
        with pytest.raises(SignInRefused):
            check_code(user=nadia, typed=codes[0], address="", now=NOW)
        check_code(user=nadia, typed=codes[1].replace("-", " "), address="", now=NOW)

    def test_reset_makes_the_operator_enrol_again(self, nadia: User) -> None:
        codes = enrolled(nadia)
        reset_code(actor=ACTOR, user=nadia, now=NOW)
        with pytest.raises(SignInRefused):
            check_code(user=nadia, typed=codes[0], address="", now=NOW)
        actions = AuditEntry.objects.filter(kind="user").values_list("action", flat=True)
        assert {"enrol_code", "reset_code"} <= set(actions)

    def test_a_password_can_be_handed_out(self, nadia: User) -> None:
        password = reset_password(actor=ACTOR, user=nadia, now=NOW)
        assert sign_in(number_text="nadia", password=password, address="", operator=True, now=NOW) == nadia


class TestThePages:
    @pytest.fixture
    def visitor(self) -> Client:
        return Client(headers={"host": "127.0.0.1", "accept-language": "en"})

    def first_step(self, visitor: Client) -> None:
        answer = visitor.post("/operator/sign-in/", {"name": "Nadia", "password": PASSWORD})
        assert answer.headers["Location"] == "/operator/code/"

    def test_enrol_then_ask_for_a_code(self, nadia: User, visitor: Client) -> None:
        self.first_step(visitor)
        page = visitor.get("/operator/code/").content.decode()
        assert "<svg" in page
        assert "style=" not in page
        wrong = visitor.post("/operator/code/", {"code": "1"})
        assert (wrong.status_code, SENTENCE in wrong.content.decode()) == (422, True)
        done = visitor.post("/operator/code/", {"code": code_at(nadia, clock.now())})
        assert done.content.decode().count("<code>") == 10
        assert visitor.get("/operator/").headers["Location"] == "/account/password/"
        visitor.post("/sign-out/")
        self.first_step(visitor)
        assert "<svg" not in visitor.get("/operator/code/").content.decode().partition("<main")[2]
        replay = visitor.post("/operator/code/", {"code": code_at(nadia, clock.now())})
        assert SENTENCE in replay.content.decode()

    def test_say_the_same_of_every_failure(self, nadia: User, visitor: Client) -> None:
        bob = make_company().bob
        for name, password in (
            ("nadia", "wrong"), ("nobody", PASSWORD), (user_of(bob).login, PASSWORD), ("", ""),
        ):  # fmt: skip
            answer = visitor.post("/operator/sign-in/", {"name": name, "password": password})
            assert (answer.status_code, SENTENCE in answer.content.decode()) == (422, True), name

    def test_the_ordinary_sign_in_does_not_know_operators(self, nadia: User, visitor: Client) -> None:
        answer = visitor.post("/sign-in/", {"number": "nadia", "password": PASSWORD})
        assert "The number or the password is incorrect." in answer.content.decode()

    def test_the_password_alone_reaches_nothing(self, nadia: User, visitor: Client) -> None:
        enrolled(nadia)
        self.first_step(visitor)
        for address in ("/operator/", "/lines/", "/"):
            answer = visitor.get(address)
            assert answer.status_code == 302
            assert "sign-in" in answer.headers["Location"]

    def test_a_session_without_the_present_code_is_nobodys(self, nadia: User, visitor: Client) -> None:
        enrolled(nadia)
        visitor.force_login(nadia)
        assert "sign-in" in visitor.get("/operator/").headers["Location"]
        visitor.force_login(nadia)
        session = visitor.session
        session["operator_code"] = OneTimeCode.objects.get(user=nadia).pk
        session.save()
        assert visitor.get("/operator/").headers["Location"] == "/account/password/"
        reset_code(actor=ACTOR, user=nadia, now=NOW)
        assert "sign-in" in visitor.get("/operator/").headers["Location"]

    def test_the_code_without_the_password_is_asked_for_again(self, nadia: User, visitor: Client) -> None:
        assert visitor.get("/operator/code/").headers["Location"] == "/operator/sign-in/"
