"""Reading the record of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from carillon.features.audit.models import AuditEntry


def entries_of(*, group_id: int | None, department_path: str = "") -> QuerySet[AuditEntry]:
    """Return a scope's changes, newest first; None is the whole platform, "" the whole group."""
    entries = AuditEntry.objects.order_by("-id")
    if group_id is not None:
        entries = entries.filter(group_id=group_id)
    if department_path:
        entries = entries.filter(department_path__startswith=department_path)
    return entries


def history(*, kind: str, object_id: int) -> QuerySet[AuditEntry]:
    """Return one object's changes, newest first."""
    return AuditEntry.objects.filter(kind=kind, object_id=object_id).order_by("-id")


@dataclass(frozen=True, slots=True)
class Part:
    """What one save changed of one object: the version it made, and the changed values as they were before."""

    object_id: int
    version: int
    old: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What one save changed, by kind of object."""

    parts: Mapping[str, Part]

    def old(self, kind: str) -> dict[str, Any]:
        """Return the changed values of the object of this kind as they were; {} where it was not changed."""
        return dict(self.parts[kind].old) if kind in self.parts else {}

    def version(self, kind: str, otherwise: int) -> int:
        """Return the version the save made of the object of this kind, else `otherwise`: it was not changed."""
        return self.parts[kind].version if kind in self.parts else otherwise


def act_of(entry_id: int, *, user_id: int) -> Act | None:
    """Return the save of this user that an entry belongs to, None where there is none (two queries)."""
    first = AuditEntry.objects.filter(pk=entry_id, user_id=user_id).first()
    if first is None:
        return None
    together = AuditEntry.objects.filter(
        group_id=first.group_id, config_version=first.config_version, user_id=user_id, at=first.at
    )
    return Act({one.kind: Part(one.object_id, one.version, one.old) for one in together})
