"""Creating, renaming, moving and deleting departments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import OuterRef, Subquery

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access, NotFound, Target, may
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    check_name,
    differing,
    lock_group,
    record_change,
    write_version,
)
from carillon.features.departments.models import Department
from carillon.features.departments.queries import access_department, contents_of
from carillon.web.search import fold

LONGEST_PATH = 255
AT_ONCE = 500
"""Rows in one statement; every database takes so many."""


def create_department(
    *, actor: Actor, group_id: int, name: str, parent_id: int | None = None, now: datetime
) -> Department:
    """Create a department below another of the same group, or at the top; its path ends with its own id."""
    with transaction.atomic():
        return _create(actor=actor, group_id=group_id, name=name, parent_id=parent_id, now=now)[0]


def add_department(
    *, access: Access, group_id: int, name: str, parent_id: int | None, now: datetime
) -> Receipt:
    """Create a department where the user manages them; raises NotFound and Invalid (`name`, `parent`)."""
    with transaction.atomic():
        parent = access_department(access, parent_id) if parent_id is not None else None
        place = Target(group_id, parent.path if parent else "")
        if not may(access, Action.MANAGE_DEPARTMENTS, place):
            raise NotFound("department", parent_id)
        actor = actor_for(access.user)
        return _create(actor=actor, group_id=group_id, name=name, parent_id=parent_id, now=now)[1]


def _create(
    *, actor: Actor, group_id: int, name: str, parent_id: int | None, now: datetime
) -> tuple[Department, Receipt]:
    lock_group(group_id)
    parent = Department.objects.filter(pk=parent_id, group_id=group_id).first() if parent_id else None
    if parent_id and parent is None:
        raise Invalid({"parent": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": parent_id})})
    clean, errors = _name_problems(name, group_id=group_id, parent=parent)
    if errors:
        raise Invalid(errors)
    written = f"{parent.full_name}/{clean}" if parent else clean
    department = Department.objects.create(group_id=group_id, parent=parent, name=clean, full_name=written)
    department.path = _path(parent, department.pk)
    if len(department.path) > LONGEST_PATH:
        raise Invalid({"parent": Problem(ErrorCode.TOO_DEEP)})
    department.save(update_fields=["path"])
    change = _change(department, "create", {}, {"name": clean, "parent": parent.full_name if parent else ""})
    return department, record_change(actor=actor, change=change, now=now)


def change_department(
    *,
    access: Access,
    department_id: int,
    name: str,
    parent_id: int | None,
    seen_version: int,
    now: datetime,
) -> Receipt:
    """Rename a department, or move it below another one (None: to the top) with everything below it.

    The written paths of its subtree and of the lines there follow; its own id, and so what refers to it, stays.
    Raises NotFound, Invalid (`name`, `parent`) and StaleVersion.
    """
    with transaction.atomic():
        department, config_version = _lock(access, department_id)
        parent, errors = _new_parent(access, department, parent_id)
        clean, wrong_name = _name_problems(
            name, group_id=department.group_id, parent=parent, own_id=department.pk
        )
        if errors | wrong_name:
            raise Invalid(errors | wrong_name)
        old, new = differing(
            {"name": department.name, "parent": department.parent.full_name if department.parent else ""},
            {"name": clean, "parent": parent.full_name if parent else ""},
        )
        if not new:
            return Receipt(
                "department", department.pk, department.version, department.group_id, config_version, now
            )
        version = write_version(
            Department.objects.all(),
            kind="department",
            object_id=department.pk,
            seen_version=seen_version,
            values={"name": clean, "parent": parent},
        )
        _rewrite_subtree(department, parent)
        change = _change(Department.objects.get(pk=department.pk), "change", old, new, version)
        return record_change(actor=actor_for(access.user), change=change, now=now)


def delete_department(*, access: Access, department_id: int, now: datetime) -> Receipt:
    """Delete an empty department; raises NotFound, and Invalid (`department`) while anything is in it."""
    with transaction.atomic():
        department, _ = _lock(access, department_id)
        if contents_of(department):
            raise Invalid({"department": Problem(ErrorCode.NOT_EMPTY)})
        old = {"name": department.name, "parent": department.parent.full_name if department.parent else ""}
        change = _change(department, "delete", old, {}, department.version + 1)
        department.delete()
        return record_change(actor=actor_for(access.user), change=change, now=now)


def _lock(access: Access, department_id: int) -> tuple[Department, int]:
    """Lock the department's group; return the department, if it is the user's, and the configuration version."""
    group_id = access_department(access, department_id).group_id
    config_version = lock_group(group_id)
    return access_department(access, department_id), config_version


def _new_parent(
    access: Access, department: Department, parent_id: int | None
) -> tuple[Department | None, dict[str, Problem]]:
    """Return the parent asked for, and what is wrong with it: out of scope, or below the department itself."""
    if parent_id == department.parent_id:
        return department.parent, {}
    parent = Department.objects.filter(pk=parent_id or 0, group_id=department.group_id).first()
    if parent is not None and parent.path.startswith(department.path):
        return parent, {"parent": Problem(ErrorCode.BELOW_ITSELF)}
    place = Target(department.group_id, parent.path if parent else "")
    if (parent is None and parent_id is not None) or not may(access, Action.MANAGE_DEPARTMENTS, place):
        return None, {"parent": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": parent_id or ""})}
    longest = max(len(path) for path in _subtree(department).values_list("path", flat=True))
    if longest - len(department.path) + len(_path(parent, department.pk)) > LONGEST_PATH:
        return parent, {"parent": Problem(ErrorCode.TOO_DEEP)}
    return parent, {}


def _name_problems(
    name: str, *, group_id: int, parent: Department | None, own_id: int | None = None
) -> tuple[str, dict[str, Problem]]:
    clean, problem = check_name(name, limit=64)
    if problem is None and "/" in clean:
        problem = Problem(ErrorCode.BAD_CHARACTER, {"character": "/"})
    siblings = Department.objects.filter(group_id=group_id, parent=parent, name=clean).exclude(pk=own_id or 0)
    if problem is None and siblings.exists():
        problem = Problem(ErrorCode.ALREADY_USED, {"by": clean})
    return clean, {"name": problem} if problem else {}


def _subtree(department: Department) -> Any:
    return Department.objects.filter(group_id=department.group_id, path__startswith=department.path)


def _path(parent: Department | None, department_id: int) -> str:
    return f"{parent.path if parent else '/'}{department_id}/"


def _rewrite_subtree(department: Department, parent: Department | None) -> None:
    """Write path, written path and its folded copy of the department and all below it, and those of their lines."""
    rows = sorted(_subtree(department), key=lambda row: row.path.count("/"))
    written = {parent.pk: parent.full_name} if parent else {}
    start = _path(parent, department.pk)
    for row in rows:
        above = written.get(row.parent_id or 0, "")
        row.full_name = f"{above}/{row.name}" if above else row.name
        row.path = start + row.path.removeprefix(department.path)
        row.name_key = fold(row.full_name)[: Department._meta.get_field("name_key").max_length]  # noqa: SLF001
        written[row.pk] = row.full_name
    Department.objects.bulk_update(rows, ["full_name", "path", "name_key"], batch_size=AT_ONCE)
    # Lines belong to a feature that uses this one, so they are found by name, as string foreign keys are.
    lines: Any = apps.get_model("lines", "Line")
    place = Department.objects.filter(pk=OuterRef("department_id")).values("name_key")
    for first in range(0, len(rows), AT_ONCE):
        ids = [row.pk for row in rows[first : first + AT_ONCE]]
        lines.objects.filter(department_id__in=ids).update(department_key=Subquery(place))


def _change(
    department: Department, action: str, old: Mapping[str, Any], new: Mapping[str, Any], version: int = 1
) -> Change:
    return Change(
        kind="department",
        object_id=department.pk,
        label=department.name,
        action=action,
        version=version,
        group_id=department.group_id,
        department_path=department.path,
        old=old,
        new=new,
    )
