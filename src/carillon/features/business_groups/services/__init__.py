"""Writes of business groups (the operator does them): the group itself, and what it is granted."""

from carillon.features.business_groups.services.grants import (
    Grants,
    change_grants,
    set_licences,
    switch_feature,
    switch_permission,
)
from carillon.features.business_groups.services.groups import (
    GroupDetails,
    change_group,
    change_main_number,
    create_group,
    suspend_group,
)

__all__ = [
    "Grants",
    "GroupDetails",
    "change_grants",
    "change_group",
    "change_main_number",
    "create_group",
    "set_licences",
    "suspend_group",
    "switch_feature",
    "switch_permission",
]
