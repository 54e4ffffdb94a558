"""A call's record, from its events alone: who called whom, how long, and exactly why it ended.

A record can be built at any moment, from any part of the events and in any order; it is only finished when
`ended` is set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from carillon.calls.journal import (
    DECISIONS,
    ENGINE,
    CallEvents,
    JournalEvent,
    endpoint_of,
    mapping,
    text,
    whole,
)
from carillon.calls.model import FinalCause

_SIP_OF_CAUSE = {
    FinalCause.ANSWERED: 200,
    FinalCause.VOICEMAIL: 200,
    FinalCause.BUSY: 486,
    FinalCause.NO_ANSWER: 480,
    FinalCause.CALLER_GAVE_UP: 487,
    FinalCause.UNREACHABLE: 480,
    FinalCause.NETWORK_FAILURE: 500,
}
_CAUSE_OF_DIAL = {
    "BUSY": FinalCause.BUSY,
    "NOANSWER": FinalCause.NO_ANSWER,
    "CANCEL": FinalCause.CALLER_GAVE_UP,
    "CHANUNAVAIL": FinalCause.UNREACHABLE,
    "CONGESTION": FinalCause.UNREACHABLE,
}
_CAUSE_OF_RELEASE = {  # ITU-T Q.850 cause values
    1: FinalCause.INVALID_NUMBER,
    3: FinalCause.UNREACHABLE,
    17: FinalCause.BUSY,
    18: FinalCause.NO_ANSWER,
    19: FinalCause.NO_ANSWER,
    20: FinalCause.UNREACHABLE,
    21: FinalCause.REJECTED,
    28: FinalCause.INVALID_NUMBER,
    38: FinalCause.NETWORK_FAILURE,
}


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a call as it was then; `number` is E.164 or what a carrier presented."""

    number: str = ""
    name: str = ""
    line: int | None = None
    extension: str = ""
    withheld: bool = False
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One call. `ended` None: still going on. Seconds are whole; ring counts from arrival to answer or release."""

    started: datetime
    answered: datetime | None
    ended: datetime | None
    group: int | None
    type: str
    caller: Party
    called: Party
    dialled: str
    call_class: str
    forwarded_from: str
    ring_seconds: int
    talk_seconds: int
    cause: str
    sip_code: int
    trace: tuple[Mapping[str, Any], ...] = field(default=())


def build(
    events: Sequence[JournalEvent],
    *,
    linked: str,
    owners: Mapping[str, Party],
    starts: Sequence[tuple[datetime, datetime]] = (),
) -> Record | None:
    """Return the record of one call, or None when nothing of it is known or it is no telephone call.

    `linked` is the engine's linkedid; `owners` says whose line each endpoint is (a carrier has none); `starts` are
    the starts of the engine with the instant its contact was lost before: a call that was open then was cut.
    """
    if not events:
        return None
    engine = sorted((e for e in events if e.journal == ENGINE), key=lambda e: e.at)
    decided = sorted((e for e in events if e.journal == DECISIONS), key=lambda e: e.at)
    call = CallEvents(engine=engine, decided=decided, linked=linked)
    if not decided and not call.is_telephony():
        return None
    started = call.started()
    ended = call.ended() or call.cut(starts)
    answered = call.answered()
    cause, code = _ending(call, finished=ended is not None, cut=call.ended() is None and ended is not None)
    facts = call.facts()
    caller, called = _caller(call, facts, owners), _called(call, facts, owners)
    return Record(
        started=started,
        answered=answered,
        ended=ended,
        group=call.group() or caller.group or called.group,
        type=text(facts, "call_type") or _type(caller, called),
        caller=caller,
        called=called,
        dialled=(text(facts, "dialled") or call.digits()[0])[:80],
        call_class=text(facts, "call_class"),
        forwarded_from=text(facts, "forwarded_from"),
        ring_seconds=_seconds(started, answered or ended),
        talk_seconds=_seconds(answered, ended),
        cause=cause,
        sip_code=code,
        trace=call.trace(),
    )


def _ending(call: CallEvents, *, finished: bool, cut: bool) -> tuple[str, int]:
    """Return the final cause and its SIP code; empty and 0 while the call goes on unanswered."""
    cause = _cause(call, finished=finished, cut=cut)
    if cause is None:
        return "", 0
    decided = whole(call.facts(), "sip_code")
    code = decided if decided and _stated(call) is cause else _SIP_OF_CAUSE.get(cause, 0)
    return cause.value, code


def _cause(call: CallEvents, *, finished: bool, cut: bool) -> FinalCause | None:
    if call.bridged():
        return FinalCause.ANSWERED
    verbs = [text(order, "verb") for order in call.orders()]
    if call.answered() and ("deposit" in verbs or verbs[-1:] in ([], ["ring"])):
        return FinalCause.VOICEMAIL  # where no decision made it, the fallback's voicemail has answered
    if not finished:
        return None
    if cut:
        return FinalCause.NETWORK_FAILURE if not call.answered() else (_stated(call) or FinalCause.ANSWERED)
    if verbs and verbs[-1] != "ring" and (stated := _stated(call)):
        left = stated is FinalCause.VOICEMAIL and not call.answered()
        return FinalCause.CALLER_GAVE_UP if left else stated
    return _observed(call)


def _observed(call: CallEvents) -> FinalCause:
    """Say why a ring that no further decision followed has ended, from the caller's own channel."""
    hangup = call.of_main("HANGUP")
    extra = _extra(hangup) if hangup else {}
    by_dial = _CAUSE_OF_DIAL.get(text(extra, "dialstatus"))
    return by_dial or _CAUSE_OF_RELEASE.get(whole(extra, "hangupcause"), FinalCause.CALLER_GAVE_UP)


