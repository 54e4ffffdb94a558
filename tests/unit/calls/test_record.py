"""A call's record from its events; the sequences are what Asterisk 22 and callcontrol write."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from carillon.calls.journal import JournalEvent, endpoint_of, endpoints
from carillon.calls.model import FinalCause
from carillon.calls.record import Party, Record, build

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
MAIN = "1795400861.12"
CALLEE = "1795400861.13"
CALLER_CHANNEL = "PJSIP/abcdefghij-00000001"
CALLEE_CHANNEL = "PJSIP/klmnopqrst-00000002"
ANNE = Party(number="+15145550101", name="Anne", line=1, extension="201", group=7)
BEN = Party(number="+15145550102", name="Ben", line=2, extension="202", group=7)
OWNERS = {"abcdefghij": ANNE, "klmnopqrst": BEN}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def cel(
    seconds: float, kind: str, channel: str = MAIN, name: str = CALLER_CHANNEL, **data: str
) -> JournalEvent:
    line = {"eventtype": kind, "channame": name, "userfield": "", **data}
    return JournalEvent(at(seconds), "cel", kind, channel, line)


def hangup(seconds: float, *, status: str = "", cause: int = 16, source: str = "") -> JournalEvent:
    extra = {"hangupcause": cause, "hangupsource": source, "dialstatus": status}
    return cel(seconds, "HANGUP", eventextra=json.dumps(extra))


def over(seconds: float) -> list[JournalEvent]:
    return [cel(seconds, "CHAN_END"), cel(seconds, "LINKEDID_END")]


def decision(
    seconds: float, verb: str | None, *, cause: str | None = None, code: int = 0, **more: Any
) -> JournalEvent:
    facts = {
        "call_type": "internal",
        "caller": {
            "line": 1,
            "number": "+15145550101",
            "name": "Anne",
            "extension": "201",
            "withheld": False,
        },
        "called": {"line": 2, "number": "+15145550102", "name": "Ben", "extension": "202"},
        "dialled": "202",
        "call_class": "internal",
        "cause": cause,
        "sip_code": code,
        **more.pop("facts", {}),
    }
    trace = [{"rule": "call", "result": verb or "over", "refs": [], "details": {}}]
    data = {"group": 7, "facts": facts, "trace": trace, "command": {"verb": verb, **more} if verb else None}
    return JournalEvent(at(seconds), "decisions", "decision", MAIN, data)


RING = decision(0.01, "ring", cause="caller_gave_up", code=487, legs=[{"endpoint": "klmnopqrst", "line": 2}])


def made(*events: JournalEvent, **more: Any) -> Record:
    record = build(events, linked=MAIN, owners=OWNERS, **more)
    assert record is not None
    return record


def test_an_answered_call() -> None:
    record = made(
        cel(0, "CHAN_START"),
        RING,
        cel(0.1, "CHAN_START", CALLEE, CALLEE_CHANNEL),
        cel(4, "ANSWER", CALLEE, CALLEE_CHANNEL),
        cel(4, "ANSWER"),
        cel(4, "BRIDGE_ENTER", CALLEE, CALLEE_CHANNEL),
        cel(4, "BRIDGE_ENTER"),
        hangup(64, status="ANSWER"),
        *over(64),
        decision(64, None),
    )
    assert (record.cause, record.sip_code) == ("answered", 200)
    assert (record.ring_seconds, record.talk_seconds) == (4, 60)
    assert record.ended == at(64)
    assert record.type == "internal"
    assert (record.caller.name, record.called.name, record.group) == ("Anne", "Ben", 7)
    assert record.dialled == "202"


def test_nobody_answers_and_a_message_is_left() -> None:
    record = made(
        cel(0, "CHAN_START"),
        RING,
        cel(0.1, "CHAN_START", CALLEE, CALLEE_CHANNEL),
        cel(20, "CHAN_END", CALLEE, CALLEE_CHANNEL),
        decision(20, "deposit", cause="voicemail", code=200, mailbox=3),
        cel(20.1, "ANSWER"),
        hangup(40, source=CALLER_CHANNEL, status="NOANSWER"),
        *over(40),
    )
    assert (record.cause, record.sip_code) == ("voicemail", 200)
    assert (record.ring_seconds, record.talk_seconds) == (20, 20)


def test_the_caller_gives_up() -> None:
    record = made(cel(0, "CHAN_START"), RING, hangup(7, status="CANCEL", source=CALLER_CHANNEL), *over(7))
    assert (record.cause, record.sip_code) == ("caller_gave_up", 487)
    assert (record.ring_seconds, record.talk_seconds, record.answered) == (7, 0, None)


def test_the_caller_gives_up_before_voicemail_answers() -> None:
    deposit = decision(20, "deposit", cause="voicemail", code=200, mailbox=3)
    record = made(cel(0, "CHAN_START"), RING, deposit, hangup(20, source=CALLER_CHANNEL), *over(20))
    assert (record.cause, record.sip_code) == ("caller_gave_up", 487)


def test_a_refusal_has_the_cause_that_was_decided() -> None:
    record = made(
        cel(0, "CHAN_START"),
        decision(0.01, "release", cause="not_permitted", code=403),
        hangup(3, cause=21),
        *over(3),
    )
    assert (record.cause, record.sip_code) == ("not_permitted", 403)


def test_busy_after_a_ring() -> None:
    record = made(
        cel(0, "CHAN_START"),
        RING,
        decision(0.3, "release", cause="busy", code=486),
        hangup(0.3, status="BUSY", cause=17),
        *over(0.3),
    )
    assert (record.cause, record.sip_code) == ("busy", 486)


def test_a_forward_names_the_first_line_that_forwarded() -> None:
    facts = {
        "forwarded_from": "+15145550102",
        "called": {"line": 3, "number": "+15145550103", "name": "Cléa"},
    }
    record = made(
        cel(0, "CHAN_START"),
        RING,
        decision(9, "ring", cause="caller_gave_up", facts=facts),
        cel(11, "BRIDGE_ENTER"),
    )
    assert record.forwarded_from == "+15145550102"
    assert record.called.name == "Cléa"
    assert record.ended is None
    assert record.cause == "answered"


def test_the_outside_phone_that_took_the_call_is_the_called_party() -> None:
    legs = [{"endpoint": "klmnopqrst", "line": 2}, {"trunk": "carrier", "number": "+14385550199"}]
    record = made(
        cel(0, "CHAN_START"),
        decision(0.01, "ring", cause="caller_gave_up", legs=legs),
        cel(5, "BRIDGE_ENTER", "1795400861.14", "PJSIP/carrier-00000003"),
        cel(5, "BRIDGE_ENTER"),
        *over(9),
    )
    assert (record.called.number, record.called.line) == ("+14385550199", None)


def test_a_call_the_engine_died_under() -> None:
    starts = [(at(30), at(28))]
    ringing = made(cel(0, "CHAN_START"), RING, starts=starts)
    assert (ringing.cause, ringing.ended, ringing.sip_code) == ("network_failure", at(28), 500)
    talking = made(cel(0, "CHAN_START"), RING, cel(4, "ANSWER"), cel(4, "BRIDGE_ENTER"), starts=starts)
    assert (talking.cause, talking.talk_seconds) == ("answered", 24)
    later = made(cel(31, "CHAN_START"), starts=starts)
    assert (later.ended, later.cause) == (None, "")


def test_a_call_without_any_decision_is_told_by_the_engine_alone() -> None:
    record = made(
        cel(0, "CHAN_START"),
        cel(3, "BRIDGE_ENTER", CALLEE, CALLEE_CHANNEL),
        cel(3, "BRIDGE_ENTER"),
        hangup(8, status="ANSWER"),
        *over(8),
    )
    assert (record.type, record.cause, record.group) == ("internal", "answered", 7)
    assert (record.caller, record.called) == (ANNE, BEN)
    unanswered = made(cel(0, "CHAN_START"), hangup(20, status="NOANSWER", cause=19), *over(20))
    assert unanswered.cause == "no_answer"
    message = made(cel(0, "CHAN_START"), cel(20, "ANSWER"), hangup(30), *over(30))
    assert message.cause == "voicemail"


def test_digits_without_any_decision_are_those_the_dialplan_noted_first() -> None:
    trunk = "PJSIP/carrier-one-00000001"
    record = made(
        cel(0, "CHAN_START", name=trunk),
        cel(0.1, "CHAN_START", CALLEE, CALLEE_CHANNEL, userfield="999/999"),
        cel(3, "ANSWER", name=trunk, userfield="15145550102/+14186530101"),
        cel(9, "HANGUP", name=trunk, userfield="203/"),
        cel(9, "CHAN_END", name=trunk, userfield="203/"),
    )
    assert (record.dialled, record.caller.number) == ("15145550102", "+14186530101")
    left = made(cel(0, "CHAN_START", name=trunk), cel(3, "ANSWER", name=trunk, userfield="202/1/klmnopqrst"))
    assert (left.called, left.group, left.type) == (BEN, 7, "incoming")
    internal = made(cel(0, "CHAN_START"), cel(3, "ANSWER", userfield="202/"))
    assert (internal.dialled, internal.caller) == ("202", ANNE)


def test_an_errand_of_the_engine_is_no_call() -> None:
    name = "Local/3-1-0@mwi-00000001;1"
    assert (
        build([cel(0, "CHAN_START", MAIN, name), cel(1, "LINKEDID_END", MAIN, name)], linked=MAIN, owners={})
        is None
    )
    assert build([], linked=MAIN, owners={}) is None


def test_endpoints_are_read_from_channel_names() -> None:
    assert endpoint_of("PJSIP/carrier-one-0000002a") == "carrier-one"
    assert endpoint_of("Local/201@x-00000001;2") == ""
    assert endpoints([cel(0, "ANSWER", userfield="1/2/klmnopqrst")]) == {"abcdefghij", "klmnopqrst"}
    assert endpoints([cel(0, "CHAN_START"), cel(0, "CHAN_START", name="Local/x@y-1;1"), RING]) == {
        "abcdefghij"
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "facts",
    "command",
    "trace",
    "group",
    "channame",
    "eventextra",
    "userfield",
    "caller",
    "called",
    "legs",
    "verb",
)
DATA = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6)
EVENTS = st.lists(
    st.builds(
        JournalEvent,
        at=st.integers(0, 100).map(at),
        journal=st.sampled_from(["cel", "decisions"]),
        kind=st.sampled_from(
            [
                "CHAN_START",
                "ANSWER",
                "BRIDGE_ENTER",
                "HANGUP",
                "CHAN_END",
                "LINKEDID_END",
                "decision",
                "unreadable",
            ]
        ),
        channel=st.sampled_from([MAIN, CALLEE, ""]),
        data=DATA,
    ),
    max_size=8,
)


@given(EVENTS, st.booleans())
def test_any_events_make_a_record_that_adds_up(events: list[JournalEvent], cut: bool) -> None:
    record = build(events, linked=MAIN, owners=OWNERS, starts=[(at(200), at(150))] if cut else [])
    if record is None:
        return
    assert record.ring_seconds >= 0
    assert record.talk_seconds >= 0
    assert record.cause == "" or record.cause in set(FinalCause)
    assert not (record.ended and not record.cause)
    assert record.ended is not None or not cut
    assert build(list(reversed(events)), linked=MAIN, owners=OWNERS) is not None
