"""The subscriber's part of a line: keeping it, taking it away, putting it back. All of it runs in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core import serializers
from django.db import models

from carillon.features.accounts.models import User
from carillon.features.call_manager.models import CallSettings
from carillon.features.line_actions.choices import KEPT_FOR, SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.queries import (
    PERSONAL_FIELDS,
    audio_among,
    audio_of,
    default_values,
    memberships_of,
    personal_rows,
    seal,
    settings_without,
    unseal,
)
from carillon.features.lines.models import Line
from carillon.features.mail.models import OutgoingMail
from carillon.features.voicemail.models import Mailbox

CREDENTIALS = ("password", "must_change_password", "language")
"""The columns of a user that are put back; what he administered is not."""
NEVER_PUT_BACK = frozenset({"pin_failures", "pin_failed_since", "pin_locked_at"})


def take_snapshot(line: Line, *, by: str, now: datetime) -> LineSnapshot:
    """Keep the present state, encrypted; the worker then encrypts the recordings."""
    parts: list[models.Model] = [line]
    for owner in (User, CallSettings, Mailbox):
        parts += owner._base_manager.filter(line_id=line.pk)  # noqa: SLF001 - the rows themselves, whatever managers hide
    kept = {
        "parts": _written(parts),
        "rows": _written(personal_rows(line.pk)),
        "memberships": _written(memberships_of(line.pk)),
    }
    return LineSnapshot.objects.create(
        line=line,
        taken_at=now,
        taken_by=by[:120],
        expires_at=now + KEPT_FOR,
        payload=seal(json.dumps(kept).encode()).decode(),
        audio=audio_of(line.pk),
    )


def erase_audio(lines: Collection[Line], *, by: str, now: datetime) -> None:
    """Have the worker delete the lines' recordings, and withdraw the mail that carries them, in this transaction."""
    ids = [line.pk for line in lines]
    OutgoingMail.objects.filter(message__mailbox__line_id__in=ids).delete()
    audio = audio_among(ids)
    rows = [
        LineSnapshot(
            line_id=line_id,
            taken_at=now,
            taken_by=by[:120],
            expires_at=now,
            audio=tokens,
            state=SnapshotState.ERASED,
        )
        for line_id, tokens in audio.items()
    ]
    LineSnapshot.objects.bulk_create(rows)


def erase_snapshots(line_id: int, *, snapshot_id: int | None = None) -> int:
    """Blank the line's former states (or one of them); the worker deletes the recordings. Return how many."""
    kept = LineSnapshot.objects.filter(line_id=line_id).exclude(state=SnapshotState.ERASED)
    if snapshot_id is not None:
        kept = kept.filter(pk=snapshot_id)
    # What is being restored has its rows back already: its recordings are wanted.
    return kept.exclude(state=SnapshotState.RESTORING).update(payload="", state=SnapshotState.ERASED)


def take_away(line: Line, *, groups: bool) -> None:
    """Delete the subscriber's rows and, if asked, the line's memberships."""
    keys: dict[type[models.Model], list[Any]] = {}
    for row in personal_rows(line.pk):
        keys.setdefault(type(row), []).append(row.pk)
    for model in reversed(keys):  # what hangs on other rows goes before them
        model._base_manager.filter(pk__in=keys[model]).delete()  # noqa: SLF001 - whatever managers hide
    if groups:
        for membership in memberships_of(line.pk):
            membership.delete()


def usual_settings(line_id: int) -> dict[str, Any]:
    """Return the call settings of a line nobody has changed yet."""
    mailbox = Mailbox.objects.filter(line_id=line_id).first()
    return default_values(CallSettings) | settings_without(mailbox)


def read_parts(snapshot: LineSnapshot) -> tuple[dict[str, dict[str, Any]], list[models.Model]]:
    """Return the kept columns of the line, its user, call settings and mailbox, and the rows to put back.

    A column or table that has gone since is left out, a new one keeps its default.
    """
    kept = json.loads(unseal(snapshot.payload.encode()))
    parts: dict[str, dict[str, Any]] = {}
    for part in _read(kept["parts"]):
        names = _columns_put_back(part)
        parts[part._meta.model_name or ""] = {name: getattr(part, name) for name in names}  # noqa: SLF001
    return parts, [*_read(kept["rows"]), *_read(kept["memberships"])]


def put_back(rows: list[models.Model]) -> None:
    """Insert the rows under their own keys; one whose group (or other owner) is gone since stays away."""
    for row in rows:
        if not _exists(row) and _has_owners(row):
            models.Model.save_base(row, raw=True, force_insert=True)


def _columns_put_back(part: models.Model) -> list[str]:
    match part:
        case Line():
            return list(PERSONAL_FIELDS)
        case User():
            return list(CREDENTIALS)
        case _:
            return [name for name in default_values(type(part)) if name not in NEVER_PUT_BACK]


def _written(rows: list[models.Model]) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(serializers.serialize("json", rows))
    return read


def _read(rows: list[dict[str, Any]]) -> list[models.Model]:
    return [
        found.object for found in serializers.deserialize("json", json.dumps(rows), ignorenonexistent=True)
    ]


def _exists(row: models.Model) -> bool:
    return bool(type(row)._base_manager.filter(pk=row.pk).exists())  # noqa: SLF001


def _has_owners(row: models.Model) -> bool:
    fields = [field for field in row._meta.concrete_fields if isinstance(field, models.ForeignKey)]  # noqa: SLF001
    owners = [(field.related_model, getattr(row, field.attname)) for field in fields]
    return all(key is None or model._base_manager.filter(pk=key).exists() for model, key in owners)  # noqa: SLF001
