"""A group's rows -> the group as call decisions see it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from carillon.calls.directory import Group, Route
from carillon.calls.model import E164, GroupId, Language, Ref, TrunkName
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.classes_of_service.snapshot import call_classes
from carillon.features.trunks.models import Route as RouteRow

_FIELDS = (
    "pk", "version", "config_version", "name", "language", "timezone", "home_region", "outside_prefix",
    "seven_digit_area_code", "local_area_codes", "domestic_regions", "main_number", "show_main_number",
    "emergency_callback",
)  # fmt: skip
_ROUTE_FIELDS = (
    "pk", "version", "group_id", "position", "classes", "trunk__name", "trunk__own_numbers_only",
    "trunk__unicode_names",
)  # fmt: skip


def load_group(group_id: int) -> Group | None:
    """Return the group, or None when it is gone (three queries)."""
    row = BusinessGroup.objects.filter(pk=group_id).values(*_FIELDS).first()
    return _group(row) if row is not None else None


def _group(row: dict[str, Any]) -> Group:
    return Group(
        id=GroupId(row["pk"]),
        ref=Ref("business_group", row["pk"], row["version"]),
        version=row["config_version"],
        name=row["name"],
        language=Language(row["language"]),
        timezone=row["timezone"],
        home_region=row["home_region"],
        outside_prefix=row["outside_prefix"],
        seven_digit_area_code=row["seven_digit_area_code"],
        local_area_codes=frozenset(row["local_area_codes"]) | _area_codes_of_blocks(row["pk"]),
        domestic_regions=frozenset(row["domestic_regions"]) or frozenset({"CA", "US"}),
        main_number=E164(row["main_number"]) if row["main_number"] else None,
        show_main_number=row["show_main_number"],
        emergency_callback=E164(row["emergency_callback"]) if row["emergency_callback"] else None,
        routes=_routes(row["pk"]),
    )


def _area_codes_of_blocks(group_id: int) -> frozenset[str]:
    """Return the area codes of the group's North American blocks: `+1514...` -> `514`."""
    firsts = BusinessGroup.objects.filter(pk=group_id, number_blocks__first__startswith="+1")
    return frozenset(first[2:5] for first in firsts.values_list("number_blocks__first", flat=True) if first)


def _routes(group_id: int) -> tuple[Route, ...]:
    """Return the group's own routes in their order, then those of the whole platform in theirs."""
    mine_or_shared = Q(group_id=group_id) | Q(group_id__isnull=True)
    rows = RouteRow.objects.filter(mine_or_shared).order_by().values_list(*_ROUTE_FIELDS)
    ordered = sorted(rows, key=lambda row: (row[2] is None, row[3], row[0]))
    return tuple(
        Route(
            ref=Ref("route", pk, version),
            trunk=TrunkName(trunk),
            classes=call_classes(classes, kind="route", object_id=pk, field="classes"),
            own_numbers_only=own_numbers_only,
            carries_unicode_names=unicode_names,
        )
        for pk, version, _group_id, _position, classes, trunk, own_numbers_only, unicode_names in ordered
    )
