"""A temporary PIN by telephone: replaced before anything is heard, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import Caller, make_directory, make_line, make_mailbox, make_message
from tests.unit.calls.test_voicemail import RIGHT, WRONG, heard, mailbox_of

from carillon.calls.commands import Collect, Release
from carillon.calls.events import Entered, Event, HungUp, NewPin, NewPinResult, PinChecked
from carillon.calls.model import FinalCause
from carillon.calls.state import Phase
from carillon.calls.state_codec import decode, encode

FIT = NewPin(NewPinResult.FIT, "a1b2c3")
SAVED, DIFFERENT = NewPin(NewPinResult.SAVED), NewPin(NewPinResult.DIFFERENT)
WEAK, LOST = NewPin(NewPinResult.WEAK), NewPin(NewPinResult.LOST)


def asked(**changes: object) -> Caller:
    """Return a caller who has given the right temporary PIN, and is asked for a new one."""
    call = mailbox_of(make_message(1), pin_temporary=True, **changes)
    call.dial("*98")
    assert heard(call.send(RIGHT)) == ["vm-newpassword"]
    return call


def replaced(call: Caller) -> None:
    """Have the picture show that the PIN is temporary no more, as after the write."""
    line = make_line(mailbox=make_mailbox(pin_temporary=False))
    call.directory = make_directory(line, messages={1: (make_message(1),)})


def test_B72_a_temporary_pin_is_replaced_before_the_menu() -> None:
    call = asked()
    again = call.send(FIT)
    assert heard(again) == ["vm-reenterpassword"]
    assert decode(encode(again.state)).mark == "a1b2c3"
    replaced(call)
    made = call.send(SAVED)
    assert heard(made)[:2] == ["vm-passchanged", "vm-youhave"]
    assert (made.state.phase, made.state.mark, made.effects) == (Phase.MAILBOX_MENU, "", ())


def test_entries_that_differ_are_asked_for_again() -> None:
    call = asked()
    call.send(FIT)
    made = call.send(DIFFERENT)
    assert heard(made) == ["vm-mismatch", "vm-newpassword"]
    assert (made.state.phase, made.state.mark) == (Phase.MAILBOX_NEW_PIN, "")


@pytest.mark.parametrize("event", [WEAK, Entered("123456"), PinChecked(ok=True), NewPin(NewPinResult.FIT)])
def test_a_weak_pin_and_one_that_nobody_checked_are_refused_and_asked_for_again(event: Event) -> None:
    assert heard(asked().send(event)) == ["vm-invalid-password", "vm-newpassword"]


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([WEAK, WEAK, WEAK], "vm-invalid-password"),
        ([FIT, DIFFERENT, WEAK, FIT, DIFFERENT], "vm-mismatch"),
        ([Entered(""), Entered(""), Entered("")], "vm-invalid-password"),
    ],
)
def test_the_third_refusal_says_goodbye(events: list[Event], said: str) -> None:
    call = asked()
    made = [call.send(event) for event in events]
    assert all(isinstance(one.command, Collect) for one in made[:-1])
    assert heard(made[-1]) == [said, "vm-goodbye"]
    assert isinstance(made[-1].command, Release)
    assert made[-1].facts.cause is FinalCause.NOT_PERMITTED


def test_wrong_temporary_pins_do_not_count_as_rounds() -> None:
    call = mailbox_of(pin_temporary=True)
    call.dial("*98")
    made = [call.send(event) for event in (WRONG, WRONG, RIGHT, WEAK, WEAK)]
    assert isinstance(made[-1].command, Collect)


@pytest.mark.parametrize("before", [[], [FIT]])
def test_a_pin_that_cannot_be_saved_now_is_not_said_to_be(before: list[Event]) -> None:
    call = asked()
    for event in before:
        call.send(event)
    made = call.send(LOST)
    assert heard(made) == ["im-sorry", "please-try-call-later", "vm-goodbye"]


def test_hanging_up_in_the_middle_changes_nothing() -> None:
    call = asked()
    call.send(FIT)
    made = call.send(HungUp())
    assert (made.command, made.effects) == (None, ())


def test_where_the_pin_is_skipped_a_temporary_one_is_asked_for_and_replaced() -> None:
    call = mailbox_of(pin_temporary=True, skip_pin=True)
    assert heard(call.dial("*98")) == ["vm-password"]
    assert heard(call.send(RIGHT)) == ["vm-newpassword"]


@pytest.mark.parametrize("event", [WEAK, FIT, DIFFERENT])
def test_a_pin_replaced_in_the_portal_meanwhile_is_not_asked_for_again(event: Event) -> None:
    call = asked()
    replaced(call)
    assert heard(call.send(event))[0] == "vm-youhave"


@settings(max_examples=50, deadline=None)
@given(
    skip=st.booleans(),
    events=st.lists(
        st.one_of(
            st.builds(NewPin, st.sampled_from(NewPinResult), st.sampled_from(["", "a1"])),
            st.builds(Entered, st.text(max_size=9)),
            st.builds(PinChecked, ok=st.booleans()),
        ),
        max_size=20,
    ),
)
def test_without_a_saved_pin_nothing_of_a_mailbox_is_heard_and_the_call_ends(
    skip: bool, events: list[Event]
) -> None:
    call = mailbox_of(make_message(1), pin_temporary=True, skip_pin=skip)
    made = call.dial("*98")
    for event in events:
        before = made.state
        if isinstance(made.command, Release):
            break
        made = call.send(event)
        assert decode(encode(made.state)) == made.state
        if made.state.phase is Phase.MAILBOX_MENU:
            assert isinstance(event, NewPin)
            assert (event.result, before.phase) == (NewPinResult.SAVED, Phase.MAILBOX_NEW_PIN_AGAIN)
            return
    assert "vm-youhave" not in heard(made)
    assert len(call.steps) <= 1 + 3 + 2 * 3, "three wrong PINs, three rounds of two entries"
