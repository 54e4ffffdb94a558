"""What every write shares: who acts, the receipt, the record of the change, and the two ways to be refused.

A write service does all of this inside one transaction, in this order: `lock_group`, read, check,
`write_version`, `record_change`. The group's row is locked first, so writers of one group follow one another and
no configuration version is ever given twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F

from carillon.errors import CarillonError
from carillon.features.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change; `user` is None for the installation itself (`label` then says which part).

    `undoing`: what is changed puts back what was there before the actor's own last save.
    """

    user: AbstractBaseUser | None
    label: str
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of a saved change: the object's version and the group's configuration version that contains it.

    `entry` is its first entry of the record and `changed` the fields it changed; 0 and none where all was so already.
    """

    kind: str
    object_id: int
    version: int
    group_id: int | None
    config_version: int
    at: datetime
    entry: int = field(default=0, compare=False)
    changed: frozenset[str] = field(default=frozenset(), compare=False)


class ErrorCode(StrEnum):
    """Why a value is refused; forms turn the code and its parameters into a sentence."""

    REQUIRED = "required"
    TOO_LONG = "too_long"  # limit
    BAD_CHARACTER = "bad_character"  # character
    MALFORMED = "malformed"  # value, example: not written as it must be
    UNKNOWN_CHOICE = "unknown_choice"  # value
    OUT_OF_RANGE = "out_of_range"  # low, high
    TOO_MANY = "too_many"  # limit
    ALREADY_USED = "already_used"  # by
    EMPTY_TIMELINE = "empty_timeline"
    DUPLICATE = "duplicate"  # number
    NUMBER_NOT_VALID = "number_not_valid"  # number
    NUMBER_NOT_PERMITTED = "number_not_permitted"  # number, call_class
    NUMBER_EMERGENCY = "number_emergency"  # number
    NUMBER_OWN = "number_own"  # number
    NUMBER_UNASSIGNED = "number_unassigned"  # number: a number of the group that no line has
    NO_MAILBOX = "no_mailbox"
    NOT_IN_GROUP = "not_in_group"  # number
    NOT_IN_BLOCKS = "not_in_blocks"  # number: in no number block of the group
    IN_USE = "in_use"  # by: what still uses it
    NOT_FOR_KIND = "not_for_kind"  # kind: a line of this type has no such thing
    CANNOT_REMOVE = "cannot_remove"  # an import adds and changes, it takes nothing away
    BAD_RANGE = "bad_range"
    TOO_OFTEN = "too_often"  # limit
    CONFLICT = "conflict"  # with
    WRONG_PIN = "wrong_pin"
    PIN_BLOCKED = "pin_blocked"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of an error
    OWN_LINE = "own_line"
    OWN_RIGHTS = "own_rights"
    LAST_ADMINISTRATOR = "last_administrator"
    OUTRANKED = "outranked"
    RIGHT_NOT_HELD = "right_not_held"
    NO_ACCOUNT = "no_account"
    NOT_THIS_NUMBER = "not_this_number"
    NOT_THIS_MANY = "not_this_many"  # count: so many are selected
    HINDERED = "hindered"  # one of many cannot be deleted
    CHANGED_MEANWHILE = "changed_meanwhile"  # one of many was
    NOT_EMPTY = "not_empty"
    BELOW_ITSELF = "below_itself"
    TOO_DEEP = "too_deep"


@dataclass(frozen=True, slots=True)
class Problem:
    """One refused value: the code and what its message names."""

    code: ErrorCode
    params: Mapping[str, str | int] = field(default_factory=dict)


class Invalid(CarillonError):
    """Values break a rule; nothing was saved. `errors` maps the field (`entries.0.dialled`) to its problem."""

    def __init__(self, errors: Mapping[str, Problem]) -> None:
        super().__init__(dict(errors))
        self.errors = dict(errors)


class StaleVersion(CarillonError):
    """The object was changed since it was read; nothing was saved.

    `differences` maps each field changed since then to its value as it was seen and as it is now.
    """

    def __init__(
        self, *, kind: str, object_id: int, seen: int, current: int, differences: dict[str, tuple[Any, Any]]
    ) -> None:
        super().__init__(f"{kind} {object_id}: seen {seen}, is {current}")
        self.kind = kind
        self.object_id = object_id
        self.seen = seen
        self.current = current
        self.differences = differences


def lock_group(group_id: int) -> int:
    """Lock the group's row for the rest of the transaction and return its configuration version (one query)."""
    groups = _groups().select_for_update(of=("self",))
    return int(groups.values_list("config_version", flat=True).get(pk=group_id))


