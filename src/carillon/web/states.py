"""What a line is doing, in words."""

from __future__ import annotations

from collections.abc import Iterable
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


def rows_of(lines: Iterable[Any], states: LineStates | None) -> list[Row]:
    """Join lines with their states; without an answer they are unknown."""
    return [Row(line, *in_words(states.of(line.pk) if states else None)) for line in lines]


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
