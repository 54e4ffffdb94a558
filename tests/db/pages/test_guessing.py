"""A thousand guesses at passwords, codes and PINs: the account closes, the guesser waits, and he learns nothing."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from tests.db.hashing import CountingHasher
from tests.db.pages.answers import Answer
from tests.fakes.portal_company import BUILDER, NOW, PASSWORD, Company

from carillon import clock
from carillon.features.accounts.models import SignInFailure, User
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.business_groups.services import suspend_group
from carillon.features.lines.models import Line
from carillon.features.operators.models import OneTimeCode
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services import PinResult, change_pin, check_pin

KNOWN, UNKNOWN = "514 555-0101", "514 555-0177"
GUESSES = 1000
SEEN = 8
"""How many of them go through the page; all go through the service behind it."""


@pytest.fixture
def counting(settings: Settings) -> None:
    """Hash by counting: the time an attempt takes, without a clock."""
    settings.PASSWORD_HASHERS = ["tests.db.hashing.CountingHasher"]


@pytest.fixture
def guessed(company: Company, counting: None) -> Company:
    """The company, its passwords kept by the counting hasher."""
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return company


def attempt(path: str, entries: Mapping[str, str], address: str) -> Answer:
    client = Client(headers={"host": "127.0.0.1", "accept-language": "en"})
    return client.post(path, entries, REMOTE_ADDR=address)


def told(answer: Answer, *typed: str) -> tuple[object, ...]:
    """Return all that an answer tells, without what was typed into it and what is new in each."""
    page = re.sub(r'value="\w{64}"', "", answer.content.decode())
    for text in typed:
        page = page.replace(text, "…")
    passing = {"Content-Length", "Expires"}
    headers = {name: value for name, value in answer.headers.items() if name not in passing}
    return answer.status_code, sorted(headers.items()), page, sorted(answer.cookies)


def refusal(login: str, password: str, address: str, *, operator: bool) -> tuple[bool, int]:
    """Return what the service itself says to a guess."""
    with pytest.raises(SignInRefused) as refused:
        sign_in(number_text=login, password=password, address=address, operator=operator, now=NOW)
    assert refused.value.closed is None
    return refused.value.blocked, refused.value.retry_after


PLACES = {
    "portal": ("/sign-in/", "number", KNOWN, UNKNOWN),
    "operator": ("/operator/sign-in/", "name", "nadia", "nobody"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_thousand_guesses_tell_an_unknown_account_from_a_known_one_in_nothing(
    guessed: Company, operator: Client, place: str
) -> None:
    path, field, known, unknown = PLACES[place]
    User.objects.filter(login="nadia").update(password=User.objects.get(line=guessed.marie.line).password)
    for guess in range(GUESSES // 2):
        address = (
            f"192.0.{guess // 250}.{guess % 250}"  # each from somewhere else: only the account is counted
        )
        seen, hashes = [], []
        for login in (known, unknown):
            CountingHasher.count = 0
            if guess < SEEN:
                entries = {field: login, "password": f"guess-{guess}"}
                seen.append(told(attempt(path, entries, address), login))
            else:
                seen.append(refusal(login, f"guess-{guess}", address, operator=place == "operator"))
            hashes.append(CountingHasher.count)
        assert seen[0] == seen[1], guess
        assert hashes == [1, 1], guess
        assert seen[0][0] == (422 if guess < SEEN else True)
    assert AuditEntry.objects.filter(action="block").count() == 1
    right = attempt(path, {field: known, "password": PASSWORD}, "198.51.100.1")
    assert right.status_code == 422
    assert told(right, known) == told(
        attempt(path, {field: unknown, "password": "x"}, "198.51.100.2"), unknown
    )


@pytest.mark.parametrize("place", PLACES)
def test_a_thousand_guesses_from_one_address_wait(guessed: Company, operator: Client, place: str) -> None:
    path, field, known, _unknown = PLACES[place]
    CountingHasher.count = 0
    waits = [
        refusal(f"51455510{guess:03d}", "x", "192.0.2.9", operator=place == "operator")[1]
        for guess in range(GUESSES)
    ]
    assert waits[:9] == [0] * 9
    assert waits[9:] == [1] * (GUESSES - 9)
    assert CountingHasher.count == 10, "no password is looked at while the address must wait"
    assert SignInFailure.objects.count() == 10, "and nothing more is kept"
    SignInFailure.objects.update(at=clock.now())
    waiting = attempt(path, {field: known, "password": PASSWORD}, "192.0.2.9")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "1")
    assert attempt(path, {field: known, "password": "x"}, "192.0.2.10").status_code == 422


def test_an_operators_code_is_guessed_five_times(operator: Client, guessed: Company) -> None:
    user = User.objects.get(login="nadia")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    OneTimeCode.objects.filter(user=user).delete()
    client = Client(headers={"host": "127.0.0.1", "accept-language": "en"})
    assert client.post("/operator/sign-in/", {"name": "nadia", "password": PASSWORD}).status_code == 302
    client.get("/operator/code/")
    pages = {
        client.post(
            "/operator/code/", {"code": f"{guess:06d}"}, REMOTE_ADDR=f"192.0.2.{guess}"
        ).content.count(b"incorrect")
        for guess in range(12)
    }
    assert pages == {1}
    assert User.objects.get(login="nadia").blocked_at is not None
    assert AuditEntry.objects.filter(action="block").count() == 1


@pytest.mark.parametrize("closed", ["locked", "suspended"])
def test_only_who_knows_the_password_of_a_closed_line_is_told_who_opens_it(
    company: Company, closed: str
) -> None:
    if closed == "locked":
        Line.objects.filter(pk=company.marie.line.pk).update(locked_at=NOW)
    else:
        suspend_group(actor=BUILDER, group_id=company.group.pk, suspended=True, now=NOW)
    sentence = {
        "locked": "An administrator of your company can unlock it",
        "suspended": "Only its platform operator can resume it",
    }[closed]
    for guess in range(8):  # his own right password closes nothing more
        answer = attempt("/sign-in/", {"number": KNOWN, "password": PASSWORD}, f"192.0.2.{guess}")
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert User.objects.get(line=company.marie.line).blocked_at is None
    wrong = attempt("/sign-in/", {"number": KNOWN, "password": "x"}, "192.0.2.50")
    unknown = attempt("/sign-in/", {"number": UNKNOWN, "password": "x"}, "192.0.2.51")
    assert told(wrong, KNOWN) == told(unknown, UNKNOWN)
    assert "The number or the password is incorrect." in wrong.content.decode()


def test_an_unknown_account_takes_as_long_as_a_wrong_password(company: Company, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for guess in range(9):
        for number, taken in times.items():
            began = time.process_time()
            with pytest.raises(SignInRefused):
                sign_in(number_text=number, password=f"guess-{guess}", address="", now=NOW)
            taken.append(time.process_time() - began)
    known, unknown = (statistics.median(each) for each in times.values())
    assert 0.6 < unknown / known < 1.6, times


def test_a_thousand_pins_open_no_mailbox(company: Company, counting: None) -> None:
    line = company.sylvie.line
    change_pin(actor=BUILDER, line_id=line.pk, new_pin="739152", now=NOW)
    mailbox = Mailbox.objects.get(line=line)
    before = AuditEntry.objects.count()
    results = []
    for guess in range(GUESSES):
        CountingHasher.count = 0
        at = NOW + timedelta(seconds=guess)
        results.append(check_pin(mailbox_id=mailbox.pk, pin=f"{guess:06d}", now=at))
        assert CountingHasher.count == 1
    assert results[:4] == [PinResult(ok=False)] * 4
    assert set(results[4:]) == {PinResult(ok=False, blocked=True)}
    assert not check_pin(mailbox_id=mailbox.pk, pin="739152", now=NOW + timedelta(days=30)).ok
    assert AuditEntry.objects.count() == before + 1
    CountingHasher.count = 0
    assert check_pin(mailbox_id=987_654_321, pin="739152", now=NOW) == PinResult(ok=False)
    assert CountingHasher.count == 1
