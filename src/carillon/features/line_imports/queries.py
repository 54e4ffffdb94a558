"""Reading imports, and the picture of a group that a file of lines is compared with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from carillon.features.accounts.choices import Action, Reach
from carillon.features.accounts.queries import Access, NotFound, Target, may, reach
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.line_imports.models import LineImport
from carillon.features.lines.models import Line
from carillon.features.number_blocks.models import NumberBlock

FOLDER = "imports"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line as it is before an import."""

    id: int
    version: int
    number: str
    name: str
    department_id: int | None
    kind: str
    language: str
    class_of_service_id: int
    emergency_address: str
    extension_id: int | None
    extension: str
    has_mailbox: bool
    has_user: bool
    has_phone: bool = False


@dataclass(slots=True)
class Picture:
    """All of a group that an import of lines depends on; departments by written path (`A/B/C`)."""

    group: BusinessGroup
    blocks: list[tuple[str, str]]
    lines: dict[str, KnownLine]
    departments: dict[str, int]
    department_paths: dict[int, str]
    """The stored path (`/1/7/`) of each department."""
    classes: dict[str, int]
    extensions: dict[str, Extension]
    """Single extensions by their digits."""
    ranges: list[Extension] = field(default_factory=list)
    foreign: frozenset[str] = frozenset()
    """Numbers of the file that lines of other groups have; a block never allows it, a former one might have."""


_LINE = (
    "pk", "version", "number", "name", "department_id", "kind", "language", "class_of_service_id",
    "emergency_address", "extension__pk", "extension__first", "mailbox__pk", "user__pk",
)  # fmt: skip


def load_picture(group_id: int, numbers: Sequence[str]) -> Picture:
    """Return the group's picture for these numbers (some ten queries, and one per thousand numbers)."""
    group = BusinessGroup.objects.get(pk=group_id)
    lines: dict[str, KnownLine] = {}
    foreign: set[str] = set()
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        rows = Line.objects.filter(number__in=part)
        foreign |= set(rows.exclude(group_id=group_id).values_list("number", flat=True))
        own = list(rows.filter(group_id=group_id).order_by("pk").values_list(*_LINE))
        phones = set(
            Line.objects.filter(pk__in=[row[0] for row in own], phones__isnull=False).values_list(
                "pk", flat=True
            )
        )
        lines |= {row[2]: _known(row, phones) for row in own}
    written, stored = written_paths(group_id)
    extensions = list(Extension.objects.filter(group_id=group_id))
    return Picture(
        group=group,
        blocks=list(NumberBlock.objects.filter(group_id=group_id).values_list("first", "last")),
        lines=lines,
        departments=written,
        department_paths=stored,
        classes={name.casefold(): pk for pk, name in ClassOfService.objects.values_list("pk", "name")},
        extensions={row.first: row for row in extensions if row.first == row.last},
        ranges=[row for row in extensions if row.first != row.last],
        foreign=frozenset(foreign),
    )


def _known(row: Sequence[Any], phones: set[int]) -> KnownLine:
    parts = (row[11] is not None, row[12] is not None, row[0] in phones)
    columns: tuple[Any, ...] = (*row[:10], row[10] or "", *parts)
    return KnownLine(*columns)


def written_paths(group_id: int) -> tuple[dict[str, int], dict[int, str]]:
    """Return the group's departments by written path (`A/B/C`), and each one's stored path (one query)."""
    rows: list[Any] = list(
        Department.objects.filter(group_id=group_id).values_list("pk", "parent_id", "name", "path")
    )
    names = {pk: (parent, name) for pk, parent, name, _path in rows}

    def written(pk: int) -> str:
        parent, name = names[pk]
        return f"{written(parent)}/{name}" if parent is not None else name

    return {written(pk): pk for pk in names}, {pk: path for pk, _parent, _name, path in rows}


def may_import(access: Access, group_id: int) -> bool:
    """Say whether the user may import lines into the group: an operator, or its administrator where that is granted."""
    whole = reach(access, Action.MANAGE_LINES) in {Reach.GROUP, Reach.PLATFORM}
    return whole and may(access, Action.MANAGE_LINES, Target(group_id))


def imports_of(access: Access, group_id: int) -> QuerySet[LineImport]:
    """Return the group's imports, newest first; raises NotFound for a group the user may not import into."""
    if not may_import(access, group_id):
        raise NotFound("business_group", group_id)
    return LineImport.objects.filter(group_id=group_id).order_by("-id")


def group_for_import(access: Access, group_id: int) -> BusinessGroup:
    """Return the group, if the user may import lines into it, else raise NotFound."""
    group = BusinessGroup.objects.filter(pk=group_id).first()
    if group is None or not may_import(access, group_id):
        raise NotFound("business_group", group_id)
    return group


def access_import(access: Access, import_id: int) -> LineImport:
    """Return an import the user may see, else raise NotFound."""
    found = LineImport.objects.select_related("group").filter(pk=import_id).first()
    if found is None or not may_import(access, found.group_id):
        raise NotFound("line_import", import_id)
    return found


def file_of(row: LineImport) -> Path:
    """Return where the file of an import is."""
    return Path(settings.CARILLON_HOME) / row.file


def rows_of(row: LineImport) -> int:
    """Return about how many rows the file has (its lines), to choose who reads it."""
    return max(file_of(row).read_bytes().count(end) for end in (b"\n", b"\r"))


def progress_of(row: LineImport) -> int:
    """Return how many per cent of the present step are done: kept in a file, since a transaction hides its rows."""
    try:
        done, total = json.loads(file_of(row).with_suffix(".progress").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return min(100, int(100 * done / total)) if total else 0
