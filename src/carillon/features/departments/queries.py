"""Reading departments."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from carillon.features.accounts.choices import Role
from carillon.features.accounts.queries import Access, NotFound
from carillon.features.departments.models import Department
from carillon.web.lists.page import Scope
from carillon.web.search import Term


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


ALL, ROOT = "all", "root"
MOST_FOUND = 40
MOST_MATCHING = 1000
"""Departments whose lines a search adds: a text that more of them hold is found in their lines' names too."""


def scope_of(access: Access, asked: str) -> Scope:
    """Return the department a list is limited to: *View all*, the group itself (`root`), or one department's id.

    Raises NotFound for a department that is not the reader's; an empty or unreadable wish is *View all*.
    """
    if asked == ROOT and access.role is Role.GROUP_ADMINISTRATOR:
        return Scope(ROOT, root_name(access), everything=False)
    if asked.isascii() and asked.isdigit() and len(asked) < 18:
        department = departments_in_scope(access).filter(pk=int(asked)).first()
        if department is None:
            raise NotFound("department", asked)
        return Scope(str(department.pk), department.full_name, everything=False)
    return Scope(ALL, gettext("View all"), everything=True)


def root_name(access: Access) -> str:
    """Return what stands for the lines that belong to no department."""
    return gettext("%(company)s (no department)") % {"company": access.group.name if access.group else ""}


def limit(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Return the rows (with a `department`) of the scope, without those of sub-departments."""
    if scope.everything:
        return rows
    if scope.value == ROOT:
        return rows.filter(department__isnull=True)
    return rows.filter(department_id=int(scope.value))


def find_departments(access: Access, term: Term) -> list[Department]:
    """Return the first departments of the reader's scope whose written path holds the term (one query)."""
    found = departments_in_scope(access).order_by("name_key")
    if term:
        found = found.filter(name_key__holds=term.text)
    return list(found[:MOST_FOUND])


def matching_ids(access: Access, term: Term) -> list[int]:
    """Return the departments of the reader's scope whose own name holds the term, for the search of a list."""
    found = departments_in_scope(access).order_by().filter(name_key__holds=term.text)
    return list(found.values_list("pk", flat=True)[:MOST_MATCHING])
