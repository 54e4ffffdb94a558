"""Reading departments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet
from django.utils.translation import gettext

from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.queries import Access, NotFound, Target, may
from carillon.features.departments.models import Department
from carillon.web.lists.page import Scope
from carillon.web.search import Term, fold


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


def departments_holding(access: Access, term: Term, group_id: int | None = None) -> QuerySet[Department]:
    """Return the departments of the reader's scope whose written path holds the term, for the search of a list.

    `group_id` limits them to one group's, for an operator, whose scope is every group.
    """
    found = departments_in_scope(access).order_by().filter(name_key__holds=term.text)
    return found if group_id is None else found.filter(group_id=group_id)


def access_department(access: Access, department_id: int) -> Department:
    """Return the department, its parent joined, if the user manages it; else raise NotFound."""
    found = Department.objects.select_related("parent", "group").filter(pk=department_id).first()
    if found is None or not may(access, Action.MANAGE_DEPARTMENTS, Target(found.group_id, found.path)):
        raise NotFound("department", department_id)
    return found


def tree_of(group_id: int) -> list[Department]:
    """Return the group's departments, each after its parent and by name among its siblings, with `line_count`.

    Sorted here: no collation of a database keeps a department before those below it and away from its neighbours'.
    """
    departments = Department.objects.filter(group_id=group_id).annotate(line_count=Count("lines"))
    return sorted(departments, key=lambda one: [(fold(part), part) for part in one.full_name.split("/")])


def possible_parents(department: Department) -> list[Department]:
    """Return the departments of the group it can be moved below: those that are not in its own subtree."""
    return [one for one in tree_of(department.group_id) if not one.path.startswith(department.path)]


MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Content:
    """What of one kind (`lines.Line`) is in a department: how many rows, and the first of them."""

    kind: str
    plural: str
    count: int
    first: tuple[Model, ...]


def contents_of(department: Department) -> list[Content]:
    """Return everything that keeps the department from being deleted: whatever row of any table names it."""
    found = []
    for relation in department._meta.related_objects:  # noqa: SLF001 - Django's documented API
        model = relation.related_model
        rows = model._base_manager.filter(**{relation.field.name: department.pk}).order_by("pk")  # noqa: SLF001
        count = rows.count()
        if count:
            names = model._meta  # noqa: SLF001 - the same
            found.append(
                Content(names.label, str(names.verbose_name_plural), count, tuple(rows[:MOST_NAMED]))
            )
    return found
