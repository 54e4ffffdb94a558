"""Creating departments."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    check_name,
    lock_group,
    record_change,
)
from carillon.features.departments.models import Department


def create_department(
    *, actor: Actor, group_id: int, name: str, parent_id: int | None = None, now: datetime
) -> Department:
    """Create a department below another of the same group, or at the top; its path ends with its own id."""
    clean, problem = check_name(name, limit=64)
    if problem is None and "/" in clean:
        problem = Problem(ErrorCode.BAD_CHARACTER, {"character": "/"})
    if problem is not None:
        raise Invalid({"name": problem})
    with transaction.atomic():
        lock_group(group_id)
        parent = Department.objects.filter(pk=parent_id, group_id=group_id).first() if parent_id else None
        if parent_id and parent is None:
            raise Invalid({"parent": Problem(ErrorCode.NOT_IN_GROUP, {"number": parent_id})})
        if Department.objects.filter(group_id=group_id, parent=parent, name=clean).exists():
            raise Invalid({"name": Problem(ErrorCode.ALREADY_USED, {"by": clean})})
        written = f"{parent.full_name}/{clean}" if parent else clean
        department = Department.objects.create(
            group_id=group_id, parent=parent, name=clean, full_name=written
        )
        department.path = f"{parent.path if parent else '/'}{department.pk}/"
        department.save(update_fields=["path"])
        change = Change(
            kind="department",
            object_id=department.pk,
            label=clean,
            action="create",
            version=1,
            group_id=group_id,
            department_path=department.path,
            new={"name": clean, "parent_id": parent_id},
        )
        record_change(actor=actor, change=change, now=now)
    return department
