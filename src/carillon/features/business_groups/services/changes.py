"""The one way a group's row is changed: locked, compared, counted up, recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.features.audit.services import (
    Actor,
    Change,
    Receipt,
    differing,
    lock_group,
    record_change,
    write_version,
)
from carillon.features.business_groups.models import BusinessGroup

Wanted = Callable[[BusinessGroup], Mapping[str, Any]]


def write_group(
    *, actor: Actor, group_id: int, wanted: Wanted, action: str, seen_version: int | None, now: datetime
) -> Receipt:
    """Write what `wanted` makes of the locked group; nothing is written when nothing differs.

    `seen_version` None is a switch that means the same whatever else was changed. Raises StaleVersion.
    """
    with transaction.atomic():
        config_version = lock_group(group_id)
        group = BusinessGroup.objects.get(pk=group_id)
        values = wanted(group)
        old, new = differing({name: getattr(group, name) for name in values}, values)
        if not new:
            return Receipt("business_group", group_id, group.version, group_id, config_version, now)
        version = write_version(
            BusinessGroup.objects.all(),
            kind="business_group",
            object_id=group_id,
            seen_version=group.version if seen_version is None else seen_version,
            values=new,
        )
        change = group_change(group, action, old, new, version)
        return record_change(actor=actor, change=change, now=now)


def group_change(
    group: BusinessGroup, action: str, old: Mapping[str, Any], new: Mapping[str, Any], version: int
) -> Change:
    """Return the change as the record keeps it."""
    return Change(
        kind="business_group",
        object_id=group.pk,
        label=group.name,
        action=action,
        version=version,
        group_id=group.pk,
        old=old,
        new=new,
    )
