"""One step of a call: who is it about, what does the picture say, what is decided, what is the engine told.

`Decider.decide` does all of it in one go, in the database thread while the database answers, in the event loop
from the last values seen while it does not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from carillon.asterisk.steps.protocol import StepRequest
from carillon.asterisk.translate import ring_status
from carillon.callcontrol.directory import DirectoryLoader
from carillon.calls.commands import Release
from carillon.calls.directory import Directory, LineKey, NotLoaded
from carillon.calls.events import (
    Entered,
    Event,
    HungUp,
    NewPin,
    PinChecked,
    Recorded,
    RingEnded,
    StartFromLine,
    StartFromTrunk,
)
from carillon.calls.live import Live
from carillon.calls.model import (
    E164,
    EndpointName,
    FinalCause,
    GroupId,
    Identity,
    Language,
    LineId,
    MailboxId,
    TrunkName,
)
from carillon.calls.new_pin import NEW_PIN_PHASES
from carillon.calls.numbering import parse_incoming
from carillon.calls.state import CallState, Phase
from carillon.calls.state_codec import decode
from carillon.calls.step import Step, step
from carillon.calls.trace import CallType, Facts
from carillon.errors import CarillonError

log = logging.getLogger(__name__)

HOME_REGION = "CA"
"""The numbering plan in which carriers present numbers without a plus sign."""
MOST_LOADS = 200


class UnusableStep(CarillonError):
    """The engine asked something that means nothing; it falls back on its own."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a step came to. `directory` is what it looked at (None when nobody's call was refused).

    `absent` are the phones that it took for unregistered.
    """

    step: Step
    directory: Directory | None
    absent: frozenset[EndpointName] = frozenset()


@dataclass(frozen=True, slots=True)
class Pin:
    """The outcome of comparing the digits of this step with the mailbox's PIN."""

    ok: bool
    blocked: bool = False


class _Seen:
    """The engine's present as one decision sees it; keeps which phones it was told are not registered."""

    def __init__(self, live: Live) -> None:
        self.absent: set[EndpointName] = set()
        self._live = live
        self.calls, self.undisturbed = live.calls, live.undisturbed

    def registered(self, endpoint: EndpointName) -> bool | None:
        """Say whether the phone has a registered contact; None while that is not known."""
        registered = self._live.registered(endpoint)
        if registered is False:
            self.absent.add(endpoint)
        return registered


class Decider:
    """Joins the pictures, the live state and the pure decision."""

    def __init__(self, loader: DirectoryLoader, live: Live, now: Callable[[], datetime]) -> None:
        self._loader = loader
        self._live = live
        self._now = now

    def decide(self, request: StepRequest, *, fresh: bool, pin: Pin | NewPin | None = None) -> Decided:
        """Answer one step. Raises UnusableStep, NeverSeen, a malformed state's error, or a database error."""
        state = decode(request.state) if request.state else None
        if state is None:
            return self._begin(request, fresh=fresh)
        directory = self._directory(state.group, None, fresh=fresh)
        if directory is None:
            raise UnusableStep
        return self._run(state, _next_event(request, state, pin), directory, fresh=fresh)

    def mailbox_of(self, request: StepRequest, *, fresh: bool) -> MailboxId | None:
        """Return the mailbox whose PIN these digits must be compared with, or None when there is none."""
        state = decode(request.state)
        directory = self._directory(state.group, None, fresh=fresh)
        if directory is None or state.target is None:
            return None
        key = LineKey(state.target)
        if key not in directory.loaded:
            directory = self._loader.load(directory, key, fresh=fresh)
        line = directory.line(state.target)
        return line.mailbox.id if line is not None and line.mailbox is not None else None

    def _begin(self, request: StepRequest, *, fresh: bool) -> Decided:
        if request.event != "start":
            raise UnusableStep
        if request.kind == "trunk":
            return self._begin_from_trunk(request, fresh=fresh)
        known = self._loader.endpoint(request.endpoint, fresh=fresh)
        if known is None or known.line is None:
            return _refused(request, FinalCause.NOT_PERMITTED, 403)
        directory = self._directory(known.group, known.version, fresh=fresh)
        if directory is None:
            return _refused(request, FinalCause.NOT_PERMITTED, 403)
        event = StartFromLine(LineId(known.line), EndpointName(request.endpoint), request.dialled)
        return self._run(None, event, directory, fresh=fresh)

    def _begin_from_trunk(self, request: StepRequest, *, fresh: bool) -> Decided:
        number = parse_incoming(request.dialled, HOME_REGION)
        known = self._loader.number(number, fresh=fresh) if number else None
        directory = self._directory(known.group, known.version, fresh=fresh) if known else None
        if number is None or directory is None:
            return _refused(request, FinalCause.INVALID_NUMBER, 404)
        caller = Identity(request.number, request.name, withheld=request.withheld)
        event = StartFromTrunk(TrunkName(request.endpoint), E164(number), caller, request.diversions)
        return self._run(None, event, directory, fresh=fresh)

    def _directory(self, group: int, version: int | None, *, fresh: bool) -> Directory | None:
        current = self._loader.version(group, fresh=fresh) if version is None else version
        return None if current is None else self._loader.directory(group, current, fresh=fresh)

    def _run(self, state: CallState | None, event: Event, directory: Directory, *, fresh: bool) -> Decided:
        """Decide; load what the decision lacks, and decide again. It asks for one thing more each time."""
        now, seen = self._now(), _Seen(self._live)
        for _ in range(MOST_LOADS):
            try:
                made = step(state, event, directory=directory, live=seen, now=now)
            except NotLoaded as missing:
                directory = self._loader.load(directory, missing.key, fresh=fresh)
            else:
                return Decided(made, directory, frozenset(seen.absent))
        raise UnusableStep


def asking_for_pin(request: StepRequest) -> CallState | None:
    """Return the state that asked for a PIN, if the digits of this step are one: they are checked before deciding."""
    if request.event != "digits" or not request.state:
        return None
    state = decode(request.state)
    return state if state.phase in _PIN_PHASES else None


_PIN_PHASES = NEW_PIN_PHASES | {Phase.MAILBOX_PIN}


def _next_event(request: StepRequest, state: CallState, pin: Pin | NewPin | None) -> Event:
    match request.event:
        case "ring":
            return RingEnded(ring_status(request.status, request.sip_code), request.sip_code)
        case "digits" if isinstance(pin, NewPin):
            return pin
        case "digits" if isinstance(pin, Pin) and state.phase is Phase.MAILBOX_PIN:
            return PinChecked(ok=pin.ok, blocked=pin.blocked)
        case "digits":
            return Entered(request.digits)
        case "recorded":
            return Recorded(request.seconds)
        case "hangup":
            return HungUp()
        case _:
            raise UnusableStep


def _refused(request: StepRequest, cause: FinalCause, sip_code: int) -> Decided:
    """Refuse a call that belongs to no group: its endpoint or the number called is nobody's."""
    caller = Identity(request.number, request.name, withheld=request.withheld)
    facts = Facts(
        call_type=CallType.INCOMING if request.kind == "trunk" else None,
        caller=caller,
        dialled=request.dialled,
        cause=cause,
        sip_code=sip_code,
    )
    state = CallState(phase=Phase.RELEASING, group=GroupId(0), caller=caller, language=Language.FRENCH)
    command = Release(cause, sip_code, Language.FRENCH)
    return Decided(Step(state=state, command=command, trace=(), effects=(), facts=facts), None)
