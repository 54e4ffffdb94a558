"""What would happen to an outside call to a line now, found by running `step` over the possible events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from carillon.calls.commands import Deposit, Leg, OutsideLeg, PhoneLeg, Release, Ring
from carillon.calls.directory import Directory, Key, Line, LineKey, NumberKey, NumberOwner, Value
from carillon.calls.events import Event, RingEnded, RingStatus, StartFromTrunk
from carillon.calls.live import Live
from carillon.calls.model import E164, EndpointName, FinalCause, Identity, LineId, TrunkName
from carillon.calls.state import CallState, Phase
from carillon.calls.step import Step, step
from carillon.calls.trace import TraceEntry

ANY_CALLER = Identity("+12015550100")
"""An outside caller who shows his number and is on nobody's list."""


@dataclass(frozen=True, slots=True)
class Party:
    """A line of the group, or a number outside it (`line` is None)."""

    number: str
    line: LineId | None = None
    extension: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """Who rings, from which second, for how many (0: to the end), on how many phones."""

    party: Party
    start: int = 0
    seconds: int = 0
    phones: int = 1
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A line that sends the call on: by which rule (`forward_all`, `busy`, ...) and to what it dialled."""

    by: Party
    rule: str
    to: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the call does, and what it does next in each case; frozen all the way down.

    Either somebody rings (`rings`, for `seconds` in all) or the call ends (`ending`: VOICEMAIL of `party`, or the
    cause and SIP code of a release). `party` is the line or number the call has reached; `rules` are the
    trace's rule words in order. The cases are None where they cannot arise or lead nowhere new.
    """

    party: Party
    forwards: tuple[Sent, ...] = ()
    rings: tuple[Rung, ...] = ()
    seconds: int = 0
    ending: FinalCause | None = None
    sip_code: int = 0
    on_no_answer: Foreseen | None = None
    on_busy: Foreseen | None = None
    on_unregistered: Foreseen | None = None
    trace: tuple[TraceEntry, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that decided, in order."""
        return tuple(entry.rule for entry in self.trace)


@dataclass(frozen=True, slots=True)
class AtRest:
    """An engine where every phone is registered and nobody is on a call."""

    def registered(self, endpoint: EndpointName) -> bool | None:
        """Say that the phone is registered."""
        return True

    def calls(self, line: LineId) -> int:
        """Count no call."""
        return 0

    def undisturbed(self, line: LineId) -> bool:
        """Say that nobody asked not to be disturbed."""
        return False


@dataclass(frozen=True, slots=True)
class _Supposed:
    """An engine as it is, but with one line busy or without registered phones."""

    live: Live
    busy: LineId | None = None
    unregistered: frozenset[EndpointName] = field(default_factory=frozenset)

    def registered(self, endpoint: EndpointName) -> bool | None:
        return False if endpoint in self.unregistered else self.live.registered(endpoint)

    def calls(self, line: LineId) -> int:
        return 2 if line == self.busy else self.live.calls(line)

    def undisturbed(self, line: LineId) -> bool:
        return self.live.undisturbed(line)


@dataclass(frozen=True, slots=True)
class _Setting:
    directory: Directory
    live: Live
    now: datetime


def foresee(line: Line, *, directory: Directory, live: Live, now: datetime) -> Foreseen:
    """Return what an outside call to this line would do at this instant.

    `line` is taken as given, so a line with settings not yet saved shows what they would do; pass `AtRest()` as
    `live` for what holds whoever is registered or on a call. Raises `NotLoaded` like `step`.
    """
    loaded: Mapping[Key, Value] = {
        **directory.loaded,
        LineKey(line.id): line,
        NumberKey(line.number): NumberOwner(line.number, line.id),
    }
    setting = _Setting(replace(directory, loaded=loaded), live, now)
    start = StartFromTrunk(TrunkName("any"), line.number, ANY_CALLER)
    node, taken = _run(setting, None, start)
    return _with_cases(setting, node, taken, start)


def _with_cases(setting: _Setting, node: Foreseen, taken: Step, start: StartFromTrunk) -> Foreseen:
    if taken.state.phase is not Phase.RINGING_LINE:
        return node
    target = setting.directory.line(taken.state.target) if taken.state.target else None
    phones = frozenset(phone.endpoint for phone in target.phones) if target else frozenset()
    busy = replace(setting, live=_Supposed(setting.live, busy=taken.state.target))
    silent = replace(setting, live=_Supposed(setting.live, unregistered=phones))
    unregistered = _chain(silent, None, start)
    return replace(
        node,
        on_no_answer=_chain(setting, taken.state, RingEnded(RingStatus.NO_ANSWER)),
        on_busy=_chain(busy, None, start),
        on_unregistered=unregistered if phones else None,
    )


def _chain(setting: _Setting, state: CallState | None, event: Event) -> Foreseen:
    """Follow the call as long as nobody answers."""
    node, taken = _run(setting, state, event)
    if taken.state.phase is not Phase.RINGING_LINE:
        return node
    return replace(node, on_no_answer=_chain(setting, taken.state, RingEnded(RingStatus.NO_ANSWER)))


def _run(setting: _Setting, state: CallState | None, event: Event) -> tuple[Foreseen, Step]:
    taken = step(state, event, directory=setting.directory, live=setting.live, now=setting.now)
    hops_before = len(state.hops) if state else 0
    forwards = _forwards(setting, taken, hops_before)
    party = _party(setting, taken.state.target, taken.state.number)
    node = Foreseen(party, forwards=forwards, trace=taken.trace)
    match taken.command:
        case Ring(legs=legs, seconds=seconds):
            node = replace(node, rings=_rings(setting, legs), seconds=seconds)
        case Release(cause=cause, sip_code=sip_code):
            node = replace(node, ending=cause, sip_code=sip_code)
        case Deposit():
            node = replace(node, ending=FinalCause.VOICEMAIL, sip_code=200)
        case _:
            pass
    return node, taken


def _forwards(setting: _Setting, taken: Step, hops_before: int) -> tuple[Sent, ...]:
    entries = [entry for entry in taken.trace if entry.result == "forwarded"]
    hops = taken.state.hops[hops_before:]
    return tuple(
        Sent(_party(setting, hop, ""), entry.rule, entry.details.get("to", ""))
        for hop, entry in zip(hops, entries, strict=False)
    )


def _rings(setting: _Setting, legs: tuple[Leg, ...]) -> tuple[Rung, ...]:
    """Describe the legs; the phones of one line that ring over the same seconds are one entry."""
    rungs: dict[tuple[str, LineId | None, int, int], Rung] = {}
    for leg in legs:
        rung = _rung(setting, leg)
        key = (rung.party.number, rung.party.line, rung.start, rung.seconds)
        known = rungs.get(key)
        rungs[key] = replace(known, phones=known.phones + 1) if known else rung
    return tuple(rungs.values())


def _rung(setting: _Setting, leg: Leg) -> Rung:
    match leg:
        case PhoneLeg(line=line, start=start, seconds=seconds):
            return Rung(_party(setting, line, ""), start, seconds)
        case OutsideLeg(number=number, start=start, seconds=seconds, confirm=confirm):
            return Rung(Party(number), start, seconds, confirm=confirm)


def _party(setting: _Setting, line_id: LineId | None, number: str) -> Party:
    line = setting.directory.line(line_id) if line_id is not None else None
    if line is None:
        return Party(E164(number))
    return Party(line.number, line.id, line.extension, line.name)
