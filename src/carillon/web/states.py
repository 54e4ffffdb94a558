"""What a line is doing, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carillon.web.engine import LineState, LineStates


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list with its state: `kind` is the look, `state` the words."""

    line: Any
    kind: str
    state: str


def rows_of(lines: Iterable[Any], states: Mapping[int, LineStates | None]) -> list[Row]:
    """Join lines with their states, by group; a group without an answer has unknown states."""
    return [Row(line, *in_words(_state(states.get(line.group_id), line.pk))) for line in lines]


def _state(states: LineStates | None, line_id: int) -> LineState | None:
    if states is None:
        return None
    found = states.lines.get(line_id)
    return found if found is not None or not states.complete else LineState()


def in_words(state: LineState | None) -> tuple[str, str]:
    """Return the look and the words of a state; None is unknown."""
    if state is None:
        return "unknown", _("Unknown")
    if state.ringing:
        return "busy", _("Ringing")
    if state.calls:
        return "busy", _("In a call")
    if state.registered:
        words = ngettext("Connected (%(number)s phone)", "Connected (%(number)s phones)", state.registered)
        return "registered", words % {"number": state.registered}
    return "unreachable", _("No phone connected")
