"""What closes a line, what a reset would take away, which former states can be restored, and who outranks whom."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import QuerySet

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound
from carillon.features.call_manager.models import CallSettings
from carillon.features.line_actions.choices import LockKind, SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.lines.models import Line
from carillon.features.lines.services import SETTINGS_WITHOUT_VOICEMAIL
from carillon.features.voicemail.models import Mailbox, Message

KEPT_ROWS = frozenset({"phones.Phone", "extensions.Extension", "call_logs.CallRecord"})
"""Tables with a foreign key to a line whose rows a reset keeps."""
PERSONAL_ROWS: tuple[str, ...] = ()
"""Tables with a foreign key `line` whose rows are the subscriber's own: a reset takes them away. What hangs on the
call settings or on the mailbox is personal by itself and is not listed here."""
MEMBERSHIPS: tuple[str, ...] = ()
"""Tables with a foreign key `line` that make the line a member of a group (hunt groups, pickup groups: none yet).
A reset takes their rows away when "remove from all groups" is ticked; `str()` of a row names the group."""
OWN_ROWS = frozenset(
    {"accounts.User", "call_manager.CallSettings", "voicemail.Mailbox", "line_actions.LineSnapshot"}
)
"""Tables with one row per line that a reset empties without deleting it, and the snapshots themselves."""
PERSONAL_FIELDS = ("name", "calling_name", "language", "withhold_identity", "barred")
"""The columns of a line that a reset takes away; all others are kept."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock that is set: since when, and by whom ("" for wrong passwords or PINs)."""

    kind: LockKind
    since: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Losses:
    """What a reset of the line would take away now."""

    messages: int
    greeting: bool
    recorded_name: bool
    settings_changed: bool
    other_rows: int
    """Rows of the subscriber's lists: phones and numbers that ring, and so on."""
    addresses: int
    administrator: bool
    account: bool
    mailbox: bool
    groups: tuple[str, ...]


def locks_of(line: Line) -> tuple[Lock, ...]:
    """Return the locks that are set on the line (no query where `user` and `mailbox` are joined)."""
    user, mailbox = getattr(line, "user", None), getattr(line, "mailbox", None)
    found = []
    if line.locked_at is not None:
        found.append(Lock(LockKind.ADMINISTRATIVE, line.locked_at, line.locked_by))
    if user is not None and user.blocked_at is not None:
        found.append(Lock(LockKind.PORTAL, user.blocked_at))
    if mailbox is not None and mailbox.pin_locked_at is not None:
        found.append(Lock(LockKind.PIN, mailbox.pin_locked_at))
    return tuple(found)


def losses_of(line: Line) -> Losses:
    """Return what a reset would take away (a query for each kind of row)."""
    saved = CallSettings.objects.get(line_id=line.pk)
    mailbox = Mailbox.objects.filter(line_id=line.pk).first()
    user = User.objects.filter(line_id=line.pk).first()
    usual = default_values(CallSettings) | settings_without(mailbox)
    rows = [row for row in personal_rows(line.pk) if not isinstance(row, Message)]
    return Losses(
        messages=Message.objects.filter(mailbox=mailbox).count() if mailbox else 0,
        greeting=bool(mailbox and mailbox.greeting),
        recorded_name=bool(mailbox and mailbox.recorded_name),
        settings_changed=any(getattr(saved, name) != value for name, value in usual.items()),
        other_rows=len(rows),
        addresses=len(mailbox.email_to) if mailbox else 0,
        administrator=user is not None and user.role != Role.SUBSCRIBER,
        account=user is not None,
        mailbox=mailbox is not None,
        groups=tuple(str(row) for row in memberships_of(line.pk)),
    )


def settings_without(mailbox: Mailbox | None) -> dict[str, Any]:
    """Return what differs from the usual call settings on a line without a mailbox."""
    return {} if mailbox is not None else dict(SETTINGS_WITHOUT_VOICEMAIL)


NOT_SETTINGS = frozenset({"line", "version", "resets"})
"""Columns that only grow, or say whose row it is."""


