"""What a former subscriber, still in his menu by telephone, tries to write into the mailbox that was reset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.db.builders import ACTOR, NOW
from tests.db.line_actions.conftest import leave
from tests.db.line_actions.test_reset import reset
from tests.db.line_actions.test_undo import undo

from carillon.callcontrol.writes import DatabaseWrites
from carillon.calls.commands import (
    DeleteMessage,
    FormerSubscriber,
    MarkHeard,
    PassSetup,
    UseGreeting,
    UseName,
    Write,
)
from carillon.calls.events import NewPinResult
from carillon.calls.model import MailboxId, SetupStep
from carillon.features.accounts.queries import Access
from carillon.features.audit.models import AuditEntry
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line
from carillon.features.voicemail.models import Mailbox, Message
from carillon.features.voicemail.queries import audio_file
from carillon.features.voicemail.services import change_pin, delete_message

WRITES = DatabaseWrites(lambda: NOW)


def resets_of(line: Line) -> int:
    """Return how often calls see the mailbox reset."""
    seen = load_line(line.pk)
    assert seen is not None
    assert seen.mailbox is not None
    return seen.mailbox.resets


def everything(line: Line) -> tuple[Any, ...]:
    """Return the mailbox, its messages and what the record says of it."""
    mailbox = Mailbox.objects.filter(line=line)
    messages = Message.objects.filter(mailbox__line=line).order_by("token")
    return (
        list(mailbox.values()),
        list(messages.values()),
        AuditEntry.objects.filter(kind="mailbox").count(),
    )


def own_writes(line: Line) -> list[Write]:
    """Return what a caller may write who opened the mailbox now: recordings, and what is passed of the setup."""
    mailbox, resets = MailboxId(Mailbox.objects.get(line=line).pk), resets_of(line)
    return [
        UseName(mailbox, "name-2", resets),
        UseGreeting(mailbox, "greeting-2", resets),
        *(PassSetup(mailbox, step, resets) for step in SetupStep),
    ]


@pytest.mark.parametrize("erase", [False, True])
def test_a_recording_of_the_former_subscriber_is_refused(alice: Access, bob: Line, *, erase: bool) -> None:
    tried = own_writes(bob)
    reset(alice, bob, erase=erase)
    before = everything(bob)
    for write in tried:
        with pytest.raises(FormerSubscriber):
            WRITES.apply(write)
    assert everything(bob) == before
    assert (Mailbox.objects.get(line=bob).greeting, Mailbox.objects.get(line=bob).setup_due) == ("", "name")


def test_the_next_subscriber_writes_what_he_likes(alice: Access, bob: Line) -> None:
    reset(alice, bob)
    for write in own_writes(bob):
        WRITES.apply(write)
    made = Mailbox.objects.get(line=bob)
    assert (made.recorded_name, made.greeting, made.setup_due) == ("name-2", "greeting-2", "")


def test_his_messages_are_not_touched(alice: Access, bob: Line) -> None:
    reset(alice, bob)
    leave(Mailbox.objects.get(line=bob), "for-nadia")
    message = Message.objects.get(token="for-nadia").pk
    before = everything(bob)
    for write in (MarkHeard(message, 0), DeleteMessage(message, 0)):
        assert WRITES.apply(write) is None
    assert everything(bob) == before
    assert audio_file("for-nadia").is_file()
    assert WRITES.apply(MarkHeard(message, resets_of(bob))) is not None
    assert WRITES.apply(DeleteMessage(message, resets_of(bob))) is not None
    assert not Message.objects.filter(token="for-nadia").exists()


def test_deleting_a_message_that_a_reset_keeps_leaves_its_audio(
    alice: Access, bob: Line, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    message = Message.objects.get(token="one").pk
    reset(alice, bob)
    with django_capture_on_commit_callbacks(execute=True):
        assert WRITES.apply(DeleteMessage(message, 0)) is None
    undo(alice, bob)
    assert Message.objects.filter(token="one").exists()
    assert audio_file("one").is_file()


def test_a_reset_that_comes_first_where_both_wait_for_the_line_keeps_the_audio(
    alice: Access, bob: Line, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    message, waiting = Message.objects.get(token="one").pk, [True]

    def let_the_reset_go_first(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        if waiting and "business_groups_businessgroup" in sql:  # the lock of the line's group
            waiting.clear()
            reset(alice, bob)
        return execute(sql, *others)

    with django_capture_on_commit_callbacks(execute=True), connection.execute_wrapper(let_the_reset_go_first):
        assert delete_message(message_id=message, now=NOW) is None
    assert not waiting
    undo(alice, bob)
    assert Message.objects.filter(token="one").exists()
    assert audio_file("one").is_file()


def test_nobody_replaces_the_next_subscribers_temporary_pin(alice: Access, bob: Line) -> None:
    change_pin(actor=ACTOR, line_id=bob.pk, new_pin="951736", now=NOW)
    mailbox = Mailbox.objects.get(line=bob).pk
    former = WRITES.check_new_pin(mailbox, "582047").mark
    reset(alice, bob)
    before = everything(bob)
    late = WRITES.check_new_pin(mailbox, "582047").mark
    for mark in (former, late):
        assert WRITES.replace_pin(mailbox, "582047", mark, 0).result is NewPinResult.DIFFERENT
    assert everything(bob) == before
    saved = WRITES.replace_pin(mailbox, "582047", late, resets_of(bob))
    assert saved.result is NewPinResult.SAVED


def test_an_undone_reset_ends_the_calls_of_both(alice: Access, bob: Line, greetings: object) -> None:
    first = own_writes(bob)
    reset(alice, bob)
    second = own_writes(bob)
    undo(alice, bob)
    assert resets_of(bob) == 2
    before = everything(bob)
    for write in (*first, *second):
        with pytest.raises(FormerSubscriber):
            WRITES.apply(write)
    assert everything(bob) == before
    assert Mailbox.objects.get(line=bob).greeting == "greeting-1-bob"
    for write in own_writes(bob):
        WRITES.apply(write)
