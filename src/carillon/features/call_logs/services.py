"""Writes the event store and the call records built from it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NoReturn

from carillon import clock
from carillon.asterisk.journal import is_event
from carillon.calls import journal as journals
from carillon.calls import record
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.call_logs.models import CallEvent, CallRecord
from carillon.features.call_logs.queries import (
    ENGINE_START,
    ended_by_call,
    engine_starts,
    events_of,
    open_calls,
    owners_of,
    read_instant,
)
from carillon.features.lines.models import Line

log = logging.getLogger(__name__)

UNREADABLE = "unreadable"
_LONGEST_KEPT = 2_000
_COLUMNS = (
    "node", "group", "type", "started", "answered", "ended", "caller_number", "caller_name", "caller_withheld",
    "caller_line", "caller_extension", "dialled", "called_number", "called_name", "called_line",
    "called_extension", "call_class", "forwarded_from", "ring_seconds", "talk_seconds", "cause", "sip_code", "trace",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of a journal as bytes, and where it stands in its file."""

    offset: int
    content: bytes


def store_lines(*, node: str, journal: str, file: int, lines: list[RawLine]) -> frozenset[str]:
    """Store the lines as events and bring the records of their calls up to date. Runs in a transaction.

    Returns the channels that ended. A line that cannot be read is kept as such (`kind` "unreadable").
    """
    now = clock.now()
    events = [_event(line, node=node, journal=journal, now=now, place=(file, line.offset)) for line in lines]
    CallEvent.objects.bulk_create(events, batch_size=500)
    touched = {event.call_id for event in events if event.call_id}
    known = ended_by_call(touched)
    over = {event.call_id for event in events if _is_end(event)} | {i for i, ended in known.items() if ended}
    begun = touched - known.keys() - over
    for event in events:
        if event.kind == ENGINE_START:
            over |= set(open_calls(node=node, before=event.at))
    rebuild_records(node=node, call_ids=over)
    _save_records(node, _events_by_call(events, begun))
    return frozenset(event.channel for event in events if event.kind == "CHAN_END")


def rebuild_records(*, node: str, call_ids: Iterable[str]) -> None:
    """Build these calls' records from their stored events and save them, one row per call."""
    ids = sorted(set(call_ids))
    for start in range(0, len(ids), 500):
        _save_records(node, events_of(ids[start : start + 500]))


def _is_end(event: CallEvent) -> bool:
    own = event.call_id == f"{event.node}-{event.channel}"
    return event.kind == "LINKEDID_END" or (event.kind == "CHAN_END" and own)


def _events_by_call(events: list[CallEvent], call_ids: set[str]) -> dict[str, list[journals.JournalEvent]]:
    found: dict[str, list[journals.JournalEvent]] = {}
    for event in events:
        if event.call_id in call_ids:
            line = journals.JournalEvent(event.at, event.journal, event.kind, event.channel, event.data)
            found.setdefault(event.call_id, []).append(line)
    return found


def _save_records(node: str, events: dict[str, list[journals.JournalEvent]]) -> None:
    if not events:
        return
    owners = owners_of({name for some in events.values() for name in journals.endpoints(some)})
    starts = engine_starts(node=node, since=min(event.at for some in events.values() for event in some))
    built: list[CallRecord] = []
    for call_id, some in events.items():
        linked = call_id.removeprefix(f"{node}-")
        try:
            made = record.build(some, linked=linked, owners=owners, starts=starts)
        except Exception:  # the outermost edge: one call's strange events must not stop all records
            log.exception("the record of call %s cannot be built", call_id)
            continue
        if made is not None:
            built.append(_row(node, call_id, made))
    _keep_valid_references(built)
    CallRecord.objects.bulk_create(
        built, update_conflicts=True, unique_fields=["call_id"], update_fields=_COLUMNS
    )


def _row(node: str, call_id: str, made: record.Record) -> CallRecord:
    sides: dict[str, Any] = {}
    for side, party in (("caller", made.caller), ("called", made.called)):
        sides |= {
            f"{side}_number": party.number,
            f"{side}_name": party.name,
            f"{side}_line_id": party.line,
            f"{side}_extension": party.extension,
        }
    plain = asdict(made)
    for name in ("caller", "called", "group", "trace"):
        del plain[name]
    return CallRecord(
        call_id=call_id,
        node=node,
        group_id=made.group,
        caller_withheld=made.caller.withheld,
        trace=list(made.trace),
        **sides,
        **plain,
    )


def _keep_valid_references(rows: list[CallRecord]) -> None:
    """Empty the references to lines and groups that no longer exist; what is told of them is kept."""
    line_ids = {i for row in rows for i in (row.caller_line_id, row.called_line_id) if i is not None}
    lines = set(Line.objects.filter(id__in=line_ids).values_list("id", flat=True))
    group_ids = {row.group_id for row in rows if row.group_id is not None}
    groups = set(BusinessGroup.objects.filter(id__in=group_ids).values_list("id", flat=True))
    for row in rows:
        row.caller_line_id = row.caller_line_id if row.caller_line_id in lines else None
        row.called_line_id = row.called_line_id if row.called_line_id in lines else None
        row.group_id = row.group_id if row.group_id in groups else None


def _event(line: RawLine, *, node: str, journal: str, now: datetime, place: tuple[int, int]) -> CallEvent:
    data = _parse(line.content, journal)
    linked = _word(data, "linkedid" if journal == journals.ENGINE else "call")
    kind = _word(data, "eventtype" if journal == journals.ENGINE else "kind")
    at = read_instant(data.get("eventtime" if journal == journals.ENGINE else "at"))
    return CallEvent(
        node=node,
        journal=journal,
        file=place[0],
        offset=place[1],
        at=at or now,
        call_id=f"{node}-{linked}"[:80] if linked else "",
        kind=(kind or ("decision" if linked else UNREADABLE))[:32],
        channel=_word(data, "uniqueid" if journal == journals.ENGINE else "channel_id")[:120],
        data=data,
    )


def _parse(content: bytes, journal: str) -> dict[str, Any]:
    """Return the JSON object of a line, fit for any database, or the beginning of what cannot be read."""
    text = content.decode("utf-8", "replace")
    try:
        data = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and (is_event(data) if journal == journals.ENGINE else _is_decision(data)):
        return dict(_clean(data))
    return {"kind": UNREADABLE, "line": _clean(text[:_LONGEST_KEPT])}


def _is_decision(data: Mapping[str, Any]) -> bool:
    """Say whether this is a line of ours: a step of a call, or the engine's start."""
    named = data.get("kind") == ENGINE_START or bool(_word(data, "call") and _word(data, "channel_id"))
    return named and read_instant(data.get("at")) is not None


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are no JSON, and PostgreSQL refuses them


def _clean(value: Any) -> Any:
    """Remove what no database stores: NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _word(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