def default_values(model: type[models.Model]) -> dict[str, Any]:
    """Return the default of each column of a line's own row, its key, line and counters left out."""
    columns = (field for field in model._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 - Django's own
    return {field.attname: field.get_default() for field in columns if field.name not in NOT_SETTINGS}


def memberships_of(line_id: int) -> list[models.Model]:
    """Return the rows that make the line a member of groups (a query for each kind of group)."""
    return [row for label in MEMBERSHIPS for row in _model(label)._base_manager.filter(line_id=line_id)]  # noqa: SLF001


def personal_rows(line_id: int) -> list[models.Model]:
    """Return the rows that are the subscriber's own, each after the row it hangs on."""
    found: list[models.Model] = []
    for owner in (CallSettings, Mailbox):
        for row in owner._base_manager.filter(line_id=line_id):  # noqa: SLF001
            found += _below(row)
    for label in PERSONAL_ROWS:
        for row in _model(label)._base_manager.filter(line_id=line_id):  # noqa: SLF001
            found += [row, *_below(row)]
    return found


def _below(row: models.Model) -> list[models.Model]:
    """Return the rows that would go with this one, each after the row it hangs on."""
    found: list[models.Model] = []
    for relation in relations_to(type(row)):
        if relation.on_delete is not models.CASCADE:
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})  # noqa: SLF001
        for child in rows:
            found += [child, *_below(child)]
    return found


def relations_to(model: type[models.Model]) -> list[Any]:
    """Return every foreign key of any table that leads to this one, whether or not it has a name on this side."""
    fields = model._meta.get_fields(include_hidden=True)  # noqa: SLF001
    return [field for field in fields if field.auto_created and not field.concrete]


def _model(label: str) -> Any:
    return apps.get_model(label)


def audio_of(line_id: int) -> list[str]:
    """Return the tokens of the recordings of the line's mailbox: messages, greeting and name."""
    return audio_among([line_id]).get(line_id, [])


def audio_among(line_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the same for each of the lines that has any (two queries)."""
    found: dict[int, list[str]] = {}
    messages = Message.objects.filter(mailbox__line_id__in=line_ids).order_by("mailbox_id", "received", "id")
    for line_id, token in messages.values_list("mailbox__line_id", "token"):
        found.setdefault(line_id, []).append(token)
    mailboxes = Mailbox.objects.filter(line_id__in=line_ids)
    for line_id, *tokens in mailboxes.values_list("line_id", "greeting", "recorded_name"):
        if any(tokens):
            found.setdefault(line_id, []).extend(token for token in tokens if token)
    return found


def restorable(line_id: int, *, now: datetime) -> QuerySet[LineSnapshot]:
    """Return the former states of a line that can still be restored, newest first, without their contents."""
    kept = (SnapshotState.SEALING, SnapshotState.KEPT)
    found = LineSnapshot.objects.filter(line_id=line_id, state__in=kept, expires_at__gt=now)
    return found.defer("payload", "audio")


def get_snapshot(line_id: int, snapshot_id: int, *, now: datetime) -> LineSnapshot:
    """Return one former state of the line that can still be restored; raises NotFound."""
    found = restorable(line_id, now=now).filter(pk=snapshot_id).first()
    if found is None:
        raise NotFound("line_snapshot", snapshot_id)
    return found


def outranks(user: User | None, access: Access) -> bool:
    """Say whether this user administers what the other one does not (his scope joined, or one query)."""
    if user is None or access.role in {Role.OPERATOR, Role.GROUP_ADMINISTRATOR}:
        return False
    if user.role == Role.GROUP_ADMINISTRATOR:
        return True
    if user.role != Role.DEPARTMENT_ADMINISTRATOR or user.scope is None:
        return False
    return not (access.department_path and user.scope.path.startswith(access.department_path))


def is_last_administrator(user: User | None) -> bool:
    """Say whether this is the only administrator of the whole group who is not locked (one query)."""
    if user is None or user.line is None or user.role != Role.GROUP_ADMINISTRATOR:
        return False
    others = User.objects.filter(
        role=Role.GROUP_ADMINISTRATOR, line__group_id=user.line.group_id, line__locked_at=None
    )
    return not others.exclude(pk=user.pk).exists()


def seal(content: bytes) -> bytes:
    """Return the content encrypted (Fernet) under a key of its own, derived from the installation's secret."""
    return _fernet(settings.CARILLON_ENCRYPTION_SECRET).encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Return sealed content in clear; raises cryptography's InvalidToken if the key is another."""
    return _fernet(settings.CARILLON_ENCRYPTION_SECRET).decrypt(sealed)


@cache
def _fernet(master: str) -> Fernet:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"carillon line snapshots 1")
    return Fernet(urlsafe_b64encode(derivation.derive(master.encode())))
