"""How a change of a trunk or a route is kept in the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from carillon.features.audit.services import Actor, Change, Receipt, record_change
from carillon.features.trunks.models import Route, Trunk


def record(
    *,
    actor: Actor,
    row: Trunk | Route,
    action: str,
    version: int,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    now: datetime,
) -> Receipt:
    """Keep the change, trunks by name; a trunk, or a route of the whole platform, counts every group up."""
    change = Change(
        kind="trunk" if isinstance(row, Trunk) else "route",
        object_id=row.pk,
        label=row.label if isinstance(row, Trunk) else f"{row.trunk.label} {row.position}",
        action=action,
        version=version,
        group_id=None if isinstance(row, Trunk) else row.group_id,
        old=_in_names(old or {}),
        new=_in_names(new or {}),
    )
    return record_change(actor=actor, change=change, now=now)


def _in_names(values: Mapping[str, Any]) -> Mapping[str, Any]:
    if "trunk_id" not in values:
        return values
    return {**values, "trunk_id": Trunk.objects.values_list("label", flat=True).get(pk=values["trunk_id"])}