def _stated(call: CallEvents) -> FinalCause | None:
    cause = text(call.facts(), "cause")
    return FinalCause(cause) if cause in set(FinalCause) else None


def _caller(call: CallEvents, facts: Mapping[str, Any], owners: Mapping[str, Party]) -> Party:
    stated = _party(mapping(facts, "caller"))
    if stated != Party():
        return stated
    main = call.main()
    first = next((e for e in call.engine if e.channel == main), None)
    known = owners.get(endpoint_of(text(first.data, "channame"))) if first else None
    return known or Party(number=call.digits()[1][:64])


def _called(call: CallEvents, facts: Mapping[str, Any], owners: Mapping[str, Party]) -> Party:
    """Return the party connected, else the last one tried."""
    tried = _party(mapping(facts, "called"))
    connected = call.connected()
    if not connected:
        return tried if tried != Party() else owners.get(call.found(), tried)
    owner = owners.get(connected)
    if owner is not None:
        return tried if owner.line == tried.line else owner
    legs = mapping(call.last_order(), "command").get("legs")
    outside = [text(leg, "number") for leg in legs if isinstance(leg, dict)] if isinstance(legs, list) else []
    number = next((number for number in outside if number), "")
    return Party(number=number) if number and tried.line is not None else tried


def _type(caller: Party, called: Party) -> str:
    if caller.line is None:
        return "incoming" if called.line is not None else ""
    return "internal" if called.line is not None else "outgoing"


def _party(stored: Mapping[str, Any]) -> Party:
    line = stored.get("line")
    return Party(
        number=text(stored, "number")[:64],
        name=text(stored, "name")[:80],
        line=line if isinstance(line, int) else None,
        extension=text(stored, "extension")[:7],
        withheld=stored.get("withheld") is True,
    )


def _seconds(first: datetime | None, last: datetime | None) -> int:
    return max(0, round((last - first).total_seconds())) if first and last else 0


def _extra(event: JournalEvent) -> Mapping[str, Any]:
    try:
        extra = json.loads(text(event.data, "eventextra") or "{}")
    except ValueError:
        return {}
    return extra if isinstance(extra, dict) else {}
