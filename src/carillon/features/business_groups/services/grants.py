"""What the operator grants a business group: features, permissions of its administrators, licences."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from carillon.features.audit.services import Actor, ErrorCode, Invalid, Problem, Receipt
from carillon.features.business_groups.choices import GroupFeature, GroupPermission
from carillon.features.business_groups.services.changes import write_group

MOST_LICENCES = 1_000_000


@dataclass(frozen=True, slots=True)
class Grants:
    """All that a group is granted; licences None are unlimited."""

    features: Collection[str]
    permissions: Collection[str]
    basic: int | None
    premium: int | None


def change_grants(
    *, actor: Actor, group_id: int, grants: Grants, seen_version: int, now: datetime
) -> Receipt:
    """Change everything a group is granted at once; raises Invalid and StaleVersion."""
    errors = _licence_problems({"basic": grants.basic, "premium": grants.premium})
    if errors:
        raise Invalid(errors)
    wanted = {
        "features": [name for name in GroupFeature.values if name in grants.features],
        "permissions": [name for name in GroupPermission.values if name in grants.permissions],
        "basic_acd_licences": grants.basic,
        "premium_acd_licences": grants.premium,
    }
    return write_group(
        actor=actor,
        group_id=group_id,
        wanted=lambda _group: wanted,
        action="grant",
        seen_version=seen_version,
        now=now,
    )


def switch_feature(*, actor: Actor, group_id: int, feature: str, on: bool, now: datetime) -> Receipt:
    """Let a group have a feature, or take it away; what it configured there is kept."""
    return _switch(actor=actor, group_id=group_id, kind="feature", value=feature, on=on, now=now)


def switch_permission(*, actor: Actor, group_id: int, permission: str, on: bool, now: datetime) -> Receipt:
    """Give the administrators of a group a permission, or take it from them."""
    return _switch(actor=actor, group_id=group_id, kind="permission", value=permission, on=on, now=now)


def _switch(*, actor: Actor, group_id: int, kind: str, value: str, on: bool, now: datetime) -> Receipt:
    known = {"feature": GroupFeature.values, "permission": GroupPermission.values}[kind]
    if value not in known:
        raise Invalid({kind: Problem(ErrorCode.UNKNOWN_CHOICE, {"value": value[:40]})})
    field = f"{kind}s"
    return write_group(
        actor=actor,
        group_id=group_id,
        wanted=lambda group: {
            field: [name for name in known if (on if name == value else name in getattr(group, field))]
        },
        action="grant",
        seen_version=None,
        now=now,
    )


def set_licences(
    *, actor: Actor, group_id: int, basic: int | None, premium: int | None, now: datetime
) -> Receipt:
    """Set how many hunt groups may have basic and premium ACD; None is unlimited."""
    wanted = {"basic_acd_licences": basic, "premium_acd_licences": premium}
    errors = _licence_problems(wanted)
    if errors:
        raise Invalid(errors)
    return write_group(
        actor=actor,
        group_id=group_id,
        wanted=lambda _group: wanted,
        action="grant",
        seen_version=None,
        now=now,
    )


def _licence_problems(wanted: Mapping[str, int | None]) -> dict[str, Problem]:
    return {
        field: Problem(ErrorCode.OUT_OF_RANGE, {"low": 0, "high": MOST_LICENCES})
        for field, number in wanted.items()
        if number is not None and not 0 <= number <= MOST_LICENCES
    }
