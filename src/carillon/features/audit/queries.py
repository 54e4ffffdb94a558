"""Reading the record of changes."""

from __future__ import annotations

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
