"""What a file of lines would do: every row read, compared with the group, and either planned or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from carillon.calls import numbering
from carillon.features.audit.services import ErrorCode, check_name
from carillon.features.extensions.queries import holds, number_of
from carillon.features.extensions.services import digits_problem
from carillon.features.line_imports.choices import COLUMNS, MOST_LEVELS, MOST_ROWS
from carillon.features.line_imports.queries import KnownLine, Picture, load_picture
from carillon.features.line_imports.services.cells import CellReader
from carillon.features.lines.choices import PARTS, LineKind
from carillon.web.csv_files import Fault, Row, Table, read_csv, shown

Tell = Callable[[int, int], None]
"""Told the progress: how many of how many."""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One row that will be saved. `department` is a written path; with `known`, only `changes` are written.

    `changes` names fields as the record does: name, department, extension, language, class_of_service_id,
    emergency_address, voicemail, portal, phone.
    """

    row: int
    number: str
    name: str
    kind: LineKind
    department: str
    extension: str
    language: str
    class_of_service_id: int
    emergency_address: str
    voicemail: bool
    portal: bool
    phone: bool
    known: KnownLine | None = None
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What an import would do; with faults it does nothing."""

    picture: Picture
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    created: list[PlannedLine] = field(default_factory=list)
    changed: list[PlannedLine] = field(default_factory=list)
    unchanged: int = 0
    departments: list[str] = field(default_factory=list)
    """The written paths to create, parents before children."""


def plan_lines(*, group_id: int, data: bytes, tell: Tell | None = None) -> Plan:
    """Read the file and compare it with the group as it is now; changes nothing."""
    table = read_csv(data, COLUMNS, most_rows=MOST_ROWS)
    region = "CA"
    numbers = {row.number: _number(row.cells.get("number", ""), region) for row in table.rows}
    picture = load_picture(group_id, sorted({number for number in numbers.values() if number}))
    if picture.group.home_region != region:
        numbers = {
            row.number: _number(row.cells.get("number", ""), picture.group.home_region) for row in table.rows
        }
        picture = load_picture(group_id, sorted({number for number in numbers.values() if number}))
    plan = Plan(picture, rows=len(table.rows), faults=list(table.faults))
    if not table.titles or any(fault.code in _STRUCTURAL for fault in table.faults):
        return plan
    planner = _Planner(plan, table, numbers)
    for done, row in enumerate(table.rows):
        planner.take(row)
        if tell is not None and done % 500 == 0:
            tell(done, len(table.rows))
    return plan


_STRUCTURAL = frozenset({"csv_missing_column", "csv_unknown_column", "csv_repeated_column"})


def _number(typed: str, region: str) -> str:
    digits = numbering.clean_typed(typed) if typed else None
    return (numbering.parse_incoming(digits, region) or "") if digits else ""


class _Planner(CellReader):
    """Takes the rows one after another, remembering what earlier ones use."""

    def __init__(self, plan: Plan, table: Table, numbers: Mapping[int, str]) -> None:
        super().__init__(plan.picture, table.titles)
        self.plan = plan
        self.numbers = numbers
        self.seen: dict[str, int] = {}
        self.extensions: dict[str, int] = {}
        self.by_number = {row.first_number: row for row in plan.picture.extensions.values()}
        self.new_departments: set[str] = set()
        self.written = {pk: path for path, pk in plan.picture.departments.items()}

    def take(self, row: Row) -> None:
        """Plan the row, or keep every reason against it."""
        self.problems = []
        number = self._own_number(row)
        known = self.picture.lines.get(number)
        planned = self._planned(row, number, known)
        if self.problems or planned is None:
            self.plan.faults += self.problems
        elif known is None:
            self.plan.created.append(planned)
        elif planned.changes:
            self.plan.changed.append(planned)
        else:
            self.plan.unchanged += 1

    def _own_number(self, row: Row) -> str:
        number, typed = self.numbers[row.number], row.cells.get("number", "")
        if not typed:
            self.refuse(row, "number", ErrorCode.REQUIRED)
        elif not number:
            self.refuse(row, "number", ErrorCode.NUMBER_NOT_VALID, number=shown(typed))
        elif number in self.picture.foreign or not self._in_blocks(number):
            self.refuse(row, "number", ErrorCode.NOT_IN_BLOCKS, number=number)
        elif number in self.seen:
            self.refuse(row, "number", "csv_repeated_row", other=self.seen[number])
        else:
            self.seen[number] = row.number
        return number

    def _in_blocks(self, number: str) -> bool:
        return any(
            len(first) == len(number) and first <= number <= last for first, last in self.picture.blocks
        )

    def _planned(self, row: Row, number: str, known: KnownLine | None) -> PlannedLine | None:
        name, problem = check_name(row.cells.get("name", ""), limit=64)
        self.problem(row, "name", problem)
        kind = self.kind(row, known)
        parts = PARTS[kind]
        present = (known.has_mailbox, known.has_user, known.has_phone) if known else (False, False, False)
        has = dict(zip(("voicemail", "portal", "phone"), zip(parts, present, strict=True), strict=True))
        given = {
            column: self.part(row, column, kind, allowed=allowed, present=there, new=known is None)
            for column, (allowed, there) in has.items()
        }
        planned = PlannedLine(
            row=row.number,
            number=number,
            name=name,
            kind=kind,
            department=self._department(row, known),
            extension=self._extension(row, number, known),
            language=self.language(row, known),
            class_of_service_id=self.class_of_service(row, known),
            emergency_address=self.address(row, known),
            voicemail=given["voicemail"],
            portal=given["portal"],
            phone=given["phone"],
            known=known,
        )
        return planned if known is None or self.problems else self._with_changes(planned, known)

    def _with_changes(self, planned: PlannedLine, known: KnownLine) -> PlannedLine:
        was = {
            "name": known.name,
            "department": self.written.get(known.department_id or 0, ""),
            "extension": known.extension,
            "language": known.language,
            "class_of_service_id": known.class_of_service_id,
            "emergency_address": known.emergency_address,
            "voicemail": known.has_mailbox,
            "portal": known.has_user,
            "phone": known.has_phone,
        }
        changes = {name: getattr(planned, name) for name, old in was.items() if getattr(planned, name) != old}
        values = {name: getattr(planned, name) for name in PlannedLine.__slots__}
        return PlannedLine(**{**values, "changes": changes})

    def _department(self, row: Row, known: KnownLine | None) -> str:
        typed = row.cells.get("department", "")
        if not typed:
            return self.written.get(known.department_id or 0, "") if known else ""
        names = [part.strip() for part in typed.strip("/").split("/")] if typed != "/" else []
        if len(names) > MOST_LEVELS:
            self.refuse(row, "department", ErrorCode.TOO_DEEP)
            return ""
        clean: list[str] = []
        for name in names:
            good, problem = check_name(name, limit=64)
            if problem is not None:
                self.problem(row, "department", problem)
                return ""
            clean.append(good)
        if not self.problems:
            self._remember_departments(clean)
        return "/".join(clean)

    def _remember_departments(self, names: list[str]) -> None:
        for depth in range(1, len(names) + 1):
            path = "/".join(names[:depth])
            if path not in self.picture.departments and path not in self.new_departments:
                self.new_departments.add(path)
                self.plan.departments.append(path)

    def _extension(self, row: Row, number: str, known: KnownLine | None) -> str:
        digits = row.cells.get("extension", "")
        if not digits:
            waiting = self.by_number.get(number)
            return known.extension if known else (waiting.first if waiting else "")
        problem = digits_problem(digits, digits)
        if problem is not None:
            self.problem(row, "extension", problem)
        elif digits in self.extensions:
            self.refuse(row, "extension", "csv_repeated_row", other=self.extensions[digits])
        else:
            self.extensions[digits] = row.number
            self._free(row, digits, number)
        return digits

    def _free(self, row: Row, digits: str, number: str) -> None:
        """Refuse an extension that dials another number already, or a number that a range dials already."""
        single = self.picture.extensions.get(digits)
        if single is not None and single.first_number != number:
            self.refuse(row, "extension", ErrorCode.ALREADY_USED, by=single.first_number)
        for series in self.picture.ranges:
            if holds(series, digits):
                self.refuse(row, "extension", ErrorCode.ALREADY_USED, by=str(series))
            elif len(number) == len(series.first_number) and (
                series.first_number <= number <= number_of(series, series.last)
            ):
                self.refuse(row, "number", ErrorCode.ALREADY_USED, by=str(series))
