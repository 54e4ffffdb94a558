"""The subscriber's name and greeting by telephone: at the first sign-in, and later from the menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import Caller, make_directory, make_line, make_mailbox, make_message
from tests.unit.calls.test_new_pin import FIT, SAVED
from tests.unit.calls.test_voicemail import RIGHT, heard, opened

from carillon.calls.commands import Collect, PassSetup, RecordGreeting, Release, UseGreeting, UseName
from carillon.calls.events import Entered, Event, HungUp, NewPin, NewPinResult, PinChecked, Recorded
from carillon.calls.model import FinalCause, MailboxId, SetupStep
from carillon.calls.own_recordings import RECORDING_PHASES
from carillon.calls.state import Phase
from carillon.calls.state_codec import decode, encode
from carillon.calls.step import Step

NAME, GREETING = SetupStep.NAME, SetupStep.GREETING
ASKED = {NAME: ["vm-rec-name", "vm-star-cancel"], GREETING: ["vm-rec-unv", "vm-star-cancel"]}
PASSED = {step: PassSetup(MailboxId(1), step) for step in SetupStep}
BEGIN, KEEP, LISTEN, AGAIN, SKIP = Entered(""), Entered("1"), Entered("2"), Entered("3"), Entered("*")


def new_subscriber(due: SetupStep | None = NAME, **changes: object) -> Caller:
    """Return a caller with one message whose mailbox waits to be set up."""
    line = make_line(mailbox=make_mailbox(setup_due=due, **changes))
    return Caller(make_directory(line, messages={1: (make_message(1),)}))


def signed_in(due: SetupStep | None = NAME, **changes: object) -> Caller:
    """Return a new subscriber who has given the right PIN."""
    call = new_subscriber(due, **changes)
    call.dial("*98")
    call.send(RIGHT)
    return call


def sent(call: Caller, events: Sequence[Event]) -> Step:
    """Send the events; return what the last one led to."""
    return [call.send(event) for event in events][-1]


def test_after_a_new_pin_come_the_name_then_the_greeting_then_the_menu() -> None:
    call = new_subscriber(pin_temporary=True)
    call.dial("*98")
    sent(call, [RIGHT, FIT])
    call.directory = new_subscriber().directory
    made = call.send(SAVED)
    assert heard(made) == ["vm-passchanged", *ASKED[NAME]]
    assert made.state.mark == ""
    name = call.send(BEGIN).command
    assert isinstance(name, RecordGreeting)
    assert (name.token, name.max_seconds) == ("name-1-20261123t150500000000", 10)
    assert heard(call.send(Recorded(2))) == ["vm-review"]
    assert heard(call.send(LISTEN)) == [f"<{name.token}>", "vm-review"]
    made = call.send(KEEP)
    assert heard(made) == ["vm-msgsaved", *ASKED[GREETING]]
    assert made.effects == (UseName(MailboxId(1), name.token),)
    greeting = call.send(BEGIN).command
    assert isinstance(greeting, RecordGreeting)
    assert (greeting.token, greeting.max_seconds) == ("greeting-1-20261123t150500000000", 180)
    call.send(Recorded(9))
    made = call.send(KEEP)
    assert heard(made)[:2] == ["vm-msgsaved", "vm-youhave"]
    assert made.effects == (UseGreeting(MailboxId(1), greeting.token),)
    assert ("mailbox", "name_changed") in call.rules
    assert ("mailbox", "greeting_changed") in call.rules


def test_star_skips_each_of_them_for_good() -> None:
    call = signed_in()
    made = call.send(SKIP)
    assert (heard(made), made.effects) == (ASKED[GREETING], (PASSED[NAME],))
    made = sent(call, [BEGIN, Recorded(4), SKIP])
    assert (made.state.phase, made.effects) == (Phase.MAILBOX_MENU, (PASSED[GREETING],))
    assert heard(made)[0] == "vm-youhave"
    assert call.rules.count(("mailbox", "setup_skipped")) == 2


@pytest.mark.parametrize(
    ("due", "has", "asked", "passed"),
    [
        (NAME, {"greeting": "greeting-1"}, NAME, ()),
        (NAME, {"recorded_name": "name-1"}, GREETING, (NAME,)),
        (NAME, {"recorded_name": "name-1", "greeting": "greeting-1"}, None, (NAME, GREETING)),
        (GREETING, {}, GREETING, ()),
        (GREETING, {"greeting": "greeting-1"}, None, (GREETING,)),
        (None, {}, None, ()),
    ],
)
@pytest.mark.parametrize("skip_pin", [False, True])
def test_only_what_is_due_and_missing_is_asked_for(
    due: SetupStep | None,
    has: dict[str, str],
    asked: SetupStep | None,
    passed: tuple[SetupStep, ...],
    skip_pin: bool,
) -> None:
    call = new_subscriber(due, skip_pin=skip_pin, **has)
    made = call.dial("*98")
    if not skip_pin:
        made = call.send(RIGHT)
    assert heard(made)[0] == (ASKED[asked][0] if asked else "vm-youhave")
    assert made.effects == tuple(PASSED[step] for step in passed)


def test_a_greeting_that_is_there_is_not_asked_for_after_the_name() -> None:
    call = signed_in(greeting="greeting-1")
    made = sent(call, [BEGIN, Recorded(2), KEEP])
    assert made.state.phase is Phase.MAILBOX_MENU
    assert isinstance(made.effects[0], UseName)
    assert made.effects[0] == UseName(MailboxId(1), made.effects[0].token)
    assert made.effects[1:] == (PASSED[GREETING],)


@pytest.mark.parametrize("before", [[], [BEGIN], [BEGIN, Recorded(3)], [BEGIN, Recorded(0)]])
@pytest.mark.parametrize("first", [[], [SKIP]])
def test_hanging_up_writes_nothing_so_that_it_is_asked_again(before: list[Event], first: list[Event]) -> None:
    call = signed_in()
    for event in (*first, *before):
        call.send(event)
    made = call.send(HungUp())
    assert (made.command, made.effects) == (None, ())


def test_leaving_the_review_keeps_nothing() -> None:
    made = sent(signed_in(), [BEGIN, Recorded(2), Entered("#")])
    assert (heard(made), made.effects) == (["vm-goodbye"], ())
    assert made.facts.cause is FinalCause.VOICEMAIL


@pytest.mark.parametrize("step", list(SetupStep))
def test_an_empty_recording_is_made_again_and_the_third_says_goodbye(step: SetupStep) -> None:
    call = signed_in(step)
    for _ in range(2):
        assert heard(sent(call, [BEGIN, Recorded(0)])) == ["vm-tooshort", *ASKED[step]]
    assert heard(sent(call, [BEGIN, Recorded(0)])) == ["vm-goodbye"]
    call = signed_in(step)
    sent(call, [BEGIN, Recorded(0), BEGIN, Recorded(0), BEGIN, Recorded(1), AGAIN])
    assert heard(call.send(Recorded(0)))[0] == "vm-tooshort", "a recording in between begins the count anew"


@pytest.mark.parametrize("key", ["", "8", "0"])
def test_silence_or_wrong_keys_at_the_review_end_the_call_after_three(key: str) -> None:
    call = signed_in()
    sent(call, [BEGIN, Recorded(2)])
    assert [type(call.send(Entered(key)).command) for _ in range(3)] == [Collect, Collect, Release]


def test_without_anything_due_the_menu_comes_at_once_and_every_state_survives_the_wire() -> None:
    call = signed_in(None)
    assert heard(call.steps[-1])[0] == "vm-youhave"
    for made in (*call.steps, *(signed_in(step).steps[-1] for step in SetupStep)):
        assert decode(encode(made.state)) == made.state


@pytest.mark.parametrize(
    ("key", "asked", "use", "longest"),
    [("0", "vm-rec-unv", UseGreeting, 180), ("3", "vm-rec-name", UseName, 10)],
)
def test_the_menu_records_the_greeting_and_the_name_anew(
    key: str, asked: str, use: type[UseName | UseGreeting], longest: int
) -> None:
    call = opened(make_message(1))
    assert heard(call.send(Entered(key))) == [asked, "vm-star-cancel"]
    recording = call.send(BEGIN).command
    assert isinstance(recording, RecordGreeting)
    assert recording.max_seconds == longest
    call.send(Recorded(9))
    assert isinstance(call.send(AGAIN).command, RecordGreeting)
    call.send(Recorded(9))
    made = call.send(KEEP)
    assert made.effects == (use(MailboxId(1), recording.token),)
    assert heard(made)[:2] == ["vm-msgsaved", "vm-youhave"]


@pytest.mark.parametrize("key", ["0", "3"])
@pytest.mark.parametrize("before", [[], [BEGIN, Recorded(0)], [BEGIN, Recorded(4)]])
def test_star_cancels_a_recording_made_from_the_menu(key: str, before: list[Event]) -> None:
    call = opened(make_message(1))
    made = sent(call, [Entered(key), *before, SKIP])
    assert (made.effects, made.state.phase) == ((), Phase.MAILBOX_MENU)


KEYS = st.sampled_from([*"0123456789*#", ""])
TURNS = st.lists(
    st.one_of(
        st.builds(Entered, KEYS),
        st.builds(Recorded, st.integers(0, 10)),
        st.builds(PinChecked, ok=st.booleans()),
        st.builds(NewPin, st.sampled_from(NewPinResult), st.sampled_from(["", "a1"])),
    ),
    max_size=25,
)


class Kept(TypedDict):
    """What a mailbox has when its subscriber signs in: the step that is due, and the recordings."""

    due: SetupStep | None
    greeting: str
    recorded_name: str


MAILBOXES = st.fixed_dictionaries(
    {
        "due": st.none() | st.sampled_from(SetupStep),
        "greeting": st.sampled_from(["", "greeting-1"]),
        "recorded_name": st.sampled_from(["", "name-1"]),
    }
)


def played(call: Caller, turns: Sequence[Event]) -> Step:
    """Send what fits the command before it, as the engine would, until the call ends."""
    made = call.steps[-1]
    for turn in turns:
        if isinstance(made.command, Release):
            break
        if isinstance(turn, Recorded) == isinstance(made.command, RecordGreeting):
            made = call.send(turn)
            assert decode(encode(made.state)) == made.state
    return made


@settings(max_examples=100, deadline=None)
@given(mailbox=MAILBOXES, turns=TURNS)
def test_star_leads_everyone_on_to_the_menu_and_hash_out_of_it(mailbox: Kept, turns: list[Event]) -> None:
    call = signed_in(**mailbox)
    made = played(call, turns)
    for _ in range(3):
        if made.state.phase in RECORDING_PHASES:
            made = call.send(SKIP if isinstance(made.command, Collect) else Recorded(1))
            made = call.send(SKIP) if made.state.phase in RECORDING_PHASES else made
    assert made.state.phase in {Phase.MAILBOX_MENU, Phase.MAILBOX_MESSAGE, Phase.RELEASING}
    if made.state.phase is not Phase.RELEASING:
        assert isinstance(call.send(Entered("#")).command, Release)


@settings(max_examples=100, deadline=None)
@given(mailbox=MAILBOXES, turns=TURNS, seconds=st.sampled_from([0, 10]))
def test_silence_ends_every_call(mailbox: Kept, turns: list[Event], seconds: int) -> None:
    call = signed_in(**mailbox)
    made = played(call, turns)
    for _ in range(12):
        if isinstance(made.command, Release):
            return
        made = call.send(Recorded(seconds) if isinstance(made.command, RecordGreeting) else Entered(""))
    raise AssertionError(made)


@settings(max_examples=100, deadline=None)
@given(mailbox=MAILBOXES, turns=TURNS)
def test_nothing_is_used_or_passed_but_by_the_key_for_it(mailbox: Kept, turns: list[Event]) -> None:
    call = signed_in(**mailbox)
    for turn in turns:
        before = call.steps[-1]
        made = played(call, [turn])
        if made is before:
            continue
        for effect in made.effects:
            match effect:
                case UseName() | UseGreeting():
                    assert turn == KEEP
                    assert effect.token == before.state.recording
                case PassSetup(step=step):
                    has = mailbox["recorded_name"] if step is NAME else mailbox["greeting"]
                    assert turn == SKIP or has
                case _:
                    pass
