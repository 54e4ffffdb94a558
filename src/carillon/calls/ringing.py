"""Which phones and numbers ring for a call to a line, from when, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from carillon.calls.commands import Leg, OutsideLeg, PhoneLeg
from carillon.calls.directory import (
    AccountPhone,
    ForwardAll,
    Incoming,
    Line,
    RingEntry,
    RingInOrder,
    RingTogether,
    ToVoicemail,
)
from carillon.calls.forwarding import Refused, ToLine, ToOutside, find_forward, may_forward
from carillon.calls.model import LineType
from carillon.calls.outside import outside_identity
from carillon.calls.scene import Scene
from carillon.calls.state import CallState

_WORDS: dict[type[Incoming], str] = {
    AccountPhone: "account_phone",
    RingTogether: "together",
    RingInOrder: "in_order",
    ForwardAll: "forward_all",
}
WITHOUT_VOICEMAIL_SECONDS = 60
LONGEST_RING_SECONDS = 300


@dataclass(frozen=True, slots=True)
class RingPlan:
    """The legs of one ring and its length; no legs where nothing can ring."""

    legs: tuple[Leg, ...]
    seconds: int
    choice: str
    """The line's choice for incoming calls, as the trace says it."""


def plan_ring(scene: Scene, state: CallState, line: Line) -> RingPlan:
    """Lay out the ring of a line by its choice for incoming calls.

    Entries that may not be called, or whose line does not want calls now, are left out and traced.
    """
    incoming = line.settings.incoming
    seconds = patience(line)
    entries: tuple[RingEntry, ...] = (RingEntry(""),)
    if isinstance(incoming, RingTogether):
        entries += tuple(other for other in incoming.others if other.start < seconds)
    elif isinstance(incoming, RingInOrder):
        entries, seconds = incoming.entries, _end_of_timeline(line, incoming.entries)
    seconds = min(max(seconds, 1), LONGEST_RING_SECONDS)
    legs = (leg for entry in entries for leg in _legs(scene, state, line, entry))
    word = _WORDS[type(incoming)]
    return RingPlan(_merged(legs, seconds), seconds, word)


def patience(line: Line) -> int:
    """Return how many seconds the line rings before its no-answer treatment."""
    if isinstance(line.settings.no_answer, ToVoicemail) and line.mailbox is None:
        return WITHOUT_VOICEMAIL_SECONDS
    return line.settings.no_answer_seconds


def is_registered(scene: Scene, line: Line) -> bool:
    """Whether some phone of the line can ring; a phone whose registration is not known yet counts."""
    return any(scene.live.registered(phone.endpoint) is not False for phone in line.phones)


def is_busy(scene: Scene, line: Line) -> bool:
    """Whether one more call would find the line busy: one call without call waiting, else two.

    A line that makes a call with "no call waiting" has none for as long as that call lasts.
    """
    if line.type is LineType.TRUNK:
        return False
    calls = scene.live.calls(line.id)
    waits = line.settings.call_waiting and not scene.live.undisturbed(line.id)
    return calls >= 2 or (calls >= 1 and not waits)


def _legs(scene: Scene, state: CallState, line: Line, entry: RingEntry) -> tuple[Leg, ...]:
    if not entry.dialled:
        return _phones(scene, line, entry)
    forward = find_forward(scene, line, entry.dialled)
    if isinstance(forward, ToLine):
        if forward.line.id == line.id:
            return _phones(scene, line, entry)
        refusal = _unwilling(scene, state, forward.line)
        if refusal is None:
            return _phones(scene, forward.line, entry)
        _leave_out(scene, line, entry, Refused(refusal, forward.line.settings.ref))
        return ()
    if isinstance(forward, ToOutside) and not may_forward(state):
        forward = Refused("forward_limit", line.settings.ref)
    if isinstance(forward, Refused):
        _leave_out(scene, line, entry, forward)
        return ()
    return (_outside_leg(scene, state, line, entry, forward),)


def _phones(scene: Scene, line: Line, entry: RingEntry) -> tuple[Leg, ...]:
    return tuple(
        PhoneLeg(phone.endpoint, line.id, entry.start, entry.seconds)
        for phone in line.phones
        if scene.live.registered(phone.endpoint) is not False
    )


def _merged(legs: Iterable[Leg], total: int) -> tuple[Leg, ...]:
    """Join periods of one phone or number that overlap: it can be rung only once at a time."""
    kept: list[Leg] = []
    for leg in legs:
        if leg.start >= total:
            continue
        present = leg
        for other in tuple(kept):
            if _target(other) == _target(present) and _overlap(other, present, total):
                kept.remove(other)
                start = min(other.start, present.start)
                present = replace(
                    other, start=start, seconds=max(_end(other, total), _end(present, total)) - start
                )
        kept.append(present)
    return tuple(kept)


def _target(leg: Leg) -> str:
    return leg.endpoint if isinstance(leg, PhoneLeg) else leg.number


def _end(leg: Leg, total: int) -> int:
    return min(leg.start + leg.seconds, total) if leg.seconds else total


def _overlap(one: Leg, other: Leg, total: int) -> bool:
    return one.start < _end(other, total) and other.start < _end(one, total)


def _outside_leg(scene: Scene, state: CallState, line: Line, entry: RingEntry, to: ToOutside) -> OutsideLeg:
    return OutsideLeg(
        to.route.trunk,
        to.number,
        outside_identity(scene, state, line, to.route),
        start=entry.start,
        seconds=entry.seconds,
        confirm=entry.confirm,
        diverted_by=line.number,
        diversions=len(state.hops) + state.diversions + 1,
    )


def _unwilling(scene: Scene, state: CallState, other: Line) -> str | None:
    """Say why another line's phones do not ring with this one, or None if they do."""
    reasons = (
        (other.id == state.origin, "caller"),
        (other.suspended, "suspended"),
        (other.locked and not other.locked_incoming_rings, "locked"),
        (other.settings.reject_anonymous and state.caller.withheld, "reject_anonymous"),
        (other.settings.dnd, "do_not_disturb"),
        (is_busy(scene, other), "busy"),
        (not is_registered(scene, other), "unregistered"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _leave_out(scene: Scene, line: Line, entry: RingEntry, why: Refused) -> None:
    scene.note("ring_entry", "left_out", line.settings.ref, why.ref, dialled=entry.dialled, reason=why.reason)


def _end_of_timeline(line: Line, entries: tuple[RingEntry, ...]) -> int:
    ends = (entry.start + (entry.seconds or line.settings.no_answer_seconds) for entry in entries)
    return max(ends, default=line.settings.no_answer_seconds)
