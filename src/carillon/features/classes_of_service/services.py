"""Creating and changing classes of service (the operator does)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from carillon.calls.model import CallClass
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    bump_group,
    check_name,
    differing,
    lock_every_group,
    record_change,
    write_version,
)
from carillon.features.classes_of_service.models import ClassOfService


def create_class_of_service(
    *, actor: Actor, name: str, permitted: Collection[CallClass], now: datetime
) -> ClassOfService:
    """Create a class of service with a name unique on the platform; no call changes until a line has it."""
    with transaction.atomic():
        lock_every_group()  # of two created at once with one name, the second is told
        clean, problem = check_name(name, limit=64)
        if problem is None and ClassOfService.objects.filter(name=clean).exists():
            problem = Problem(ErrorCode.ALREADY_USED, {"by": clean})
        if problem is not None:
            raise Invalid({"name": problem})
        stored = _stored(permitted)
        row = ClassOfService.objects.create(name=clean, permitted=stored)
        new = {"name": clean, "permitted": stored}
        record_change(actor=actor, change=_change(row, "create", {}, new, row.version), now=now)
    return row


def change_permitted(
    *,
    actor: Actor,
    class_of_service_id: int,
    permitted: Collection[CallClass],
    seen_version: int,
    now: datetime,
) -> Receipt:
    """Change which classes of call are permitted, for every line that has this class of service."""
    return change_class_of_service(
        actor=actor,
        class_of_service_id=class_of_service_id,
        name=None,
        permitted=permitted,
        seen_version=seen_version,
        now=now,
    )


def change_class_of_service(
    *,
    actor: Actor,
    class_of_service_id: int,
    name: str | None,
    permitted: Collection[CallClass],
    seen_version: int,
    now: datetime,
) -> Receipt:
    """Change the name (None: keep it) and the permitted classes, for every line that has this class of service."""
    with transaction.atomic():
        lock_every_group()
        row = ClassOfService.objects.get(pk=class_of_service_id)
        clean, problem = check_name(row.name if name is None else name, limit=64)
        if problem is None and ClassOfService.objects.filter(name=clean).exclude(pk=row.pk).exists():
            problem = Problem(ErrorCode.ALREADY_USED, {"by": clean})
        if problem is not None:
            raise Invalid({"name": problem})
        before = {"name": row.name, "permitted": row.permitted}
        old, new = differing(before, {"name": clean, "permitted": _stored(permitted)})
        if not new:
            return Receipt("class_of_service", row.pk, row.version, None, 0, now)
        bump_group(None)
        version = write_version(
            ClassOfService.objects.all(),
            kind="class_of_service",
            object_id=row.pk,
            seen_version=seen_version,
            values=new,
        )
        return record_change(actor=actor, change=_change(row, "change", old, new, version), now=now)


def delete_class_of_service(*, actor: Actor, class_of_service_id: int, now: datetime) -> Receipt:
    """Delete a class of service; refused (`class_of_service`) while a line has it."""
    with transaction.atomic():
        bump_group(None)  # locks every group: no line gets it meanwhile
        row = ClassOfService.objects.get(pk=class_of_service_id)
        line = row.line_set.first()
        if line is not None:
            raise Invalid({"class_of_service": Problem(ErrorCode.IN_USE, {"by": str(line)})})
        old = {"name": row.name, "permitted": row.permitted}
        change = _change(row, "delete", old, {}, row.version + 1)
        row.delete()
        return record_change(actor=actor, change=change, now=now)


def _stored(permitted: Collection[CallClass]) -> list[str]:
    return [call_class.value for call_class in CallClass if call_class in permitted]


def _change(
    row: ClassOfService, action: str, old: Mapping[str, object], new: Mapping[str, object], version: int
) -> Change:
    # The groups are counted up by the service itself, before it reads (change_permitted).
    return Change(
        kind="class_of_service",
        object_id=row.pk,
        label=row.name,
        action=action,
        version=version,
        group_id=None,
        old=old,
        new=new,
        governs_calls=False,
    )
