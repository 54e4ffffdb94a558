"""Signing in: who is let in, who is blocked, who must wait, and that none of it tells which numbers exist."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings
from tests.db.builders import (
    ACTOR,
    NOW,
    PASSWORD,
    config_version,
    make_group,
    make_line,
    make_operator,
    user_of,
)
from tests.db.hashing import CountingHasher

from carillon.features.accounts.choices import SecretRule
from carillon.features.accounts.models import SignInFailure, User
from carillon.features.accounts.services import (
    SignInRefused,
    WeakSecret,
    actor_for,
    change_password,
    check_password_rules,
    check_pin_rules,
    sign_in,
    unblock,
)
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line

pytestmark = pytest.mark.django_db

UNKNOWN = "514 555-0149"


@pytest.fixture
def bob() -> Line:
    return make_line(make_group(), "+15145550103", extension="203")


def attempt(
    number: str = "5145550103", password: str = PASSWORD, *, address: str = "", now: datetime = NOW
) -> User:
    return sign_in(number_text=number, password=password, address=address, now=now)


def fail(
    number: str = "5145550103", *, times: int = 1, address: str = "", now: datetime = NOW
) -> SignInRefused:
    """Fail some times and return the last refusal."""
    return [_refusal(number, address, now) for _time in range(times)][-1]


def _refusal(number: str, address: str, now: datetime) -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        attempt(number, "wrong-password", address=address, now=now)
    return caught.value


class TestLettingIn:
    @pytest.mark.parametrize(
        "number",
        ["5145550103", "514 555-0103", "(514) 555.0103", "1-514-555-0103", "+1 514 555 0103", " 5145550103 "],
    )
    def test_ignores_separators(self, bob: Line, number: str) -> None:
        assert attempt(number) == user_of(bob)

    def test_notes_when(self, bob: Line) -> None:
        attempt()
        assert user_of(bob).last_login == NOW

    def test_lets_an_operator_in_by_name(self) -> None:
        operator = make_operator("nadia")
        operator.set_password(PASSWORD)
        operator.save(update_fields=["password"])
        assert sign_in(number_text="Nadia", password=PASSWORD, address="", operator=True, now=NOW) == operator
        with pytest.raises(SignInRefused):
            attempt("Nadia")

    def test_hashes_with_argon2(self, settings: Settings) -> None:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        line = make_line(make_group(), "+15145550103")
        assert user_of(line).password.startswith("argon2$argon2id$")
        assert attempt() == user_of(line)


class TestRefusing:
    def test_answers_an_unknown_number_like_a_wrong_password(self, bob: Line) -> None:
        refusals = [(fail(), fail(UNKNOWN)) for _time in range(7)]
        for known, unknown in refusals:
            assert (known.blocked, known.retry_after) == (unknown.blocked, unknown.retry_after)
        assert refusals[-1][0].blocked

    @pytest.mark.parametrize("number", ["", "abc", "12", "'; DROP TABLE", "\x00", "9" * 500, "+"])
    def test_answers_nonsense_alike(self, number: str) -> None:
        assert not fail(number).blocked

    def test_hashes_once_in_every_case(self, bob: Line, settings: Settings) -> None:
        settings.PASSWORD_HASHERS = ["tests.db.hashing.CountingHasher"]
        user = user_of(bob)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        counts = []
        for number in ("5145550103", UNKNOWN, "nonsense"):
            CountingHasher.count = 0
            fail(number)
            counts.append(CountingHasher.count)
        assert counts == [1, 1, 1]

    def test_keeps_nothing_that_was_typed(self, bob: Line) -> None:
        fail("my-secret-password")
        assert "secret" not in str(list(SignInFailure.objects.values()))

    def test_refuses_a_locked_line(self, bob: Line) -> None:
        Line.objects.filter(pk=bob.pk).update(locked_at=NOW)
        with pytest.raises(SignInRefused):
            attempt()


class TestBlocking:
    def test_needs_five_failures(self, bob: Line) -> None:
        assert not fail(times=4).blocked
        assert fail().blocked
        with pytest.raises(SignInRefused) as caught:
            attempt()
        assert caught.value.blocked

    def test_lasts_until_unblocked(self, bob: Line) -> None:
        fail(times=5)
        with pytest.raises(SignInRefused):
            attempt(now=NOW + timedelta(days=30))
        assert unblock(actor=ACTOR, user_id=user_of(bob).pk, now=NOW) is not None
        assert attempt() == user_of(bob)
        assert unblock(actor=ACTOR, user_id=user_of(bob).pk, now=NOW) is None

    def test_counts_fifteen_minutes_back_from_each_failure(self, bob: Line) -> None:
        fail(now=NOW)
        fail(times=3, now=NOW + timedelta(minutes=14))
        assert not fail(now=NOW + timedelta(minutes=15, seconds=1)).blocked
        assert fail(now=NOW + timedelta(minutes=16)).blocked

    def test_starts_again_after_a_good_sign_in(self, bob: Line) -> None:
        fail(times=4)
        attempt()
        assert not fail(times=4).blocked

    def test_is_recorded_once_and_closes_the_mailbox(self, bob: Line) -> None:
        version = config_version(bob.group)
        fail(times=8)
        entries = AuditEntry.objects.filter(kind="user", action="block")
        assert [entry.actor for entry in entries] == ["sign-in"]
        assert config_version(bob.group) == version + 1
        line = load_line(bob.pk)
        assert line is not None
        assert line.mailbox is not None
        assert line.mailbox.portal_locked

    def test_of_a_number_nobody_has_ends_with_the_first_line_there(self, bob: Line) -> None:
        fail(UNKNOWN, times=5)
        assert fail(UNKNOWN, now=NOW + timedelta(days=1)).blocked
        make_line(bob.group, "+15145550149", name="Carol")
        assert attempt(UNKNOWN).line is not None


class TestSlowing:
    def test_of_an_address_grows_to_a_minute(self, bob: Line) -> None:
        for index in range(9):
            assert fail(f"51455501{10 + index}", address="192.0.2.1").retry_after == 0
        waits, at = [], NOW
        for index in range(8):
            wait = fail(f"51455501{30 + index}", address="192.0.2.1", now=at).retry_after
            waits.append(wait)
            at += timedelta(seconds=wait)
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_refuses_without_looking_at_the_password(self, bob: Line) -> None:
        for index in range(10):
            fail(f"51455501{10 + index}", address="192.0.2.1")
        with pytest.raises(SignInRefused) as caught:
            attempt(address="192.0.2.1")
        assert (caught.value.blocked, caught.value.retry_after) == (False, 1)
        assert attempt(address="192.0.2.2") == user_of(bob)
        assert attempt(address="192.0.2.1", now=NOW + timedelta(seconds=1)) == user_of(bob)

    def test_holds_for_a_whole_ipv6_network(self, bob: Line) -> None:
        for index in range(10):
            fail(f"51455501{10 + index}", address=f"2001:db8::{index}")
        assert fail(address="2001:db8::ffff").retry_after == 1
        assert fail(address="2001:db8:0:1::1").retry_after == 0


class TestChangingThePassword:
    def test_ends_other_sessions_and_the_forced_change(self, bob: Line) -> None:
        user = user_of(bob)
        session = user.get_session_auth_hash()
        change_password(user=user, old=PASSWORD, new="Nouveau-mot-7-de-passe", now=NOW)
        known = user_of(bob)
        assert known.get_session_auth_hash() != session
        assert user.get_session_auth_hash() == known.get_session_auth_hash()
        assert not known.must_change_password
        assert attempt(password="Nouveau-mot-7-de-passe") == known

    def test_is_recorded_without_the_password(self, bob: Line) -> None:
        change_password(user=user_of(bob), old=PASSWORD, new="Nouveau-mot-7-de-passe", now=NOW)
        entry = AuditEntry.objects.order_by("-id")[0]
        assert (entry.action, entry.actor, entry.old, entry.new) == (
            "change_password", actor_for(user_of(bob)).label, {}, {},
        )  # fmt: skip

    def test_needs_the_old_one(self, bob: Line) -> None:
        with pytest.raises(Invalid) as caught:
            change_password(user=user_of(bob), old="wrong", new="Nouveau-mot-7-de-passe", now=NOW)
        assert caught.value.errors["old"].code is ErrorCode.WRONG_PASSWORD
        assert user_of(bob).must_change_password

    def test_blocks_who_guesses_the_old_one(self, bob: Line) -> None:
        for _time in range(4):
            with pytest.raises(Invalid):
                change_password(user=user_of(bob), old="wrong", new="Nouveau-mot-7-de-passe", now=NOW)
        with pytest.raises(SignInRefused) as caught:
            change_password(user=user_of(bob), old="wrong", new="Nouveau-mot-7-de-passe", now=NOW)
        assert caught.value.blocked

    @pytest.mark.parametrize(
        ("password", "rule"),
        [
            ("short-1", SecretRule.TOO_SHORT),
            ("x" * 129, SecretRule.TOO_LONG),
            ("1234567890", SecretRule.SEQUENCE),
            ("0987654321", SecretRule.SEQUENCE),
            ("abcdefghijkl", SecretRule.SEQUENCE),
            ("aaaaaaaaaa", SecretRule.REPEATED),
            ("abcabcabcabc", SecretRule.REPEATED),
            ("2032032032", SecretRule.OWN_EXTENSION),
            ("203000000000", SecretRule.OWN_EXTENSION),
            ("514-555-0103", SecretRule.OWN_NUMBER),
            ("my5145550103x", SecretRule.OWN_NUMBER),
            ("qwertyuiop", SecretRule.COMMON),
            ("Basketball1", SecretRule.COMMON),
            (PASSWORD, SecretRule.SAME),
        ],
    )
    def test_refuses_a_weak_one(self, bob: Line, password: str, rule: SecretRule) -> None:
        with pytest.raises(WeakSecret) as caught:
            change_password(user=user_of(bob), old=PASSWORD, new=password, now=NOW)
        assert caught.value.rule is rule
        assert user_of(bob).must_change_password

    def test_takes_spaces_and_any_script(self, bob: Line) -> None:
        check_password_rules(password="une phrase française de passe", user=user_of(bob))
        check_password_rules(password="パスワードはとても長いです", user=user_of(bob))


class TestPins:
    @pytest.mark.parametrize(
        ("pin", "rule"),
        [
            ("12a456", SecretRule.NOT_DIGITS),
            ("٠١٢٣٤٥", SecretRule.NOT_DIGITS),
            ("83521", SecretRule.TOO_SHORT),
            ("1" * 17, SecretRule.TOO_LONG),
            ("123456", SecretRule.SEQUENCE),
            ("890123", SecretRule.SEQUENCE),
            ("654321", SecretRule.SEQUENCE),
            ("777777", SecretRule.REPEATED),
            ("121212", SecretRule.REPEATED),
            ("203203", SecretRule.OWN_EXTENSION),
            ("000203", SecretRule.OWN_EXTENSION),
            ("550103", SecretRule.OWN_NUMBER),
            ("159753", SecretRule.COMMON),
        ],
    )
    def test_that_are_weak_are_refused(self, pin: str, rule: SecretRule) -> None:
        with pytest.raises(WeakSecret) as caught:
            check_pin_rules(pin=pin, number="+15145550103", extension="203")
        assert caught.value.rule is rule

    def test_that_are_not_are_accepted(self) -> None:
        check_pin_rules(pin="835217", number="+15145550103", extension="203")
