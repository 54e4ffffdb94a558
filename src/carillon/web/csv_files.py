"""CSV files, in and out: read with every fault named by row and column, written safe for a spreadsheet.

Nothing here knows what a column means. A cell that begins with `=`, `+`, `-`, `@`, tab or carriage return is written
behind an apostrophe, so that no spreadsheet runs it as a formula; reading takes that apostrophe off again.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

BOM = "\ufeff"
MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LONGEST_CELL = 1000
SHOWN = 80
"""How much of a refused value its fault repeats."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PROTECTED = re.compile(r"''*[=+\-@\t\r]")
_FIRST_LINE = re.compile(r"\S[^\r\n]*")
_FROM_LINE = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name the program uses, and every title a file may give it (either language)."""

    name: str
    titles: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is refused: the row as a spreadsheet numbers it (0: the whole file), the column's title, the value.

    `code` and `params` are turned into a sentence by web.forms.explain.
    """

    row: int
    column: str
    value: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in a spreadsheet and its cells by column name, for the columns the file has."""

    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Table:
    """What was read; with faults nothing may be saved. `titles` maps a column's name to its title in this file."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)


def read_csv(data: bytes, columns: Sequence[Column], *, most_rows: int = MOST_ROWS) -> Table:
    """Read a file: UTF-8 with or without BOM, commas or semicolons, titles in either language.

    Outer spaces are removed, empty rows passed over, short rows filled with empty cells.
    """
    table = Table()
    text = _decode(data, table)
    if text is None:
        return table
    delimiter = _delimiter(text, columns)
    records = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1)
    number = 0
    try:
        for number, titles in records:
            if any(title.strip() for title in titles):
                _read_rows(records, _names(titles, number, columns, table), table, most_rows)
                break
    except csv.Error as problem:
        row = _row_of(table, number)
        long = "field larger" in str(problem)
        table.faults.append(
            _fault(row, "", "", "csv_cell_too_long", limit=LONGEST_CELL)
            if long
            else _fault(row, "", "", "csv_quotes")
        )
    if not table.faults and not table.rows:
        table.faults.append(_fault(0, "", "", "csv_no_rows"))
    return table


def _decode(data: bytes, table: Table) -> str | None:
    """Return the text, None (and a fault) for what is no text of this product."""
    if len(data) > MOST_BYTES:
        table.faults.append(_fault(0, "", "", "csv_too_large", limit=MOST_BYTES // (1024 * 1024)))
        return None
    if b"\0" in data:
        # A file of a spreadsheet itself, or one in UTF-16, is full of them.
        table.faults.append(_fault(_line_of(data, data.index(b"\0")), "", "", "csv_nul"))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        start = max(0, problem.start - 10)
        near = data[start : problem.end + 10].decode("latin-1")
        table.faults.append(_fault(_line_of(data, problem.start), "", near, "csv_not_utf8"))
        return None


def _line_of(data: bytes, position: int) -> int:
    return len(_FROM_LINE.findall(data[:position])) + 1


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """Return comma or semicolon: the one under which the first line has more titles that are known."""
    found = _FIRST_LINE.search(text)
    first = found[0][:10_000] if found else ""
    known = {_plain(title) for column in columns for title in column.titles}

    def score(delimiter: str) -> tuple[int, int]:
        cells = first.replace('"', "").split(delimiter)
        return sum(_plain(cell) in known for cell in cells), len(cells)

    return ";" if score(";") > score(",") else ","


def _names(titles: list[str], number: int, columns: Sequence[Column], table: Table) -> list[str]:
    """Return the column name of each title, "" where it has none; faults tell the unknown and the missing."""
    known = {_plain(title): column for column in columns for title in column.titles}
    names: list[str] = []
    while titles and not titles[-1].strip():
        titles.pop()
    if len(titles) > MOST_COLUMNS:
        table.faults.append(_fault(number, "", "", "csv_too_many_cells", limit=MOST_COLUMNS))
        return names
    for title in titles:
        column = known.get(_plain(title))
        if column is None:
            table.faults.append(_fault(number, title, title, "csv_unknown_column"))
        elif column.name in names:
            table.faults.append(_fault(number, title, title, "csv_repeated_column"))
        else:
            table.titles[column.name] = shown(title.strip())
        names.append(column.name if column else "")
    for column in columns:
        if column.required and column.name not in names:
            title = column.titles[0]
            table.faults.append(_fault(number, title, "", "csv_missing_column", title=title))
    return names


def _read_rows(
    records: Iterator[tuple[int, list[str]]], names: list[str], table: Table, most_rows: int
) -> None:
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(table.rows) >= most_rows:
            table.faults.append(_fault(number, "", "", "csv_too_many_rows", limit=most_rows))
            return
        extra = [cell for cell in cells[len(names) :] if cell.strip()]
        if extra:
            table.faults.append(_fault(number, "", extra[0], "csv_too_many_cells", limit=len(names)))
        filled = [*cells, *[""] * (len(names) - len(cells))]
        read = {name: unprotect(cell.strip()) for name, cell in zip(names, filled, strict=False) if name}
        table.faults.extend(
            _fault(number, table.titles.get(name, name), cell, "csv_cell_too_long", limit=LONGEST_CELL)
            for name, cell in read.items()
            if len(cell) > LONGEST_CELL
        )
        table.rows.append(Row(number, read))


def _row_of(table: Table, number: int) -> int:
    return max(number, table.rows[-1].number if table.rows else 0) + 1


def _fault(row: int, column: str, value: str, code: str, **params: str | int) -> Fault:
    return Fault(row, shown(column), shown(value), code, params)


def _plain(title: str) -> str:
    """Return a title without case, accents, underscores and repeated spaces."""
    text = unicodedata.normalize("NFKD", unprotect(title.strip())).casefold().replace("_", " ")
    return " ".join("".join(letter for letter in text if not unicodedata.combining(letter)).split())


def shown(value: str) -> str:
    """Return a refused value as a message may repeat it: short, without control or direction characters."""
    short = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
    return "".join(
        "\ufffd" if unicodedata.category(letter) in {"Cc", "Cf", "Cs"} else letter for letter in short
    )


def protect(cell: str) -> str:
    """Return the cell as a spreadsheet may open it: never as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unprotect(cell: str) -> str:
    """Take off the apostrophe that `protect` put before a cell."""
    return cell[1:] if _PROTECTED.match(cell) else cell


def write_csv(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a file row by row as it leaves: UTF-8 with BOM, commas, every cell protected."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(BOM)
    for cells in _with_titles(titles, rows):
        writer.writerow([protect("" if cell is None else str(cell)) for cell in cells])
        yield buffer.getvalue().encode("utf-8", errors="replace")
        buffer.seek(0)
        buffer.truncate()


def _with_titles(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield titles
    yield from rows
