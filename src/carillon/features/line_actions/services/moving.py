"""Moving lines to another department, thousands at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Action, Reach
from carillon.features.accounts.queries import Access, NotFound, reach
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import (
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    lock_group,
    record_changes,
)
from carillon.features.departments.models import Department
from carillon.features.departments.queries import departments_in_scope
from carillon.features.lines.models import Line
from carillon.features.lines.queries import lines_in_scope
from carillon.features.lines.services import note_keys
from carillon.web.statements import in_pieces


@dataclass(frozen=True, slots=True)
class Moved:
    """How many lines changed their department, and the receipt (None when all were there already)."""

    count: int
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    group_id: int
    number: str
    name: str
    version: int
    department_id: int | None
    department: str | None


def move_lines(
    *, access: Access, line_ids: Collection[int], department_id: int | None, now: datetime
) -> Moved:
    """Move all the lines to a department (None: to the business group directly), or none of them.

    Raises Invalid (`selected`) without lines, and NotFound if one line or the department is out of scope.
    """
    wanted = sorted(set(line_ids))
    if not wanted:
        raise Invalid({"selected": Problem(ErrorCode.REQUIRED)})
    with transaction.atomic():
        group_id = _group_of(access, wanted)
        lock_group(group_id)
        department = _target(access, group_id, department_id)
        rows = [row for part in in_pieces(wanted) for row in _read(access, group_id, part)]
        if len(rows) != len(wanted):
            raise NotFound("line", wanted)
        moving = [row for row in rows if row.department_id != department_id]
        if not moving:
            return Moved(0, None)
        for part in in_pieces([row.id for row in moving]):
            lines = Line.objects.filter(pk__in=part)
            lines.update(department_id=department_id, version=F("version") + 1)
            note_keys(group_id=group_id, line_ids=part)
        changes = [_change(row, department) for row in moving]
        receipt = record_changes(actor=actor_for(access.user), changes=changes, now=now)
    return Moved(len(moving), receipt)


def _group_of(access: Access, wanted: Sequence[int]) -> int:
    """Return the one group of the lines: that of the first; the others must be of it too."""
    lines = lines_in_scope(access, Action.MOVE_LINES).order_by()
    group_id = lines.filter(pk=wanted[0]).values_list("group_id", flat=True).first()
    if group_id is None:
        raise NotFound("line", wanted[0])
    return group_id


def _target(access: Access, group_id: int, department_id: int | None) -> Department | None:
    if department_id is None:
        if reach(access, Action.MOVE_LINES) in {Reach.GROUP, Reach.PLATFORM}:
            return None
        raise NotFound("department", None)
    departments = departments_in_scope(access).filter(group_id=group_id)
    found = departments.filter(pk=department_id).first()
    if found is None:
        raise NotFound("department", department_id)
    return found


def _read(access: Access, group_id: int, ids: Sequence[int]) -> list[_Row]:
    lines = lines_in_scope(access, Action.MOVE_LINES).select_related(None).order_by()
    columns = ("id", "group_id", "number", "name", "version", "department_id", "department__name")
    return [_Row(*row) for row in lines.filter(pk__in=ids, group_id=group_id).values_list(*columns)]


def _change(row: _Row, department: Department | None) -> Change:
    return Change(
        kind="line",
        object_id=row.id,
        label=f"{row.number} {row.name}",
        action="move",
        version=row.version + 1,
        group_id=row.group_id,
        department_path=department.path if department else "",
        old={"department": row.department or ""},
        new={"department": department.name if department else ""},
    )