def lock_every_group() -> None:
    """Lock every group's row: changes of the whole platform follow one another (one query).

    In one order: two such changes at once must not wait for each other's rows crosswise.
    """
    list(_groups().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def bump_group(group_id: int | None) -> int:
    """Count one more configuration version for the group and return it (two queries).

    None bumps every group, for a setting of the whole platform, and returns 0.
    """
    if group_id is None:
        lock_every_group()
        _groups().update(config_version=F("config_version") + 1)
        return 0
    _groups().filter(pk=group_id).update(config_version=F("config_version") + 1)
    return int(_groups().values_list("config_version", flat=True).get(pk=group_id))


def write_version(
    rows: models.QuerySet[Any], *, kind: str, object_id: int, seen_version: int, values: Mapping[str, Any]
) -> int:
    """Write `values` if the row still has `seen_version`; return its new version, else raise StaleVersion."""
    at_version = rows.filter(pk=object_id, version=seen_version)
    if at_version.update(version=F("version") + 1, **values) == 1:
        return seen_version + 1
    current = rows.values_list("version", flat=True).get(pk=object_id)
    raise StaleVersion(
        kind=kind,
        object_id=object_id,
        seen=seen_version,
        current=current,
        differences=changes_since(kind=kind, object_id=object_id, version=seen_version),
    )


def changes_since(*, kind: str, object_id: int, version: int) -> dict[str, tuple[Any, Any]]:
    """Return what was changed after `version`: field -> (value then, value now)."""
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    entries = AuditEntry.objects.filter(kind=kind, object_id=object_id, version__gt=version)
    for old, new in entries.order_by("version", "id").values_list("old", "new"):
        for name, value in new.items():
            first.setdefault(name, old.get(name))
            last[name] = value
    return {name: (first[name], value) for name, value in last.items() if first[name] != value}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object, as the record keeps it; `old` and `new` hold the changed fields only."""

    kind: str
    object_id: int
    label: str
    action: str
    version: int
    group_id: int | None
    department_path: str = ""
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    governs_calls: bool = True
    """False for what no call depends on: the group's configuration version then stays as it is."""


def record_change(*, actor: Actor, change: Change, now: datetime) -> Receipt:
    """Keep the change in the record, count the group's next configuration version, return the receipt."""
    return record_changes(actor=actor, changes=(change,), now=now)


def record_changes(*, actor: Actor, changes: Sequence[Change], now: datetime) -> Receipt:
    """Keep the changes of one act, all of one group, in the record; return the receipt of the first.

    They count as one configuration version of the group: what was done together comes into force together.
    """
    first = changes[0]
    if any(change.governs_calls for change in changes):
        config_version = bump_group(first.group_id)
    else:
        config_version = lock_group(first.group_id) if first.group_id is not None else 0
    entries = [_entry(actor, change, config_version, now) for change in changes]
    kept = AuditEntry.objects.bulk_create(entries, batch_size=1000)
    changed = frozenset(name for change in changes for name in change.new)
    of_first = (first.kind, first.object_id, first.version, first.group_id, config_version, now)
    return Receipt(*of_first, entry=kept[0].pk, changed=changed)


def _entry(actor: Actor, change: Change, config_version: int, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now,
        group_id=change.group_id,
        department_path=change.department_path,
        user_id=actor.user.pk if actor.user else None,
        actor=actor.label[:120],
        kind=change.kind,
        object_id=change.object_id,
        label=change.label[:120],
        action="undo" if actor.undoing and change.action == "change" else change.action,
        old=dict(change.old),
        new=dict(change.new),
        version=change.version,
        config_version=config_version,
    )


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the parts of both that differ, under the keys of `new`."""
    keys = [key for key, value in new.items() if old.get(key) != value]
    return {key: old.get(key) for key in keys}, {key: new[key] for key in keys}


def check_name(text: str, *, limit: int, required: bool = True) -> tuple[str, Problem | None]:
    """Return the name without outer spaces, composed (NFC), and what is wrong with it, if anything.

    Letters of any script are welcome; control characters, line breaks and bidirectional overrides are not.
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not any(unicodedata.category(character)[0] in "LMNPS" for character in name):
        # nothing, or nothing anyone sees
        if name and (odd := _bad_character(name)):
            return name, odd
        return name, Problem(ErrorCode.REQUIRED) if required else None
    if len(name) > limit:
        return name, Problem(ErrorCode.TOO_LONG, {"limit": limit})
    return name, _bad_character(name)


def _bad_character(name: str) -> Problem | None:
    for character in name:
        if unicodedata.category(character) in {"Cc", "Cs", "Cn", "Zl", "Zp"} or character in _OVERRIDES:
            return Problem(ErrorCode.BAD_CHARACTER, {"character": f"U+{ord(character):04X}"})
    return None


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _groups() -> models.QuerySet[Any]:
    """Return the groups' rows: by name, as a foreign key names them, since that feature uses this one."""
    model: Any = apps.get_model("business_groups", "BusinessGroup")
    rows: models.QuerySet[Any] = model.objects.all()
    return rows
