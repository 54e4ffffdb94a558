"""Reads of the event store and of the call records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from carillon.calls.journal import JournalEvent
from carillon.calls.record import Party
from carillon.features.call_logs.models import CallEvent, CallRecord
from carillon.features.phones.models import Phone

ENGINE_START = "engine_start"
_EVENTS = """
    SELECT call_id, at, journal, kind, channel, data FROM call_logs_callevent WHERE call_id IN ({}) ORDER BY id
"""


def records_of_group(group_id: int) -> QuerySet[CallRecord]:
    """Return a group's calls, newest first."""
    return CallRecord.objects.filter(group_id=group_id)


def records_of_line(line_id: int) -> QuerySet[CallRecord]:
    """Return the calls a line made or received (or was the last one tried for), newest first."""
    return CallRecord.objects.filter(Q(caller_line_id=line_id) | Q(called_line_id=line_id))


def trace_of_call(call_id: str) -> list[dict[str, object]]:
    """Return the decisions of a call in their order, as plain data; empty when the call is unknown."""
    trace = CallRecord.objects.filter(call_id=call_id).values_list("trace", flat=True).first()
    return list(trace or [])


def events_of(call_ids: Iterable[str]) -> dict[str, list[JournalEvent]]:
    """Return the stored events of these calls. One query, without the ORM: some fifteen rows come for each call."""
    ids, found = list(call_ids), dict[str, list[JournalEvent]]()
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS.format(", ".join(["%s"] * len(ids))), ids)
        for call_id, at, journal, kind, channel, data in cursor.fetchall():
            event = JournalEvent(_stored_instant(at), journal, kind, channel, json.loads(data))
            found.setdefault(call_id, []).append(event)
    return found


def _stored_instant(value: datetime) -> datetime:
    """Return an instant that the database driver gave: SQLite's are in UTC and do not say so."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def open_calls(*, node: str, before: datetime) -> list[str]:
    """Return the ids of a node's calls that began before this instant and have not ended."""
    rows = CallRecord.objects.filter(node=node, ended=None, started__lt=before)
    return list(rows.values_list("call_id", flat=True))


def ended_by_call(call_ids: Iterable[str]) -> dict[str, datetime | None]:
    """Return when each of these calls ended (None: not yet); calls without a record are left out."""
    return dict(CallRecord.objects.filter(call_id__in=list(call_ids)).values_list("call_id", "ended"))


def engine_starts(*, node: str, since: datetime) -> list[tuple[datetime, datetime]]:
    """Return when the engine started after `since`, and since when its contact was lost before; oldest first."""
    rows = CallEvent.objects.filter(node=node, kind=ENGINE_START, at__gt=since).order_by("at")
    return [(at, read_instant(data.get("lost")) or at) for at, data in rows.values_list("at", "data")]


def read_instant(value: object) -> datetime | None:
    """Read the engine's `seconds.microseconds` since the epoch, or ISO 8601 with an offset; None for neither."""
    if not isinstance(value, str):
        return None
    try:
        if "T" in value:
            read = datetime.fromisoformat(value)
            return read if read.tzinfo is not None else None
        seconds, _, micros = value.partition(".")
        return datetime.fromtimestamp(int(seconds), tz=UTC).replace(microsecond=int(micros or 0))
    except (ValueError, OverflowError, OSError):
        return None


def owners_of(endpoints: Iterable[str]) -> dict[str, Party]:
    """Return whose lines these SIP endpoints are. One query, none when there is nothing to ask."""
    names = list(endpoints)
    if not names:
        return {}
    rows = Phone.objects.filter(sip_user__in=names, line__isnull=False)
    columns = (
        "sip_user",
        "line_id",
        "line__group_id",
        "line__number",
        "line__name",
        "line__extension__first",
    )
    return {
        user: Party(number=number, name=name, line=line, extension=extension or "", group=group)
        for user, line, group, number, name, extension in rows.values_list(*columns)
    }


def message_left(*, node: str, channel: str) -> tuple[str, Party] | None:
    """Return the call and the caller of a channel that left a message, or None while nothing is known of it."""
    event = CallEvent.objects.filter(node=node, channel=channel).order_by("id").first()
    if event is None or not event.call_id:
        return None
    row = CallRecord.objects.filter(call_id=event.call_id).first()
    caller = Party()
    if row is not None:
        caller = Party(number=row.caller_number, name=row.caller_name, withheld=row.caller_withheld)
    return event.call_id, caller


def channels_ended(*, node: str, channels: Iterable[str]) -> frozenset[str]:
    """Return those of these channels that the engine says have ended."""
    rows = CallEvent.objects.filter(kind="CHAN_END", channel__in=list(channels), node=node)
    return frozenset(rows.values_list("channel", flat=True))
