"""What happens to a call to a line now, or would with other settings: asked of the call engine's own function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from carillon.calls.directory import Directory, Group, Key, Line, LineKey, NotLoaded, Value
from carillon.calls.live import Live
from carillon.calls.model import EndpointName, LineId
from carillon.calls.simulate import AtRest, Foreseen, foresee
from carillon.errors import CarillonError
from carillon.web import engine
from carillon.web.engine import LineState
from carillon.web.sentences import describe, describe_otherwise

Load = Callable[[Key], Value]
MOST_LOADS = 200


class EngineSilent(CarillonError):
    """The engine does not answer."""


@dataclass(slots=True)
class EngineLive:
    """The engine's word on registrations and calls, asked for the lines met so far, each once."""

    lines: dict[LineId, Line] = field(default_factory=dict)
    states: dict[LineId, LineState | None] = field(default_factory=dict)

    def registered(self, endpoint: EndpointName) -> bool | None:
        """Say whether the phone counts among its line's registered ones: the engine says how many, not which."""
        for line in self.lines.values():
            names = [phone.endpoint for phone in line.phones]
            if endpoint in names:
                known = self._state(line.id)
                return None if known is None else names.index(endpoint) < known.registered
        return None

    def calls(self, line: LineId) -> int:
        """Count the line's calls."""
        known = self._state(line)
        return known.calls if known else 0

    def undisturbed(self, line: LineId) -> bool:
        """Say whether the line makes a call without call waiting."""
        known = self._state(line)
        return known.undisturbed if known else False

    def _state(self, line: LineId) -> LineState | None:
        """Return a line's state; the first question for it asks for every line met that is not known yet."""
        if line not in self.states:
            asked = sorted({line, *self.lines} - set(self.states))
            answer = engine.line_states_of(line_ids=asked)
            if answer is None:
                raise EngineSilent
            self.states.update({each: answer.of(each) for each in asked})
        return self.states[line]


def foretell(line: Line, *, group: Group, load: Load, now: datetime) -> list[str]:
    """Return the sentences for a line as given (its settings may not be saved yet).

    The first says what holds at this instant; where phones are off or busy just now, another says what holds
    otherwise. `load` answers what the picture lacks; the engine is asked about the lines the call may meet.
    """
    known: dict[Key, Value] = {LineKey(line.id): line}
    at_rest = _foresee(line, group, known, load, AtRest(), now)
    try:
        at_present = _foresee(line, group, known, load, EngineLive(), now)
    except EngineSilent:
        return describe(at_rest, line)
    sentences = describe(at_present, line)
    return sentences + describe_otherwise(at_present, at_rest, line)


def _foresee(
    line: Line, group: Group, known: dict[Key, Value], load: Load, live: Live, now: datetime
) -> Foreseen:
    for _attempt in range(MOST_LOADS):
        if isinstance(live, EngineLive):
            live.lines.update({value.id: value for value in known.values() if isinstance(value, Line)})
        try:
            return foresee(line, directory=Directory(group, dict(known)), live=live, now=now)
        except NotLoaded as missing:
            known[missing.key] = load(missing.key)
    raise RuntimeError("the call visits too many objects")
