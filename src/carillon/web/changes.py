"""A recorded change in words: which setting, what it was, what it is now, who did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carillon.web.names import isolated
from carillon.web.numbers import national
from carillon.web.recorded_values import value_in_words
from carillon.web.search import Term, fold

LABELS: Mapping[str, str | Promise] = {
    "dnd": _("Do not disturb"),
    "mode": _("What an incoming call does"),
    "forward_to": _("Forward every call to"),
    "no_answer_seconds": _("Delay before the no-answer treatment"),
    "no_answer": _("No answer"),
    "no_answer_to": _("Number when there is no answer"),
    "busy": _("Busy"),
    "busy_to": _("Number when the line is busy"),
    "unavailable_to": _("Forward if unavailable"),
    "call_waiting": _("Call waiting"),
    "reject_anonymous": _("Reject anonymous callers"),
    "speed_dials": _("Speed dials"),
    "barred": _("Calls this line may not make"),
    "entries": _("Phones and numbers to ring"),
    "name": _("Account name"),
    "calling_name": _("Internal name"),
    "withhold_identity": _("Withhold the name and number"),
    "email_on": _("Forward messages and faxes as e-mails"),
    "email_to": _("E-mail addresses"),
    "keep_copy": _("Keep a copy in the mailbox"),
    "skip_pin": _("Skip the PIN from the line's own phones"),
    "pin": _("Voicemail PIN"),
    "greeting": _("Greeting"),
    "recorded_name": _("Recorded name"),
    "language": _("Language"),
    "number": _("Directory number"),
    "kind": _("Type of line"),
    "suspended": _("Suspended"),
    "locked_at": _("Administrative lock"),
    "blocked_at": _("Portal lock"),
    "pin_locked_at": _("Lock of the voicemail PIN"),
    "locked_by": _("Locked by"),
    "department": _("Department"),
    "emergency_address": _("Emergency address"),
    "role": _("Role"),
    "scope": _("Department administered"),
    "is_supervisor": _("ACD supervisor"),
    "may_monitor": _("May listen to calls in progress"),
    "may_read_call_logs": _("May read the call logs"),
    "remove_from_groups": _("Removed from all groups"),
    "groups": _("Groups"),
    "erase": _("Erased for privacy"),
    "extension": _("Extension"),
    "portal": _("Portal account"),
    "phone": _("SIP account"),
    "timezone": _("Time zone"),
    "home_region": _("Home region"),
    "main_number": _("Main number"),
    "emergency_callback": _("Emergency call-back number"),
    "outside_prefix": _("Outside-line prefix"),
    "local_area_codes": _("Other local area codes"),
    "features": _("Features"),
    "permissions": _("Permissions"),
    "basic_acd_licences": _("Basic ACD licences"),
    "premium_acd_licences": _("Premium ACD licences"),
    "first": _("First number"),
    "last": _("Last number"),
    "permitted": _("Classes of call permitted"),
    "class_of_service": _("Class of service"),
    "file": _("File"),
    "created": _("Lines created"),
    "changed": _("Lines changed"),
    "unchanged": _("Lines unchanged"),
    "departments": _("Departments created"),
    "parent": _("Parent department"),
    "sip_user": _("SIP account"),
    "description": _("Description"),
    "first_number": _("First number dialled"),
    "login": _("Sign-in name"),
    "page": _("Page"),
    "state": _("State"),
    "voicemail": _("Voicemail"),
    "class_of_service_id": _("Class of service"),
    "show_main_number": _("Outside calls show the main number"),
    "seven_digit_area_code": _("Area code of seven-digit numbers"),
    "locked_lines_ring": _("A line under an administrative lock still rings"),
    "label": _("Name"),
    "host": _("Host name or address"),
    "port": _("Port"),
    "transport": _("Transport"),
    "username": _("SIP user"),
    "source_addresses": _("Addresses the carrier calls from"),
    "own_numbers_only": _("The carrier takes calls from our own numbers only"),
    "trunk_id": _("Trunk"),
    "position": _("Position"),
    "classes": _("Classes of call"),
}
LABELS_OF: Mapping[tuple[str, str], str | Promise] = {
    ("business_group", "name"): _("Name"),
    ("department", "name"): _("Name"),
    ("class_of_service", "name"): _("Name"),
    ("trunk", "name"): _("Technical name"),
    ("extension", "first"): _("First extension"),
    ("extension", "last"): _("Last extension"),
}
"""What a sort of object calls a setting by another word than the others."""
UNTOLD = frozenset({"line_id", "setup_due"})
"""What only programs read in the record."""
ACTIONS: Mapping[str, str | Promise] = {
    "create": _("Created"),
    "delete": _("Deleted"),
    "change_pin": _("Voicemail PIN changed"),
    "change_password": _("Password changed"),
    "block": _("Account blocked after wrong passwords"),
    "unblock": _("Account unlocked"),
    "grant_role": _("Rights changed"),
    "lock": _("Account locked"),
    "unlock": _("Account unlocked"),
    "unlock_pin": _("Voicemail PIN unlocked"),
    "lock_pin": _("Voicemail PIN locked after wrong entries"),
    "move": _("Moved to another department"),
    "reset": _("Line reset"),
    "undo_reset": _("Reset undone"),
    "undo": _("Previous values put back"),
    "erase_snapshot": _("Former state erased"),
    "grant": _("Granted or taken away"),
    "import": _("Imported"),
    "enrol_code": _("One-time code set up"),
    "reset_code": _("One-time code reset"),
    "reset_password": _("New first password"),
    "pass_setup": _("A step of the mailbox's set-up done or skipped"),
}
KINDS: Mapping[str, str | Promise] = {
    "line": _("Line"),
    "call_settings": _("Incoming calls"),
    "mailbox": _("Messages"),
    "user": _("Account"),
    "business_group": _("Business group"),
    "department": _("Department"),
    "extension": _("Extension"),
    "number_block": _("Number block"),
    "class_of_service": _("Class of service"),
    "phone": _("Phone"),
    "trunk": _("Trunk"),
    "route": _("Route"),
    "line_import": _("Line import"),
    "feedback": _("Feedback"),
}
PARTS: Mapping[str, str | Promise] = {
    "installation": _("Installation"),
    "sign-in": _("Sign-in"),
    "demonstration": _("Demonstration"),
    "command line": _("Command line"),
    "telephone": _("Voicemail menu, by telephone"),
}
PEOPLE = frozenset({"locked_by"})
"""Settings whose value is who did something."""


class Recorded(Protocol):
    """An entry of the record (features.audit.models.AuditEntry)."""

    at: datetime
    actor: str
    kind: str
    action: str
    old: Any
    new: Any
    version: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that changed."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the page shows it; `action` is empty for an ordinary edit."""

    who: str
    at: datetime
    version: int
    action: str
    created: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Why a save was refused: who saved what since the form was opened."""

    who: str
    when: datetime | None
    version: int
    differences: tuple[Difference, ...]


def kind_in_words(kind: str) -> str:
    """Return what sort of object a change is about."""
    return str(KINDS.get(kind, _("Setting")))


def kinds_matching(term: Term) -> list[str]:
    """Return the sorts of object whose name, in the reader's language, holds the term."""
    return [kind for kind, words in KINDS.items() if term.text in fold(str(words))]


