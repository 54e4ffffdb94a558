"""Reading business groups."""

from __future__ import annotations

from carillon.features.business_groups.models import BusinessGroup


def config_version(group_id: int) -> int | None:
    """Return the group's configuration version, None when the group is gone (one query by primary key)."""
    return BusinessGroup.objects.filter(pk=group_id).values_list("config_version", flat=True).first()


def group_ids() -> list[int]:
    """Return the ids of all groups, in their order (one query)."""
    return list(BusinessGroup.objects.order_by("pk").values_list("pk", flat=True))
