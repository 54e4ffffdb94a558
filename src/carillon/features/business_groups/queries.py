"""Reading business groups, and what each was granted."""

from __future__ import annotations

from carillon.features.business_groups.choices import GroupFeature, GroupPermission
from carillon.features.business_groups.models import BusinessGroup


def config_version(group_id: int) -> int | None:
    """Return the group's configuration version, None when the group is gone (one query by primary key)."""
    return BusinessGroup.objects.filter(pk=group_id).values_list("config_version", flat=True).first()


def group_ids() -> list[int]:
    """Return the ids of all groups, in their order (one query)."""
    return list(BusinessGroup.objects.order_by("pk").values_list("pk", flat=True))


def has_feature(group: BusinessGroup | None, feature: GroupFeature) -> bool:
    """Say whether the group subscribes to a feature; without a group (an operator) everything is there."""
    return group is None or feature.value in group.features


def has_permission(group: BusinessGroup | None, permission: GroupPermission) -> bool:
    """Say whether the administrators of the group have a permission; an operator needs none."""
    return group is None or permission.value in group.permissions
