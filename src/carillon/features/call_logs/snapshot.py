"""Lines of the journals -> events as `calls/` reads them, and as the event store keeps them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from carillon.asterisk.journal import is_event
from carillon.calls import journal as journals
from carillon.calls.journal import JournalEvent
from carillon.features.call_logs.queries import ENGINE_START, read_instant

UNREADABLE = "unreadable"
_LONGEST_KEPT = 2_000
_HARMFUL = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes of what no database stores: NUL and halves of surrogate pairs (whole pairs look the same)."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of a journal as bytes, and where it stands in its file."""

    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of a journal: where it stood, the engine's id of its call (may be empty), and as JSON text."""

    offset: int
    linked: str
    event: JournalEvent
    text: str


MOST_REMEMBERED = 5_000
"""Open calls of one node, each of some ten kilobytes; of more the store is asked."""


class OpenCalls:
    """The events of calls that this process has stored from their beginning on and that are not over.

    What is not here stands in the event store: the calls of another process's time, those that were too many, and all
    of them once something went wrong.
    """

    def __init__(self, *, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._events: dict[str, list[JournalEvent]] = {}
        self._reached: dict[str, tuple[int, int]] = {}

    def __contains__(self, call_id: str) -> bool:
        return call_id in self._events

    def expect(self, journal: str, *, file: int, offset: int) -> None:
        """Forget everything unless this process itself came to this place of the journal."""
        if self._reached.get(journal) != (file, offset):
            self.forget()

    def reach(self, journal: str, *, file: int, offset: int) -> None:
        """Take note that everything before this place is stored."""
        self._reached[journal] = (file, offset)

    def forget(self) -> None:
        """Know nothing: the store is asked."""
        self._events.clear()

    def add(self, call_id: str, linked: str, events: Sequence[JournalEvent], *, is_new: bool) -> None:
        """Take note of stored events; of a call that is not known only if it is new and they are its first ones."""
        known = self._events.get(call_id)
        if known is not None:
            known.extend(events)
        elif is_new and any(_is_beginning(event, linked) for event in events):
            self._events[call_id] = list(events)
            if len(self._events) > self._most:
                del self._events[next(iter(self._events))]

    def take(self, call_id: str) -> list[JournalEvent] | None:
        """Return all events of a call that is over, None when the store must be asked."""
        return self._events.pop(call_id, None)


def _is_beginning(event: JournalEvent, linked: str) -> bool:
    if event.journal == journals.ENGINE:
        return event.kind == "CHAN_START" and event.channel == linked
    return event.data.get("event") == "start"


def read_line(line: RawLine, *, journal: str, now: datetime) -> ReadLine:
    """Return the line; one that cannot be read is kept as such (`kind` "unreadable"), at `now`."""
    data, text = _parse(line.content, journal)
    if journal == journals.ENGINE:
        linked, channel = word(data, "linkedid"), word(data, "uniqueid")
        kind, at = word(data, "eventtype"), read_instant(data.get("eventtime"))
    else:
        linked, channel = word(data, "call"), word(data, "channel_id")
        kind, at = word(data, "kind"), read_instant(data.get("at"))
    kind = kind or ("decision" if linked else UNREADABLE)
    return ReadLine(
        line.offset, linked, JournalEvent(at or now, journal, kind[:32], channel[:120], data), text
    )


def word(data: Mapping[str, Any], name: str) -> str:
    """Return the text of this name, empty when there is none."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _parse(content: bytes, journal: str) -> tuple[dict[str, Any], str]:
    """Return the JSON object of a line, fit for any database, or the beginning of what cannot be read; and its text.

    A line is kept as it was written, unless it holds what a database refuses.
    """
    text = content.decode("utf-8", "replace").rstrip("\r\n")
    try:
        data = _DECODER.decode(text)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and (is_event(data) if journal == journals.ENGINE else _is_decision(data)):
        if _HARMFUL.search(content) is None:
            return data, text
        kept = dict(_clean(data))
    else:
        kept = {"kind": UNREADABLE, "line": _clean(text[:_LONGEST_KEPT])}
    return kept, json.dumps(kept)


def _is_decision(data: Mapping[str, Any]) -> bool:
    """Say whether this is a line of ours: a step of a call, or the engine's start."""
    named = data.get("kind") == ENGINE_START or bool(word(data, "call") and word(data, "channel_id"))
    return named and read_instant(data.get("at")) is not None


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are no JSON, and PostgreSQL refuses them


def _finite(number: str) -> float:
    read = float(number)
    if not math.isfinite(read):
        raise ValueError(number)
    return read


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _clean(value: Any) -> Any:
    """Remove what no database stores: NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value
