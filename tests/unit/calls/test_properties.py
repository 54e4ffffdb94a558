"""What holds for every call, whatever the settings, the events and the strings from the wire."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import (
    NOW,
    Caller,
    FakeLive,
    loading,
    make_directory,
    make_group,
    make_line,
    make_mailbox,
    make_message,
    make_route,
    make_settings,
)

from carillon.calls.commands import Command, Deposit, OutsideLeg, Release, Ring
from carillon.calls.directory import (
    AccountPhone,
    BusyTone,
    Directory,
    ForwardAll,
    Line,
    RingEntry,
    RingInOrder,
    RingTogether,
    ToNumber,
    ToVoicemail,
)
from carillon.calls.events import (
    Entered,
    Event,
    HungUp,
    NewPin,
    NewPinResult,
    PinChecked,
    Recorded,
    RingEnded,
    RingStatus,
)
from carillon.calls.forwarding import MOST_FORWARDS
from carillon.calls.model import CallClass, Identity, LineId, LineType, SetupStep
from carillon.calls.simulate import foresee
from carillon.calls.state_codec import decode, encode
from carillon.calls.step import Step, step

EXAMPLES = settings(max_examples=25, deadline=None)
STEPS_TO_AN_END = 16
"""Six lines in a row and two routes at the last of them need eight; this leaves room."""

DIALLED = st.sampled_from(
    [
        "201",
        "202",
        "203",
        "+15145550102",
        "5145550199",
        "4185550123",
        "911",
        "*98",
        "250",
        "12",
        "+33142685300",
        "*67202",
        "*82*705145550199",
        "*67",
        "",
        "x&y",
    ]
)
TREATMENTS = st.one_of(st.just(ToVoicemail()), st.just(BusyTone()), DIALLED.map(ToNumber))
SECONDS = st.integers(0, 60)
ENTRIES = st.lists(
    st.builds(RingEntry, DIALLED, SECONDS, SECONDS, confirm=st.booleans()), min_size=1, max_size=4
).map(tuple)
INCOMING = st.one_of(
    st.just(AccountPhone()),
    ENTRIES.map(RingTogether),
    ENTRIES.map(RingInOrder),
    DIALLED.map(ToNumber).map(ForwardAll),
)
ENDED = st.builds(
    RingEnded,
    st.sampled_from([status for status in RingStatus if status is not RingStatus.ANSWERED]),
    st.sampled_from([0, 404, 408, 480, 486, 500, 503, 603]),
)
HOSTILE = st.text(max_size=100) | st.sampled_from(
    [
        "'; DROP TABLE",
        "${SHELL(id)}",
        "a\r\nAction: Originate",
        "<script>",
        "=cmd",
        "1&2|3",
        "٩١١",
        "\udce9" * 9,
        "9" * 999,
    ]
)
EVENTS = st.one_of(
    ENDED,
    st.just(RingEnded(RingStatus.ANSWERED)),
    st.builds(Entered, HOSTILE | st.sampled_from([*"0123456789*#", ""])),
    st.builds(PinChecked, ok=st.booleans(), blocked=st.booleans()),
    st.builds(NewPin, st.sampled_from(NewPinResult), st.sampled_from(["", "a1b2c3"])),
    st.builds(Recorded, st.integers(-1, 400)),
)


@st.composite
def lines(draw: st.DrawFn, number: int) -> Line:
    return make_line(
        number,
        phones=draw(st.integers(0, 2)),
        settings=make_settings(
            number,
            dnd=draw(st.booleans()),
            incoming=draw(INCOMING),
            no_answer=draw(TREATMENTS),
            busy=draw(TREATMENTS),
            unavailable=draw(st.none() | DIALLED.map(ToNumber)),
            call_waiting=draw(st.booleans()),
            reject_anonymous=draw(st.booleans()),
        ),
        type=draw(st.sampled_from(LineType)),
        mailbox=draw(
            st.none()
            | st.builds(
                make_mailbox,
                st.just(number),
                full=st.booleans(),
                skip_pin=st.booleans(),
                pin_temporary=st.booleans(),
                greeting=st.sampled_from(["", "greeting-1"]),
                recorded_name=st.sampled_from(["", "name-1"]),
                setup_due=st.none() | st.sampled_from(SetupStep),
            )
        ),
        permitted=draw(st.sampled_from([frozenset(), frozenset({CallClass.INTERNAL}), frozenset(CallClass)])),
        suspended=draw(st.booleans()),
        locked=draw(st.booleans()),
        withhold_identity=draw(st.booleans()),
    )


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    count = draw(st.integers(1, 3))
    routes = tuple(
        make_route(number, draw(st.sets(st.sampled_from(CallClass))), own_numbers_only=draw(st.booleans()))
        for number in range(1, draw(st.integers(0, 2)) + 1)
    )
    return make_directory(
        *(draw(lines(number)) for number in range(1, count + 1)),
        group=make_group(routes=routes, outside_prefix=draw(st.sampled_from(["", "9", "0"]))),
        unassigned=[("250", "+15145550150")],
        messages={number: (make_message(1), make_message(2, heard=True)) for number in (1, 2, 3)},
    )


LIVES = st.builds(
    FakeLive,
    unregistered=st.sets(
        st.sampled_from([f"line000{line}phone{count}" for line in (1, 2, 3) for count in (1, 2)])
    ),
    busy=st.dictionaries(st.integers(1, 3), st.integers(0, 3)),
    alone=st.sets(st.integers(1, 3)),
)


@EXAMPLES
@given(directories(), LIVES, st.booleans(), DIALLED, st.lists(ENDED, min_size=STEPS_TO_AN_END))
def test_every_unanswered_call_ends_in_exactly_one_outcome(
    directory: Directory, live: FakeLive, inside: bool, dialled: str, events: list[RingEnded]
) -> None:
    call = Caller(directory, live)
    made = call.dial(dialled) if inside else call.call_in("+15145550101")
    for event in events:
        if not isinstance(made.command, Ring):
            break
        made = call.send(event)
    assert not isinstance(made.command, Ring)
    assert made.command is not None
    if isinstance(made.command, Release):
        assert made.facts.cause is made.command.cause


@EXAMPLES
@given(directories(), LIVES, st.integers(-5, 20), st.lists(EVENTS, max_size=12))
def test_forwards_end_and_any_sequence_of_events_is_answered(
    directory: Directory, live: FakeLive, diversions: int, events: list[Event]
) -> None:
    call = Caller(directory, live)
    call.call_in("+15145550101", diversions=diversions)
    for event in events:
        made = call.send(event)
        assert made.command is not None
        assert len(made.state.hops) + made.state.diversions <= MOST_FORWARDS
        assert made.facts.cause is not None
        assert decode(encode(made.state)) == made.state
    assert call.send(HungUp()).command is None


@EXAMPLES
@given(
    directories(),
    st.sampled_from(["911", "933", "112"]),
    st.booleans(),
    st.sampled_from(["", "*67", "*82", "*70", "*70*67"]),
    st.lists(ENDED, min_size=3, max_size=3),
)
def test_emergency_always_leaves_and_tries_every_route(
    directory: Directory, code: str, with_prefix: bool, feature: str, events: list[RingEnded]
) -> None:
    routes = directory.group.routes
    call = Caller(directory, FakeLive(busy={1: 9}))
    made = call.dial(feature + (directory.group.outside_prefix if with_prefix else "") + code)
    tried = []
    for event in events:
        if not isinstance(made.command, Ring):
            break
        (leg,) = made.command.legs
        assert isinstance(leg, OutsideLeg)
        assert leg.emergency
        assert not leg.shown.withheld
        assert leg.shown.number
        tried.append(leg.trunk)
        made = call.send(event)
    assert sorted(tried) == sorted(route.trunk for route in routes)
    assert isinstance(made.command, Release)


@EXAMPLES
@given(directories(), HOSTILE, HOSTILE, HOSTILE, st.booleans())
def test_hostile_strings_never_reach_a_number_or_a_name(
    directory: Directory, dialled: str, number: str, name: str, withheld: bool
) -> None:
    for made in (
        Caller(directory).dial(dialled),
        Caller(directory).call_in(dialled),
        Caller(directory).call_in("+15145550101", caller=Identity(number, name, withheld=withheld)),
    ):
        check_alphabets(made)
        assert decode(encode(made.state)) == made.state


@EXAMPLES
@given(directories(), LIVES)
def test_every_line_is_foreseen(directory: Directory, live: FakeLive) -> None:
    first = directory.line(LineId(1))
    assert first is not None
    seen = loading(directory, lambda picture: foresee(first, directory=picture, live=live, now=NOW))
    assert (seen.ending is None) == bool(seen.rings)


@EXAMPLES
@given(EVENTS)
def test_an_event_without_a_call_is_released(event: Event) -> None:
    made = step(None, event, directory=make_directory(), live=FakeLive(), now=NOW)
    assert isinstance(made.command, Release)


def check_alphabets(made: Step) -> None:
    """Check every text of the command that the engine would see."""
    command: Command | None = made.command
    assert isinstance(command, Release | Ring | Deposit) or command is not None
    shown = [command.shown] if isinstance(command, Ring) else []
    if isinstance(command, Ring):
        shown += [leg.shown for leg in command.legs if isinstance(leg, OutsideLeg)]
        numbers = [leg.number for leg in command.legs if isinstance(leg, OutsideLeg)]
        assert all(re.fullmatch(r"\+?[0-9*#]+", number, re.ASCII) for number in numbers)
    for identity in shown:
        assert re.fullmatch(r"(\+?[0-9*#]+)?", identity.number, re.ASCII)
        assert not any(unicodedata.category(sign)[0] == "C" for sign in identity.name)
    if isinstance(command, Release):
        assert re.fullmatch(r'[A-Za-z0-9.;="  ]*', command.reason)
