"""Creating, changing and deleting routes: which classes of call leave by which trunk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.calls.model import CallClass
from carillon.features.audit.services import (
    Actor,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    differing,
    lock_every_group,
    lock_group,
    write_version,
)
from carillon.features.trunks.models import Route, Trunk
from carillon.features.trunks.services.changes import record

MOST_POSITIONS = 1000


def create_route(
    *,
    actor: Actor,
    trunk_id: int,
    classes: Collection[CallClass],
    group_id: int | None = None,
    position: int = 1,
    now: datetime,
) -> Route:
    """Let these classes of call leave by the trunk, for one group or (None) for all, in `position` order."""
    values = _values(trunk_id=trunk_id, classes=classes, position=position)
    with transaction.atomic():
        lock_every_group()
        same = Route.objects.filter(group_id=group_id, **values).select_related("trunk").first()
        if same is not None:
            raise Invalid({"position": Problem(ErrorCode.ALREADY_USED, {"by": same.trunk.label})})
        route = Route.objects.create(group_id=group_id, **values)
        record(actor=actor, row=route, action="create", version=1, new=values, now=now)
    return route


def change_route(
    *,
    actor: Actor,
    route_id: int,
    trunk_id: int,
    classes: Collection[CallClass],
    position: int,
    seen_version: int,
    now: datetime,
) -> Receipt:
    """Change a route's trunk, classes and place; raises Invalid and StaleVersion."""
    wanted = _values(trunk_id=trunk_id, classes=classes, position=position)
    with transaction.atomic():
        route = Route.objects.get(pk=route_id)
        if route.group_id is None:
            lock_every_group()
        else:
            lock_group(route.group_id)
        old, new = differing({name: getattr(route, name) for name in wanted}, wanted)
        if not new:
            return Receipt("route", route.pk, route.version, route.group_id, 0, now)
        version = write_version(
            Route.objects.all(), kind="route", object_id=route_id, seen_version=seen_version, values=new
        )
        return record(actor=actor, row=route, action="change", version=version, old=old, new=new, now=now)


def delete_route(*, actor: Actor, route_id: int, now: datetime) -> Receipt:
    """Delete a route; the next one of its classes serves the next call."""
    with transaction.atomic():
        route = Route.objects.get(pk=route_id)
        old = {"trunk_id": route.trunk_id, "position": route.position, "classes": route.classes}
        receipt = record(actor=actor, row=route, action="delete", version=route.version + 1, old=old, now=now)
        route.delete()
        return receipt


def _values(*, trunk_id: int, classes: Collection[CallClass], position: int) -> dict[str, Any]:
    errors = {}
    if not Trunk.objects.filter(pk=trunk_id).exists():
        errors["trunk_id"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": trunk_id})
    if not classes:
        errors["classes"] = Problem(ErrorCode.REQUIRED)
    if not 1 <= position <= MOST_POSITIONS:
        errors["position"] = Problem(ErrorCode.OUT_OF_RANGE, {"low": 1, "high": MOST_POSITIONS})
    if errors:
        raise Invalid(errors)
    stored = [call_class.value for call_class in CallClass if call_class in classes]
    return {"trunk_id": trunk_id, "position": position, "classes": stored}
