"""The lookups calls begin with.

What runs during a call is written in SQL: building the same query with the ORM costs fifty times its execution.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

_ENDPOINT = """
SELECT p.group_id, g.config_version, p.line_id
FROM phones_phone p JOIN business_groups_businessgroup g ON g.id = p.group_id
WHERE p.sip_user = %s AND p.line_id IS NOT NULL
"""

_NUMBER = """
SELECT l.group_id, g.config_version, l.id
FROM lines_line l JOIN business_groups_businessgroup g ON g.id = l.group_id
WHERE l.number = %s
UNION ALL
SELECT b.group_id, g.config_version, NULL
FROM number_blocks_numberblock b JOIN business_groups_businessgroup g ON g.id = b.group_id
WHERE b.last >= %s AND b.id = (
    SELECT id FROM number_blocks_numberblock
    WHERE first <= %s AND LENGTH(first) = %s ORDER BY first DESC LIMIT 1
)
"""


def find_endpoint(sip_user: str) -> tuple[int, int, int] | None:
    """Return the group, its configuration version and the line of a SIP account, None if no line has it.

    One query by two indexes, without the ORM: it runs at every step of every call.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENDPOINT, (sip_user,))
        row = cursor.fetchone()
    return (row[0], row[1], row[2]) if row is not None else None


def find_number(e164: str) -> tuple[int, int, int | None] | None:
    """Return the group, its configuration version and the line of a number a carrier called.

    The line is None for a number of a block that no line has; None altogether for a number of nobody. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, (e164, e164, e164, len(e164)))
        rows = cursor.fetchall()
    owned = [row for row in rows if row[2] is not None]
    found = (owned or rows or [None])[0]
    return (found[0], found[1], found[2]) if found is not None else None


@dataclass(frozen=True, slots=True)
class CallRow:
    """All columns a call needs of one line, in the order of `_CALL_ROW`."""

    id: int
    version: int
    group_id: int
    number: str
    name: str
    kind: str
    language: str
    extension: str
    department_id: int | None
    withhold_identity: bool
    suspended: bool
    locked: bool
    locked_incoming_rings: bool
    barred: object
    class_of_service_id: int
    class_of_service_version: int
    permitted: object
    mailbox_id: int | None
    mailbox_version: int
    greeting: str
    recorded_name: str
    setup_due: str
    skip_pin: bool
    pin_temporary: bool
    portal_locked: bool
    resets: int
    messages: int
    seconds: int
    settings: tuple[Any, ...]
    """The columns of the call settings, in the order of snapshot.SettingsRow."""


_CALL_ROW = """
SELECT l.id, l.version, l.group_id, l.number,
    CASE WHEN l.calling_name = '' THEN l.name ELSE l.calling_name END,
    l.kind, COALESCE(NULLIF(u.language, ''), NULLIF(l.language, ''), g.language), COALESCE(e.first, ''),
    l.department_id, l.withhold_identity, l.suspended OR g.suspended, l.locked_at IS NOT NULL, g.locked_lines_ring, l.barred,
    c.id, c.version, c.permitted, m.id, COALESCE(m.version, 0), COALESCE(m.greeting, ''),
    COALESCE(m.recorded_name, ''), COALESCE(m.setup_due, ''), m.skip_pin, m.pin_temporary,
    m.pin_locked_at IS NOT NULL OR u.blocked_at IS NOT NULL, COALESCE(m.resets, 0),
    (SELECT COUNT(*) FROM voicemail_message v WHERE v.mailbox_id = m.id),
    (SELECT COALESCE(SUM(v.seconds), 0) FROM voicemail_message v WHERE v.mailbox_id = m.id),
    s.id, s.version, s.dnd, s.mode, s.forward_to, s.no_answer_seconds, s.no_answer, s.no_answer_to, s.busy,
    s.busy_to, s.unavailable_to, s.call_waiting, s.reject_anonymous
FROM lines_line l
    JOIN business_groups_businessgroup g ON g.id = l.group_id
    JOIN classes_of_service_classofservice c ON c.id = l.class_of_service_id
    JOIN call_manager_callsettings s ON s.line_id = l.id
    LEFT JOIN extensions_extension e ON e.line_id = l.id
    LEFT JOIN accounts_user u ON u.line_id = l.id
    LEFT JOIN voicemail_mailbox m ON m.line_id = l.id
WHERE l.id = %s
"""
_SETTINGS_AT = 28

_PHONES = "SELECT sip_user FROM phones_phone WHERE line_id = %s ORDER BY id"

_ENTRIES = """
SELECT dialled, start, seconds, confirm FROM call_manager_ringentry
WHERE settings_id = %s AND mode = %s ORDER BY position
"""


def read_call_row(line_id: int) -> CallRow | None:
    """Return what calls need of one line, None when it is gone (one query by indexes)."""
    with connection.cursor() as cursor:
        cursor.execute(_CALL_ROW, (line_id,))
        row = cursor.fetchone()
    if row is None:
        return None
    columns: tuple[Any, ...] = (*row[:_SETTINGS_AT], tuple(row[_SETTINGS_AT:]))
    return CallRow(*columns)


def read_phones(line_id: int) -> list[str]:
    """Return the SIP users of the line's phones, oldest first (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_PHONES, (line_id,))
        return [row[0] for row in cursor.fetchall()]


def read_entries(settings_id: int, mode: str) -> list[tuple[str, int, int, bool]]:
    """Return the ringing periods of one mode in their order: dialled, start, seconds, confirm (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, (settings_id, mode))
        return [(row[0], row[1], row[2], bool(row[3])) for row in cursor.fetchall()]


def stored_json(value: object) -> object:
    """Return a JSON column's value; drivers hand it over as text or decoded."""
    return json.loads(value) if isinstance(value, str | bytes) else value
