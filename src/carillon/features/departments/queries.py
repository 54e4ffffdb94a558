"""Reading departments."""

from __future__ import annotations

from django.db.models import QuerySet

from carillon.features.accounts.choices import Role
from carillon.features.accounts.queries import Access
from carillon.features.departments.models import Department


def departments_in_scope(access: Access) -> QuerySet[Department]:
    """Return the departments the user administers, parents before children; none for a subscriber."""
    departments = Department.objects.order_by("path")
    match access.role:
        case Role.OPERATOR:
            return departments
        case Role.GROUP_ADMINISTRATOR:
            return departments.filter(group_id=access.group_id)
        case Role.DEPARTMENT_ADMINISTRATOR if access.department_path:
            return departments.filter(group_id=access.group_id, path__startswith=access.department_path)
        case _:
            return departments.none()
