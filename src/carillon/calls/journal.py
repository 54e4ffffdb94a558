"""What the journals tell of one call: the engine's lines (what channels did) and ours (what was decided).

Every reader is forgiving: a line may lack anything, or hold anything where something else was expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ENGINE = "cel"
DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One line of a journal: `channel` is the engine's unique id, `data` the line as it was written."""

    at: datetime
    journal: str
    kind: str
    channel: str
    data: Mapping[str, Any]


def endpoint_of(channel_name: str) -> str:
    """Return the SIP endpoint of a channel's name (`PJSIP/<endpoint>-0000002a`), or "" for another kind."""
    technology, slash, rest = channel_name.partition("/")
    return rest.rpartition("-")[0] if slash and technology == "PJSIP" else ""


def endpoints(events: Sequence[JournalEvent]) -> frozenset[str]:
    """Return every SIP endpoint whose channel took part."""
    names = (endpoint_of(text(event.data, "channame")) for event in events if event.journal == ENGINE)
    found = (fallback_phone(event) for event in events if event.journal == ENGINE)
    return frozenset(name for name in (*names, *found) if name)


def fallback_phone(event: JournalEvent) -> str:
    """Return the first phone of the line to which the engine's own fallback brought the call, or ""."""
    parts = text(event.data, "userfield").split("/")
    return parts[2] if len(parts) > 2 else ""


@dataclass(frozen=True, slots=True)
class CallEvents:
    """The events of one call, each journal in the order of time."""

    engine: Sequence[JournalEvent]
    decided: Sequence[JournalEvent]
    linked: str

    def main(self) -> str:
        """Return the calling channel: the one the call is named after, else the first that started."""
        if not self.engine or any(event.channel == self.linked for event in self.engine):
            return self.linked
        return self.engine[0].channel

    def of_main(self, kind: str) -> JournalEvent | None:
        main = self.main()
        return next((e for e in self.engine if e.kind == kind and e.channel == main), None)

    def is_telephony(self) -> bool:
        """Say whether the calling channel is a SIP one: the engine's own errands are no calls."""
        main = self.main()
        return any(e.channel == main and endpoint_of(text(e.data, "channame")) for e in self.engine)

    def started(self) -> datetime:
        return min(event.at for event in (*self.engine[:1], *self.decided[:1]))

    def ended(self) -> datetime | None:
        """Return when the last channel left; the engine says so itself, or every channel has ended."""
        over = next((e.at for e in self.engine if e.kind == "LINKEDID_END"), None)
        if over:
            return over
        began = {e.channel for e in self.engine if e.kind == "CHAN_START"}
        left = {e.channel: e.at for e in self.engine if e.kind == "CHAN_END"}
        return max(left.values()) if self.main() in left and began <= left.keys() else None

    def cut(self, starts: Sequence[tuple[datetime, datetime]]) -> datetime | None:
        """Return when the engine died under the call: when its contact was lost, but after its last event."""
        begun = self.started()
        lost = next((lost for at, lost in starts if at > begun), None)
        return max(lost, *(e.at for e in (*self.engine, *self.decided))) if lost else None

    def bridged(self) -> datetime | None:
        """Return when the caller was first connected to somebody."""
        event = self.of_main("BRIDGE_ENTER")
        return event.at if event else None

    def answered(self) -> datetime | None:
        """Return when a person, else an announcement or a mailbox, took the call."""
        event = self.of_main("ANSWER")
        return self.bridged() or (event.at if event else None)

    def facts(self) -> Mapping[str, Any]:
        """Return what the last decision that ordered something knew of the call."""
        return mapping(self.last_order(), "facts")

    def last_order(self) -> Mapping[str, Any]:
        ordered = [e.data for e in self.decided if mapping(e.data, "command")]
        return ordered[-1] if ordered else (self.decided[-1].data if self.decided else {})

    def orders(self) -> list[Mapping[str, Any]]:
        return [order for e in self.decided if (order := mapping(e.data, "command"))]

    def group(self) -> int | None:
        return next((g for e in self.decided if isinstance(g := e.data.get("group"), int)), None)

    def trace(self) -> tuple[Mapping[str, Any], ...]:
        entries: list[Mapping[str, Any]] = []
        for event in self.decided:
            stored = event.data.get("trace")
            at = event.at.isoformat(timespec="milliseconds")
            entries += (
                [{**e, "at": at} for e in stored if isinstance(e, dict)] if isinstance(stored, list) else []
            )
        return tuple(entries)

    def digits(self) -> tuple[str, str]:
        """Return the dialled and the calling digits as the calling channel first had them, each may be ""."""
        main = self.main()
        noted = (text(e.data, "userfield") for e in self.engine if e.channel == main)
        dialled, calling = [*next((field for field in noted if field), "").split("/"), ""][:2]
        return dialled, calling

    def found(self) -> str:
        """Return the first phone of the line that the fallback found for the call, or ""."""
        return next((phone for e in self.engine if (phone := fallback_phone(e))), "")

    def connected(self) -> str:
        """Return the endpoint of the first channel that was connected to the caller, or ""."""
        main = self.main()
        names = (
            endpoint_of(text(e.data, "channame"))
            for e in self.engine
            if e.kind == "BRIDGE_ENTER" and e.channel != main
        )
        return next((name for name in names if name), "")


def mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object of this name, empty when there is none."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def text(data: Mapping[str, Any], name: str) -> str:
    """Return the text of this name, empty when there is none."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def whole(data: Mapping[str, Any], name: str) -> int:
    """Return the whole number of this name, 0 when there is none."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
