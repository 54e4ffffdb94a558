"""Locking and unlocking a line: who may, what it closes, and that it changes no secret."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.db.builders import ACTOR, NOW, PASSWORD, Company, config_version, make_operator, promote, user_of
from tests.db.line_actions.conftest import PIN
from tests.db.line_actions.test_reset import refusals

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid
from carillon.features.line_actions.choices import LockKind
from carillon.features.line_actions.services import lock_line_account, unlock_line_account
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services import change_pin, check_pin


def lock(access: Access, line: Line) -> None:
    lock_line_account(access=access, line_id=line.pk, now=NOW)


def test_a_locked_line_is_locked_for_calls_and_for_signing_in(alice: Access, company: Company) -> None:
    before = config_version(company.group)
    lock(alice, company.bob)
    line = load_line(company.bob.pk)
    assert line is not None
    assert line.locked
    assert config_version(company.group) == before + 1
    with pytest.raises(SignInRefused):
        sign_in(number_text=company.bob.number, password=PASSWORD, address="", now=NOW)
    told = AuditEntry.objects.get(action="lock")
    assert (told.kind, told.object_id, told.old) == ("line", company.bob.pk, {"locked_at": None})


def test_its_sessions_end_at_once_and_unlocking_opens_none(alice: Access, company: Company) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    User.objects.update(must_change_password=False)
    client.force_login(user_of(company.bob))
    page = f"/lines/{company.bob.pk}/availability/"
    assert client.get(page).status_code == 200
    lock(alice, company.bob)
    assert client.get(page).status_code == 302
    unlock_line_account(access=alice, line_id=company.bob.pk, now=NOW)
    assert client.get(page).status_code == 302
    signed_in = sign_in(number_text=company.bob.number, password=PASSWORD, address="", now=NOW)
    assert signed_in == user_of(company.bob)


def test_locking_twice_locks_once(alice: Access, company: Company) -> None:
    lock(alice, company.bob)
    lock(alice, company.bob)
    assert AuditEntry.objects.filter(action="lock").count() == 1


def test_unlocking_lifts_every_lock_and_says_which(alice: Access, company: Company) -> None:
    change_pin(actor=ACTOR, line_id=company.bob.pk, new_pin=PIN, now=NOW)
    mailbox = Mailbox.objects.get(line=company.bob)
    for _ in range(5):
        check_pin(mailbox_id=mailbox.pk, pin="000000", now=NOW)
        with pytest.raises(SignInRefused):
            sign_in(number_text=company.bob.number, password="wrong", address="", now=NOW)
    lock(alice, company.bob)
    hashes = (user_of(company.bob).password, Mailbox.objects.get(pk=mailbox.pk).pin)
    before = config_version(company.group)
    done = unlock_line_account(access=alice, line_id=company.bob.pk, now=NOW)
    assert [(found.kind, found.since) for found in done.locks] == [
        (LockKind.ADMINISTRATIVE, NOW), (LockKind.PORTAL, NOW), (LockKind.PIN, NOW),
    ]  # fmt: skip
    assert done.locks[0].by == "+15145550101 Alice"
    assert config_version(company.group) == before + 1
    assert (user_of(company.bob).password, Mailbox.objects.get(pk=mailbox.pk).pin) == hashes
    assert check_pin(mailbox_id=mailbox.pk, pin=PIN, now=NOW).ok
    signed_in = sign_in(number_text=company.bob.number, password=PASSWORD, address="", now=NOW)
    assert signed_in == user_of(company.bob)


def test_an_unlocked_line_is_said_to_be_and_stays_as_it_is(alice: Access, company: Company) -> None:
    before = (config_version(company.group), AuditEntry.objects.count())
    done = unlock_line_account(access=alice, line_id=company.bob.pk, now=NOW)
    assert (done.locks, done.receipt) == ((), None)
    assert (config_version(company.group), AuditEntry.objects.count()) == before


def test_nobody_locks_himself_or_who_administers_more(alice: Access, denis: Access, company: Company) -> None:
    with pytest.raises(Invalid) as own:
        lock(alice, company.alice)
    assert refusals(own) == {"line": ErrorCode.OWN_LINE}
    promote(company.carol, Role.GROUP_ADMINISTRATOR)
    with pytest.raises(Invalid) as higher:
        lock(denis, company.carol)
    assert refusals(higher) == {"line": ErrorCode.OUTRANKED}
    lock(access_for(make_operator()), company.alice)


def test_only_lines_in_scope(alice: Access, denis: Access, company: Company) -> None:
    bob = access_for(user_of(company.bob))
    for access, line in ((denis, company.frank), (alice, company.mallory), (bob, company.bob)):
        with pytest.raises(NotFound):
            lock(access, line)
        with pytest.raises(NotFound):
            unlock_line_account(access=access, line_id=line.pk, now=NOW)
    lock(denis, company.erin)
