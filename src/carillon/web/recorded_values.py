"""The values of the record of changes in words: choices by their labels, instants, numbers, lists, yes and no."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carillon.web.forms import CLASS_NAMES
from carillon.web.numbers import NO_BREAK, day_and_time, national

Words = Mapping[str, str | Promise]

_TREATMENTS: Words = {"voicemail": _("Voicemail"), "number": _("Another number"), "tone": _("Busy tone")}
CHOICES: Mapping[str, Words] = {
    "mode": {
        "account_phone": _("Ring your account phone"),
        "in_order": _("Ring your phones in order"),
        "together": _("Ring your phones together"),
        "forward": _("Forward to another phone"),
    },
    "no_answer": _TREATMENTS,
    "busy": _TREATMENTS,
    "kind": {
        "user": _("User line"),
        "basic": _("Basic user line"),
        "common_area": _("Common-area line"),
        "easy_attendant": _("Easy attendant"),
        "premium_attendant": _("Premium attendant"),
        "pilot": _("Hunt group pilot"),
        "mailbox_only": _("Mailbox only"),
        "virtual_extension": _("Virtual extension"),
        "trunk": _("Trunk line"),
    },
    "role": {
        "subscriber": _("Subscriber"),
        "department_administrator": _("Department administrator"),
        "group_administrator": _("Business group administrator"),
        "operator": _("Platform operator"),
    },
    "language": {"fr": "Français", "en": "English"},
    "state": {"new": _("New"), "done": _("Done")},
    "features": {
        "hunt_groups": _("Hunt groups"),
        "pickup_groups": _("Call pickup groups"),
        "acd": _("Automatic call distribution (ACD)"),
        "attendants": _("Attendants"),
        "short_codes": _("Short codes"),
        "account_codes": _("Account codes"),
        "call_logs": _("Call logs"),
        "call_recording": _("Call recording"),
        "music_on_hold": _("Music on hold"),
        "call_notifications": _("Outgoing call notifications"),
    },
    "permissions": {
        "create_lines": _("Administrators create and delete lines"),
        "create_phones": _("Administrators create and delete phones"),
        "unlock_accounts": _("Administrators unlock accounts"),
        "keep_notifications": _("Administrators cannot switch emergency notifications off"),
    },
    "transport": {"udp": "UDP", "tcp": "TCP", "tls": "TLS"},
    "permitted": CLASS_NAMES,
    "barred": CLASS_NAMES,
    "classes": CLASS_NAMES,
}
"""Setting -> its choices. The features that have them are above this package: a test compares the labels with theirs."""
SECONDS = frozenset({"no_answer_seconds"})
INSTANTS = frozenset({"locked_at", "blocked_at", "pin_locked_at"})
UNLIMITED = frozenset({"basic_acd_licences", "premium_acd_licences"})
"""Numbers whose absence means that there is no limit."""
RECORDINGS = frozenset({"greeting", "recorded_name"})
SECRET = frozenset({"pin", "password", "sip_secret"})


def value_in_words(name: str, value: Any) -> str:
    """Return one value of the record as the reader's language says it."""
    if name in SECRET:
        return "••••••"
    if value is None or value in ("", []):
        return gettext("Unlimited") if value is None and name in UNLIMITED else "–"
    if name in RECORDINGS:
        return gettext("A recording")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_item(name, item) for item in value)
    return f"{value}{NO_BREAK}s" if name in SECONDS else _item(name, value)


def _item(name: str, value: Any) -> str:
    """Return one value, or one of a list, in words."""
    if name in ROWS and isinstance(value, dict):
        return ROWS[name](value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    text = str(value)
    if name in INSTANTS:
        return _instant(text)
    return str(CHOICES[name].get(text, text)) if name in CHOICES else national(text)


def _instant(text: str) -> str:
    try:
        return day_and_time(datetime.fromisoformat(text))
    except ValueError:
        return text


def _entry_in_words(row: Mapping[str, Any]) -> str:
    who = national(str(row.get("dialled") or "")) or gettext("Your phones")
    start, seconds = row.get("start", 0), row.get("seconds", 0)
    if not seconds:
        return who
    return gettext("%(who)s from %(start)s to %(end)s s") % {
        "who": who,
        "start": start,
        "end": start + seconds,
    }


def _dial_in_words(dial: Mapping[str, Any]) -> str:
    return f"{dial.get('name', '')} {national(str(dial.get('number', '')))}"


ROWS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "entries": _entry_in_words,
    "speed_dials": _dial_in_words,
}
"""Settings that are lists of small forms -> how one of them reads."""
