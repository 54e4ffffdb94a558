"""Writes the event store and the call records built from it.

Some fifteen lines come for every call, so they are written as rows at once, without an object of the ORM for each.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from carillon.calls import record
from carillon.calls.journal import JournalEvent, endpoints
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.call_logs.queries import (
    ENGINE_START,
    ended_by_call,
    engine_starts,
    events_of,
    open_calls,
    owners_of,
)
from carillon.features.call_logs.snapshot import OpenCalls, ReadLine
from carillon.features.lines.models import Line
from carillon.web.statements import in_pieces

log = logging.getLogger(__name__)

_EVENT = ("node", "journal", "file", "offset", "at", "call_id", "kind", "channel", "data")
_RECORD = (
    "call_id", "node", "group_id", "type", "started", "answered", "ended", "caller_number", "caller_name",
    "caller_withheld", "caller_line_id", "caller_extension", "dialled", "called_number", "called_name",
    "called_line_id", "called_extension", "call_class", "forwarded_from", "ring_seconds", "talk_seconds", "cause",
    "sip_code", "trace",
)  # fmt: skip


def _insert(table: str, columns: Sequence[str], end: str = "") -> str:
    names, holes = ", ".join(f'"{column}"' for column in columns), ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({holes}){end}"  # noqa: S608 - names of the lists above


_INSERT_EVENT = _insert("call_logs_callevent", _EVENT)
_SAVE_RECORD = _insert(
    "call_logs_callrecord",
    _RECORD,
    " ON CONFLICT (call_id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in _RECORD[1:]),
)


def store_lines(
    *, node: str, journal: str, file: int, lines: Sequence[ReadLine], remembered: OpenCalls
) -> frozenset[str]:
    """Store the lines as events and bring the records of their calls up to date. Runs in a transaction.

    Returns the channels that ended. When the transaction fails, `remembered` must forget.
    """
    calls: dict[str, list[JournalEvent]] = {}
    for line in lines:
        if line.linked:
            calls.setdefault(line.linked, []).append(line.event)
    ids = {linked: _call_id(node, linked) for linked in calls}
    _insert_events(node, journal, file, lines)
    known = ended_by_call(call_id for call_id in ids.values() if call_id not in remembered)
    over = {ids[line.linked] for line in lines if _is_end(line)}
    over |= {call_id for call_id, ended in known.items() if ended}
    begun = {}
    for linked, events in calls.items():
        call_id = ids[linked]
        is_new = call_id not in known and call_id not in remembered
        remembered.add(call_id, linked, events, is_new=is_new)
        if is_new and call_id not in over:
            begun[call_id] = events
    for line in lines:
        if line.event.kind == ENGINE_START:
            over |= set(open_calls(node=node, before=line.event.at))
    _save_records(node, {**_all_events(over, remembered), **begun})
    return frozenset(line.event.channel for line in lines if line.event.kind == "CHAN_END")


def _all_events(call_ids: Iterable[str], remembered: OpenCalls) -> dict[str, list[JournalEvent]]:
    """Return every event of these calls."""
    found, ids = dict[str, list[JournalEvent]](), []
    for call_id in sorted(call_ids):
        events = remembered.take(call_id)
        if events is None:
            ids.append(call_id)
        else:
            found[call_id] = events
    for part in in_pieces(ids):
        found |= events_of(part)
    return found


def _call_id(node: str, linked: str) -> str:
    return f"{node}-{linked}"[:80]


def _is_end(line: ReadLine) -> bool:
    kind = line.event.kind
    return kind == "LINKEDID_END" or (kind == "CHAN_END" and line.event.channel == line.linked)


def _insert_events(node: str, journal: str, file: int, lines: Sequence[ReadLine]) -> None:
    instant = _instants()
    rows = [
        (
            node, journal, file, line.offset, instant(line.event.at),
            _call_id(node, line.linked) if line.linked else "", line.event.kind, line.event.channel, line.text,
        )
        for line in lines
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_EVENT, rows)


def _save_records(node: str, events: dict[str, list[JournalEvent]]) -> None:
    if not events:
        return
    owners = owners_of({name for some in events.values() for name in endpoints(some)})
    starts = engine_starts(node=node, since=min(event.at for some in events.values() for event in some))
    built: list[tuple[str, record.Record]] = []
    for call_id, some in events.items():
        linked = call_id.removeprefix(f"{node}-")
        try:
            made = record.build(some, linked=linked, owners=owners, starts=starts)
        except Exception:  # the outermost edge: one call's strange events must not stop all records
            log.exception("the record of call %s cannot be built", call_id)
            continue
        if made is not None:
            built.append((call_id, made))
    lines, groups = _references(made for _, made in built)
    instant = _instants()
    rows = [_row(node, call_id, made, instant, lines=lines, groups=groups) for call_id, made in built]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_SAVE_RECORD, rows)


def _row(
    node: str,
    call_id: str,
    made: record.Record,
    instant: Callable[[datetime], Any],
    *,
    lines: frozenset[int],
    groups: frozenset[int],
) -> tuple[Any, ...]:
    """Return the columns of `_RECORD`.

    References to lines and groups that no longer exist are left empty; what is told of them is kept.
    """
    caller, called = made.caller, made.called
    return (
        call_id, node, made.group if made.group in groups else None, made.type,
        *(at and instant(at) for at in (made.started, made.answered, made.ended)),
        caller.number, caller.name, caller.withheld, caller.line if caller.line in lines else None,
        caller.extension, made.dialled, called.number, called.name,
        called.line if called.line in lines else None, called.extension, made.call_class, made.forwarded_from,
        made.ring_seconds, made.talk_seconds, made.cause, made.sip_code, json.dumps(made.trace),
    )  # fmt: skip


def _instants() -> Callable[[datetime], Any]:
    """Return what turns an instant into what the database takes: for SQLite Django's words, without its way there."""
    adapt = connection.ops.adapt_datetimefield_value
    if connection.vendor != "sqlite":
        return adapt
    return lambda at: str(at.replace(tzinfo=None)) if at.tzinfo is UTC else adapt(at)


def _references(records: Iterable[record.Record]) -> tuple[frozenset[int], frozenset[int]]:
    """Return which of the lines and of the groups that the records name exist."""
    some = list(records)
    parties = (party for made in some for party in (made.caller, made.called))
    line_ids = {party.line for party in parties if party.line is not None}
    lines = Line.objects.filter(id__in=line_ids).order_by().values_list("id", flat=True)
    group_ids = {made.group for made in some if made.group is not None}
    groups = BusinessGroup.objects.filter(id__in=group_ids).order_by().values_list("id", flat=True)
    return frozenset(lines), frozenset(groups)