def worded_label(label: str) -> str:
    """Return an object's label with its number as people write it: `<number> <name>`."""
    return person(label)


def tell(entry: Recorded) -> Told:
    """Return a change in words."""
    pairs = {name: (entry.old.get(name), value) for name, value in entry.new.items()}
    action = str(ACTIONS.get(entry.action, ""))
    created = entry.action == "create"
    told = tell_differences(pairs, kind=entry.kind)
    return Told(person(entry.actor), entry.at, entry.version, action, created, told)


def tell_stale(*, current: int, differences: Mapping[str, tuple[Any, Any]], last: Recorded | None) -> Stale:
    """Return a stale save in words; `last` is the newest change of the object."""
    who, at, kind = (person(last.actor), last.at, last.kind) if last else ("", None, "")
    return Stale(who, at, current, tell_differences(differences, kind=kind))


def tell_differences(pairs: Mapping[str, tuple[Any, Any]], *, kind: str = "") -> tuple[Difference, ...]:
    """Return each changed setting with its old and new value in words; what has none is for programs only.

    `kind` is the sort of object, where it is known.
    """
    labels = {name: LABELS_OF.get((kind, name), LABELS.get(name)) for name in pairs}
    return tuple(
        Difference(str(labels[name]), _in_words(name, old), _in_words(name, new))
        for name, (old, new) in pairs.items()
        if labels[name] is not None
    )


def _in_words(name: str, value: Any) -> str:
    return person(str(value)) if name in PEOPLE and value else value_in_words(name, value)


def person(actor: str) -> str:
    """Return who made a change: the record keeps `<number> <name>`, people read the name first."""
    number, _space, name = actor.partition(" ")
    if number.startswith("+") and name:
        return f"{isolated(name)} ({national(number)})"
    return str(PARTS.get(actor, national(actor)))
