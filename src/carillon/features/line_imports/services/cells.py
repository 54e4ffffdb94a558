"""The cells of one row whose meaning depends on nothing but themselves and the line as it is."""

from __future__ import annotations

from collections.abc import Mapping

from carillon.features.audit.services import ErrorCode, Problem, check_name
from carillon.features.line_imports.choices import KINDS, LANGUAGES, LONGEST_ADDRESS, YES_NO
from carillon.features.line_imports.queries import KnownLine, Picture
from carillon.features.lines.choices import LineKind
from carillon.web.csv_files import Fault, Row, shown


class CellReader:
    """Reads cells, gathering in `problems` what is wrong with the present row."""

    def __init__(self, picture: Picture, titles: Mapping[str, str]) -> None:
        self.picture = picture
        self.titles = titles
        self.problems: list[Fault] = []

    def refuse(self, row: Row, column: str, code: str, **params: str | int) -> None:
        """Refuse one cell of the row."""
        title = self.titles.get(column, column)
        self.problems.append(Fault(row.number, title, shown(row.cells.get(column, "")), code, params))

    def problem(self, row: Row, column: str, problem: Problem | None) -> None:
        """Refuse one cell of the row if there is a problem with it."""
        if problem is not None:
            self.refuse(row, column, problem.code.value, **problem.params)

    def kind(self, row: Row, known: KnownLine | None) -> LineKind:
        """Return the type of line; one that exists keeps its own."""
        typed = row.cells.get("kind", "").casefold().replace("’", "'")
        if known is not None and not typed:
            return LineKind(known.kind)
        kind = KINDS.get(typed)
        if kind is None:
            self.refuse(row, "kind", ErrorCode.UNKNOWN_CHOICE, value=shown(typed))
            return LineKind.USER
        if known is not None and kind != known.kind:
            self.refuse(row, "kind", "import_kind_stays")
        return kind

    def language(self, row: Row, known: KnownLine | None) -> str:
        """Return the line's language, "" for the group's."""
        typed = row.cells.get("language", "")
        if not typed:
            return known.language if known else ""
        language = LANGUAGES.get(typed.casefold())
        if language is None:
            self.refuse(row, "language", ErrorCode.UNKNOWN_CHOICE, value=shown(typed))
        return language or ""

    def class_of_service(self, row: Row, known: KnownLine | None) -> int:
        """Return the id of the class of service; a new line needs one unless the platform has only one."""
        typed, classes = row.cells.get("class_of_service", ""), self.picture.classes
        if not typed and known is not None:
            return known.class_of_service_id
        if not typed and len(classes) == 1:
            return next(iter(classes.values()))
        found = classes.get(typed.casefold())
        if found is None:
            code = ErrorCode.UNKNOWN_CHOICE if typed else ErrorCode.REQUIRED
            self.refuse(row, "class_of_service", code, value=shown(typed))
        return found or 0

    def address(self, row: Row, known: KnownLine | None) -> str:
        """Return the emergency address."""
        typed = row.cells.get("emergency_address", "")
        if not typed:
            return known.emergency_address if known else ""
        clean, problem = check_name(typed, limit=LONGEST_ADDRESS)
        self.problem(row, "emergency_address", problem)
        return clean

    def part(self, row: Row, column: str, kind: LineKind, *, allowed: bool, present: bool, new: bool) -> bool:
        """Return whether the line will have its mailbox, account or phone; none is ever taken away."""
        typed = row.cells.get(column, "").casefold()
        wanted = YES_NO.get(typed)
        if not typed:
            return (allowed and column != "phone") if new else present
        if wanted is None:
            self.refuse(row, column, "csv_yes_or_no")
            return present
        if wanted and not allowed:
            self.refuse(row, column, ErrorCode.NOT_FOR_KIND, kind=str(kind.label))
        elif not wanted and present:
            self.refuse(row, column, ErrorCode.CANNOT_REMOVE)
        elif not wanted and column == "voicemail" and kind is LineKind.MAILBOX_ONLY:
            self.refuse(row, column, ErrorCode.REQUIRED)
        return wanted
