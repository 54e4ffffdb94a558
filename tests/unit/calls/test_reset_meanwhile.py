"""A mailbox that is reset while its former subscriber is in it: he hears goodbye and changes nothing more."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.builders import Caller, make_directory, make_line, make_mailbox, make_message
from tests.unit.calls.test_voicemail import RIGHT, WRONG, heard, mailbox_of

from carillon.calls.commands import DeleteMessage, MarkHeard, PassSetup, Release, UseGreeting, UseName, Write
from carillon.calls.events import Entered, Event, HungUp, NewPin, NewPinResult, PinChecked, Recorded
from carillon.calls.model import FinalCause, MailboxId, SetupStep
from carillon.calls.state import MAILBOX_PHASES, Phase
from carillon.calls.state_codec import decode, encode

FIT, SAVED = NewPin(NewPinResult.FIT, "a1b2c3"), NewPin(NewPinResult.SAVED)
BEGIN, USE, SKIP = Entered("5"), Entered("1"), Entered("*")
NAME, GREETING = SetupStep.NAME, SetupStep.GREETING

TEMPORARY: dict[str, object] = {"pin_temporary": True}
PLACES: dict[str, tuple[dict[str, object], list[Event]]] = {
    "asked for the PIN": ({}, []),
    "asked again for the PIN": ({}, [WRONG]),
    "asked for a new PIN": (TEMPORARY, [RIGHT]),
    "asked for it again": (TEMPORARY, [RIGHT, FIT]),
    "menu": ({}, [RIGHT]),
    "menu without a PIN": ({"skip_pin": True}, []),
    "message": ({}, [RIGHT, Entered("1")]),
    "greeting asked": ({}, [RIGHT, Entered("0")]),
    "greeting being recorded": ({}, [RIGHT, Entered("0"), BEGIN]),
    "greeting reviewed": ({}, [RIGHT, Entered("0"), BEGIN, Recorded(4)]),
    "name reviewed": ({}, [RIGHT, Entered("3"), BEGIN, Recorded(4)]),
    "first name asked": ({"setup_due": NAME}, [RIGHT]),
    "first name reviewed": ({"setup_due": NAME}, [RIGHT, BEGIN, Recorded(4)]),
    "first greeting reviewed": ({"setup_due": GREETING}, [RIGHT, BEGIN, Recorded(4)]),
}
"""Where a caller may be, by the mailbox he opened and what happened since he dialled."""
NEXT: list[Event] = [
    *(Entered(key) for key in (*"0123456789*#", "", "582047")),
    *(PinChecked(ok=ok) for ok in (True, False)),
    *(NewPin(result, "a1b2c3") for result in NewPinResult),
    *(Recorded(seconds) for seconds in (0, 4)),
]


def taken(resets: int = 0, **changes: object) -> Caller:
    """Return a caller of a line whose mailbox has a message and was reset so often."""
    return mailbox_of(make_message(1), resets=resets, **changes)


def arrived(place: str, *, resets: int = 0) -> Caller:
    changes, events = PLACES[place]
    call = taken(resets, **changes)
    call.dial("*98")
    for event in events:
        call.send(event)
    return call


def reset(call: Caller, **changes: object) -> None:
    """Have the picture show the mailbox of the next subscriber, who has a message already."""
    settings = {"pin_temporary": True, "setup_due": NAME, "resets": 1} | changes
    line = make_line(mailbox=make_mailbox(**settings))
    call.directory = make_directory(line, messages={1: (make_message(7),)})


def test_the_places_are_all_there_are() -> None:
    assert {arrived(place).steps[-1].state.phase for place in PLACES} == MAILBOX_PHASES - {
        Phase.MAILBOX_NUMBER
    }


@pytest.mark.parametrize("place", PLACES)
def test_whoever_opened_it_before_hears_goodbye_whatever_he_presses(place: str) -> None:
    for event in NEXT:
        call = arrived(place)
        reset(call)
        made = call.send(event)
        assert isinstance(made.command, Release), event
        assert (heard(made), made.effects) == (["vm-goodbye"], ())
        assert (made.facts.cause, call.rules[-1]) == (FinalCause.VOICEMAIL, ("mailbox", "reset_meanwhile"))


@pytest.mark.parametrize("place", PLACES)
def test_whoever_opened_it_before_changes_nothing_by_hanging_up(place: str) -> None:
    call = arrived(place)
    reset(call)
    assert call.send(HungUp()).effects == ()


@pytest.mark.parametrize("changes", [{"pin_temporary": False, "setup_due": None}, {"skip_pin": True}])
def test_what_the_next_subscriber_has_done_already_does_not_let_him_in(changes: dict[str, object]) -> None:
    for place in PLACES:
        call = arrived(place)
        reset(call, **changes)
        assert heard(call.send(Entered("1"))) == ["vm-goodbye"], place


def test_a_reset_that_was_undone_meanwhile_ends_the_call_too() -> None:
    call = arrived("menu")
    reset(call, resets=2, pin_temporary=False, setup_due=None)
    assert heard(call.send(Entered("1"))) == ["vm-goodbye"]


@pytest.mark.parametrize("resets", [0, 3])
@pytest.mark.parametrize(
    ("place", "keys", "written"),
    [
        ("message", "7", [MarkHeard(1), DeleteMessage(1)]),
        ("message", "6", [MarkHeard(1)]),
        ("greeting reviewed", "1", [UseGreeting(MailboxId(1), "token")]),
        ("name reviewed", "1", [UseName(MailboxId(1), "token")]),
        ("first name asked", "*", [PassSetup(MailboxId(1), NAME)]),
        ("first greeting reviewed", "1", [UseGreeting(MailboxId(1), "token")]),
    ],
)
def test_every_write_names_the_mailbox_as_the_caller_opened_it(
    place: str, keys: str, written: Sequence[Write], resets: int
) -> None:
    call = arrived(place, resets=resets)
    assert call.state is not None
    assert decode(encode(call.state)).resets == resets
    made = call.send(Entered(keys))
    assert [type(effect) for effect in made.effects] == [type(effect) for effect in written]
    assert {effect.resets for effect in made.effects if isinstance(effect, Write)} == {resets}


def test_the_next_subscriber_is_let_in_by_his_own_pin() -> None:
    call = taken(1, pin_temporary=True, setup_due=NAME)
    call.dial("*98")
    assert heard(call.send(RIGHT)) == ["vm-newpassword"]
    call.send(FIT)
    reset(call, pin_temporary=False)
    assert heard(call.send(SAVED))[:2] == ["vm-passchanged", "vm-rec-name"]
    made = call.send(SKIP)
    assert made.effects == (PassSetup(MailboxId(1), NAME, 1),)
