"""What happens to a call to a line now, or would with other settings: asked of the call engine's own function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from carillon.calls.directory import Directory, Group, Key, Line, LineKey, Live, NotLoaded, Value
from carillon.calls.model import EndpointName, LineId
from carillon.calls.simulate import AtRest, Foreseen, foresee
from carillon.web import engine
from carillon.web.engine import LineStates
from carillon.web.sentences import describe, describe_otherwise

Load = Callable[[Key], Value]
MOST_LOADS = 200


@dataclass(slots=True)
class EngineLive:
    """The engine's last word on registrations and calls, for the lines met so far."""

    states: LineStates
    lines: dict[LineId, Line] = field(default_factory=dict)

    def registered(self, endpoint: EndpointName) -> bool | None:
        """Say whether the phone counts among its line's registered ones: the engine says how many, not which."""
        for line in self.lines.values():
            names = [phone.endpoint for phone in line.phones]
            if endpoint in names:
                known = self.states.lines.get(line.id)
                if known is None:
                    return False if self.states.complete else None
                return names.index(endpoint) < known.registered
        return None

    def calls(self, line: LineId) -> int:
        """Count the line's calls."""
        known = self.states.lines.get(line)
        return known.calls if known else 0


def foretell(line: Line, *, group: Group, load: Load, now: datetime) -> list[str]:
    """Return the sentences for a line as given (its settings may not be saved yet).

    The first says what holds at this instant; where phones are off or busy just now, another says what holds
    otherwise. `load` answers what the picture lacks; the engine's states are asked for once.
    """
    known: dict[Key, Value] = {LineKey(line.id): line}
    at_rest = _foresee(line, group, known, load, AtRest(), now)
    states = engine.line_states(group_id=group.id)
    if states is None:
        return describe(at_rest, line)
    live = EngineLive(states, {line.id: line})
    at_present = _foresee(line, group, known, load, live, now)
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
