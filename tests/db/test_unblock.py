"""`carillon unblock`: an administrator without a page for it lets a line in again."""

from __future__ import annotations

import pytest
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

from carillon.config.cli import parser
from carillon.config.unblock import UnknownNumber, unblock
from carillon.features.accounts.models import User
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.lines.models import Line
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services import change_pin, check_pin

pytestmark = pytest.mark.django_db
PIN = "739152"


@pytest.fixture
def bob() -> Line:
    return make_line(make_group(), "+15145550103", extension="203")


def block_account(login: str, *, operator: bool = False) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(number_text=login, password="wrong-password", address="", operator=operator, now=NOW)


def lock_mailbox(line: Line) -> Mailbox:
    change_pin(actor=ACTOR, line_id=line.pk, new_pin=PIN, now=NOW)
    mailbox = Mailbox.objects.get(line=line)
    for _ in range(5):
        check_pin(mailbox_id=mailbox.pk, pin="000000", now=NOW)
    return mailbox


@pytest.mark.parametrize("typed", ["+15145550103", "514 555-0103", "(514) 555-0103"])
def test_a_line_is_let_in_again_by_web_and_by_telephone(bob: Line, typed: str) -> None:
    block_account("5145550103")
    mailbox = lock_mailbox(bob)
    before = config_version(bob.group)
    said = list(unblock(typed, now=NOW))
    assert said == [
        "+15145550103: the portal account may sign in again",
        "+15145550103: the voicemail PIN is accepted again",
    ]
    assert sign_in(number_text=typed, password=PASSWORD, address="", now=NOW) == user_of(bob)
    assert check_pin(mailbox_id=mailbox.pk, pin=PIN, now=NOW).ok
    entries = AuditEntry.objects.filter(actor="command line").order_by("id")
    assert [(entry.kind, entry.action) for entry in entries] == [
        ("user", "unblock"),
        ("mailbox", "unlock_pin"),
    ]
    assert config_version(bob.group) == before + 2, "calls to the mailbox are decided anew"


def test_what_is_not_blocked_stays_as_it_is(bob: Line) -> None:
    before = config_version(bob.group)
    said = list(unblock("5145550103", now=NOW))
    assert said == [
        "+15145550103: the portal account was not blocked",
        "+15145550103: the voicemail PIN was not locked",
    ]
    assert config_version(bob.group) == before
    assert not AuditEntry.objects.filter(actor="command line").exists()


def test_only_the_line_named_is_unblocked(bob: Line) -> None:
    carol = make_line(bob.group, "+15145550104", name="Carol")
    block_account("5145550103")
    block_account("5145550104")
    list(unblock("5145550103", now=NOW))
    assert user_of(bob).blocked_at is None
    assert user_of(carol).blocked_at is not None


def test_an_operator_is_unblocked_by_name() -> None:
    operator = make_operator("nadia")
    block_account("nadia", operator=True)
    assert list(unblock("Nadia", now=NOW)) == ["nadia: the portal account may sign in again"]
    assert User.objects.get(pk=operator.pk).blocked_at is None


@pytest.mark.parametrize("typed", ["5145550149", "nobody", "", "\x1b[2J", "'; DROP TABLE"])
def test_a_number_nobody_has_is_said_so(bob: Line, typed: str) -> None:
    with pytest.raises(UnknownNumber):
        list(unblock(typed, now=NOW))


def test_the_command_line_takes_a_number() -> None:
    arguments = parser().parse_args(["unblock", "514 555-0103"])
    assert (arguments.command, arguments.number) == ("unblock", "514 555-0103")
