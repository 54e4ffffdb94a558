"""Leaving messages and listening to them by telephone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from tests.builders import Caller, FakeLive, make_directory, make_line, make_mailbox, make_message
from tests.unit.calls.test_prompts import INSTALLED

from carillon.calls.commands import (
    Collect,
    DeleteMessage,
    Deposit,
    MarkHeard,
    Prompt,
    Recording,
    Release,
    Sound,
)
from carillon.calls.directory import Message
from carillon.calls.events import Entered, Event, HungUp, PinChecked, Recorded, RingEnded, RingStatus
from carillon.calls.model import FinalCause, Identity, Language
from carillon.calls.retrieval import awaits_pin
from carillon.calls.state import Phase
from carillon.calls.step import Step

A = "+15145550101"
RIGHT, WRONG = PinChecked(ok=True), PinChecked(ok=False)


def words(prompts: Sequence[Prompt]) -> list[str]:
    names = [prompt.name for prompt in prompts if isinstance(prompt, Sound)]
    assert set(names) <= INSTALLED
    return [prompt.name if isinstance(prompt, Sound) else f"<{prompt.token}>" for prompt in prompts]


def heard(made: Step) -> list[str]:
    assert isinstance(made.command, Collect | Release)
    return words(made.command.prompts)


def details_of(made: Step) -> Mapping[str, str]:
    """Return what the trace says of the mailbox a call reached."""
    (details,) = [entry.details for entry in made.trace if entry.result == "to_voicemail"]
    return details


def mailbox_of(*messages: Message, **changes: object) -> Caller:
    """Return a caller whose line has these messages."""
    line = make_line(mailbox=make_mailbox(**changes))
    return Caller(make_directory(line, messages={1: messages}))


def opened(*messages: Message) -> Caller:
    """Return a caller who has given the right PIN."""
    call = mailbox_of(*messages)
    call.dial("*98")
    call.send(RIGHT)
    return call


@pytest.mark.parametrize("language", list(Language))
def test_a_message_is_left_in_the_lines_language(language: Language) -> None:
    call = Caller(make_directory(make_line(language=language)))
    call.call_in(A)
    made = call.send(RingEnded(RingStatus.NO_ANSWER))
    assert isinstance(made.command, Deposit)
    assert made.command.language is language
    said = ["vm-theperson", "digits/2", "digits/0", "digits/1", "vm-isunavail", "vm-intro"]
    assert words(made.command.greeting) == said
    assert details_of(made)["greeting"] == "system"
    assert made.command.max_seconds == 300
    assert (made.facts.cause, made.facts.called_line) == (FinalCause.VOICEMAIL, 1)
    after = call.send(Recorded(7))
    assert isinstance(after.command, Release)
    assert after.command.cause is FinalCause.VOICEMAIL


def test_the_system_greeting_says_that_a_busy_line_is_on_the_phone() -> None:
    made = Caller(make_directory(make_line(extension="")), FakeLive(busy={1: 2})).call_in(A)
    assert isinstance(made.command, Deposit)
    assert "vm-isonphone" in words(made.command.greeting)
    assert words(made.command.greeting)[1:4] == ["digits/5", "digits/1", "digits/4"]


def test_a_personal_greeting_replaces_the_systems() -> None:
    line = make_line(mailbox=make_mailbox(greeting="greeting-1"), phones=0)
    made = Caller(make_directory(line)).call_in(A)
    assert isinstance(made.command, Deposit)
    assert made.command.greeting == (Recording("greeting-1"),)
    assert details_of(made)["greeting"] == "personal"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("busy", "said"), [(0, "vm-isunavail"), (2, "vm-isonphone")])
def test_the_system_greeting_says_the_recorded_name_in_place_of_the_number(
    language: Language, busy: int, said: str
) -> None:
    line = make_line(language=language, mailbox=make_mailbox(recorded_name="name-1"))
    call = Caller(make_directory(line), FakeLive(busy={1: busy}))
    made = call.call_in(A)
    if not busy:
        made = call.send(RingEnded(RingStatus.NO_ANSWER))
    assert isinstance(made.command, Deposit)
    assert words(made.command.greeting) == ["<name-1>", said, "vm-intro"]
    assert details_of(made)["greeting"] == "name"


def test_a_personal_greeting_is_heard_and_the_recorded_name_is_not() -> None:
    line = make_line(mailbox=make_mailbox(greeting="greeting-1", recorded_name="name-1"), phones=0)
    made = Caller(make_directory(line)).call_in(A)
    assert isinstance(made.command, Deposit)
    assert words(made.command.greeting) == ["<greeting-1>"]


def test_B61_a_wrong_pin_is_refused_and_the_right_one_opens_the_mailbox() -> None:
    call = mailbox_of(make_message(1))
    asked = call.dial("*98")
    assert heard(asked) == ["vm-password"]
    assert awaits_pin(asked.state)
    again = call.send(WRONG)
    assert heard(again) == ["vm-incorrect", "vm-password"]
    assert "vm-youhave" in heard(call.send(RIGHT))


def test_B61_three_wrong_pins_end_the_call() -> None:
    call = mailbox_of()
    call.dial("*98")
    call.send(WRONG)
    call.send(WRONG)
    made = call.send(WRONG)
    assert isinstance(made.command, Release)
    assert made.facts.cause is FinalCause.NOT_PERMITTED


def test_digits_that_nobody_compared_never_open_a_mailbox() -> None:
    call = mailbox_of()
    call.dial("*98")
    assert awaits_pin(call.send(Entered("123456")).state)


def test_a_blocked_mailbox_ends_the_call_even_where_the_pin_is_skipped() -> None:
    assert isinstance(mailbox_of(portal_locked=True, skip_pin=True).dial("*98").command, Release)
    call = mailbox_of()
    call.dial("*98")
    assert isinstance(call.send(PinChecked(ok=False, blocked=True)).command, Release)


def test_the_pin_is_skipped_where_the_subscriber_chose_so() -> None:
    assert mailbox_of(skip_pin=True).dial("*98").state.phase is Phase.MAILBOX_MENU


def test_a_line_without_voicemail_has_no_mailbox_to_open() -> None:
    made = Caller(make_directory(make_line(voicemail=False))).dial("*98")
    assert heard(made) == ["feature-not-avail-line"]


def test_the_menu_counts_new_and_old_messages() -> None:
    call = opened(make_message(1, heard=True), make_message(2), make_message(3))
    said = ["vm-youhave", "digits/2", "vm-INBOX", "vm-messages", "vm-and", "digits/1", "vm-Old", "vm-message"]
    assert heard(call.steps[-1]) == [*said, "vm-instructions"]


def test_listening_starts_with_the_first_new_message_and_says_its_envelope() -> None:
    received = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # the evening before in Toronto
    caller = Identity("202", "Line 2")
    call = opened(make_message(1, heard=True), make_message(2, caller=caller, received=received))
    made = call.send(Entered("1"))
    said = heard(made)
    assert said[:6] == ["vm-received", "digits/yesterday", "digits/at", "digits/20", "vm-and", "digits/1"]
    assert said[said.index("vm-from-extension") :][:4] == [
        "vm-from-extension",
        "digits/2",
        "digits/0",
        "digits/2",
    ]
    assert "<message-2>" in said
    assert made.effects == ()


@pytest.mark.parametrize("caller", [Identity("5145550199", withheld=True), Identity("")])
def test_a_withheld_or_unknown_caller_is_not_named(caller: Identity) -> None:
    said = heard(opened(make_message(1, caller=caller)).send(Entered("1")))
    assert "vm-unknown-caller" in said
    assert "digits/5" not in said[said.index("vm-unknown-caller") :]


@pytest.mark.parametrize(
    ("key", "message", "effects"),
    [
        ("1", "<message-2>", (MarkHeard(2),)),
        ("5", "<message-2>", (MarkHeard(2),)),
        ("4", "<message-1>", (MarkHeard(2),)),
        ("6", "<message-3>", (MarkHeard(2),)),
        ("9", "<message-3>", (MarkHeard(2),)),
        ("7", "<message-3>", (MarkHeard(2), DeleteMessage(2))),
    ],
)
def test_keys_move_between_messages(key: str, message: str, effects: tuple[object, ...]) -> None:
    call = opened(make_message(1, heard=True), make_message(2), make_message(3))
    call.send(Entered("1"))
    made = call.send(Entered(key))
    assert message in heard(made)
    assert made.effects == effects


def test_after_the_last_message_the_menu_returns() -> None:
    call = opened(make_message(1))
    call.send(Entered("1"))
    made = call.send(Entered("6"))
    assert heard(made)[:3] == ["vm-nomore", "vm-youhave", "digits/1"]
    assert "vm-Old" in heard(made)
    assert made.state.phase is Phase.MAILBOX_MENU


def test_deleting_the_only_message_leaves_none() -> None:
    call = opened(make_message(1))
    call.send(Entered("1"))
    made = call.send(Entered("7"))
    assert heard(made)[:5] == ["vm-deleted", "vm-nomore", "vm-youhave", "vm-no", "vm-messages"]
    assert DeleteMessage(1) in made.effects


def test_a_message_deleted_in_the_portal_meanwhile_is_passed_over() -> None:
    call = opened(make_message(1), make_message(2), make_message(3))
    call.send(Entered("1"))
    call.directory = make_directory(make_line(), messages={1: (make_message(3),)})
    made = call.send(Entered("7"))
    assert "<message-3>" in heard(made)
    assert made.effects == ()


def test_hanging_up_during_a_message_counts_it_as_heard() -> None:
    call = opened(make_message(1))
    call.send(Entered("1"))
    made = call.send(HungUp())
    assert made.command is None
    assert made.effects == (MarkHeard(1),)


@pytest.mark.parametrize("key", ["", "8", "*#"])
def test_silence_or_wrong_keys_end_the_call_after_three(key: str) -> None:
    befores: list[list[Event]] = [[], [Entered("1")], [Entered("0"), Entered(""), Recorded(5)]]
    for before in befores:
        call = opened(make_message(1))
        for event in before:
            call.send(event)
        assert [type(call.send(Entered(key)).command) for _ in range(3)] == [Collect, Collect, Release]


def test_hash_leaves_with_a_goodbye() -> None:
    made = opened().send(Entered("#"))
    assert heard(made) == ["vm-goodbye"]
    assert made.facts.cause is FinalCause.VOICEMAIL
