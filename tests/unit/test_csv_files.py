"""CSV files in and out: what people's spreadsheets write is read, what is hostile is named and does nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carillon.web.csv_files import (
    BOM,
    LONGEST_CELL,
    Column,
    Table,
    protect,
    read_csv,
    unprotect,
    write_csv,
)

COLUMNS = (
    Column("number", ("Number", "Numéro"), required=True),
    Column("name", ("Name", "Nom"), required=True),
    Column("department", ("Department", "Service")),
)


def read(text: str | bytes, *, most_rows: int = 1000) -> Table:
    return read_csv(text.encode() if isinstance(text, str) else text, COLUMNS, most_rows=most_rows)


def faults(text: str | bytes) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in read(text).faults]


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "Number,Name,Department\n5145550101,Zoé,Ventes\n",
            f"{BOM}Number,Name,Department\r\n5145550101,Zoé,Ventes\r\n",
            "Numéro;Nom;Service\n5145550101;Zoé;Ventes",
            "NUMERO;nom;SERVICE\r5145550101;Zoé;Ventes\r",
            '"Number","Name","Department"\n"5145550101","Zoé","Ventes"\n',
            "Name , number,department\n  Zoé ,5145550101,Ventes \n\n,,\n",
            "Number,Name,Department,,\n5145550101,Zoé,Ventes,,\n",
        ],
    )
    def test_takes_what_spreadsheets_write(self, text: str) -> None:
        table = read(text)
        assert table.faults == []
        assert [dict(row.cells) for row in table.rows] == [
            {"number": "5145550101", "name": "Zoé", "department": "Ventes"}
        ]

    def test_numbers_rows_as_the_spreadsheet_does(self) -> None:
        table = read('Number,Name\n1,"two\nlines"\n\n2,b\n')
        assert [(row.number, row.cells["name"]) for row in table.rows] == [(2, "two\nlines"), (4, "b")]

    def test_fills_short_rows(self) -> None:
        assert read("Number,Name,Department\n1\n").rows[0].cells == {
            "number": "1",
            "name": "",
            "department": "",
        }

    def test_a_semicolon_inside_a_name_does_not_choose_the_delimiter(self) -> None:
        assert read("Number,Name\n1,a;b;c;d\n").rows[0].cells["name"] == "a;b;c;d"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Number,Name,Colour\n1,a,b\n", [(1, "Colour", "csv_unknown_column")]),
            ("Number\n1\n", [(1, "Name", "csv_missing_column")]),
            ("Number,Name,Nom\n1,a,b\n", [(1, "Nom", "csv_repeated_column")]),
            ("Number,Name\n1,a,b\n", [(2, "", "csv_too_many_cells")]),
            ("", [(0, "", "csv_no_rows")]),
            ("Number,Name\n", [(0, "", "csv_no_rows")]),
            ("Number,Name\n1,a\n2,b\0\n", [(3, "", "csv_nul")]),
            ('Number,Name\n1,a\n2,"b\n', [(3, "", "csv_quotes")]),
            ('Number,Name\n1,"b"c\n', [(2, "", "csv_quotes")]),
            ("Number,Name\n1,Zoé\n".encode("latin-1"), [(2, "", "csv_not_utf8")]),
            ("Number,Name\n1,a\n".encode("utf-16"), [(1, "", "csv_nul")]),
            (b"PK\x03\x04\xff\xfe", [(1, "", "csv_not_utf8")]),
            (f"Number,Name\n1,{'x' * (LONGEST_CELL + 1)}\n", [(2, "Name", "csv_cell_too_long")]),
            (f"Number,Name\n1,{'x' * 1_000_000}\n", [(2, "", "csv_cell_too_long")]),
        ],
    )
    def test_names_what_is_wrong(self, text: str | bytes, expected: list[tuple[int, str, str]]) -> None:
        assert faults(text) == expected

    def test_refuses_too_many_rows_and_too_many_bytes(self) -> None:
        rows = "Number,Name\n" + "1,a\n" * 11
        assert [fault.code for fault in read(rows, most_rows=10).faults] == ["csv_too_many_rows"]
        assert faults(b"x" * (20 * 1024 * 1024 + 1)) == [(0, "", "csv_too_large")]

    def test_repeats_a_refused_value_short_and_harmless(self) -> None:
        table = read("Number,Name,\u202etxt\x07" + "y" * 300 + "\n1,a,b\n")
        (fault,) = table.faults
        assert len(fault.value) == 80
        assert "\u202e" not in fault.value
        assert "\x07" not in fault.value


class TestWriting:
    @pytest.mark.parametrize("cell", ["=SUM(A1)", "+15145550101", "-1", "@cmd", "\tx", "\rx", "'=x"])
    def test_no_cell_runs_as_a_formula(self, cell: str) -> None:
        text = b"".join(write_csv(["a"], [[cell]])).decode()
        (written,) = list(csv.reader(io.StringIO(text, newline="")))[1]
        assert written == f"'{cell}"

    def test_has_the_mark_that_spreadsheets_need_once(self) -> None:
        lines = list(write_csv(["Né"], [["é"], [None], [3]]))
        assert lines == [f"{BOM}Né\r\n".encode(), "é\r\n".encode(), b'""\r\n', b"3\r\n"]

    def test_is_lazy(self) -> None:
        def endless() -> Iterator[list[str]]:
            while True:
                yield ["x"]

        lines = write_csv(["a"], endless())
        assert next(lines).endswith(b"a\r\n")
        assert next(lines) == b"x\r\n"


plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30).map(str.strip)


@given(cell=st.text(max_size=20))
def test_protection_is_taken_off_again(cell: str) -> None:
    assert unprotect(protect(cell)) == cell
    assert protect(cell)[:1] not in set("=+-@\t\r")


@given(cells=st.lists(st.tuples(plain.filter(bool), plain, plain), min_size=1, max_size=5))
def test_what_is_written_is_read_back(cells: list[tuple[str, str, str]]) -> None:
    table = read_csv(b"".join(write_csv(["Number", "Name", "Service"], cells)), COLUMNS)
    assert table.faults == []
    assert [tuple(row.cells.values()) for row in table.rows] == cells


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    read_csv(data, COLUMNS)
    read_csv(b"Number,Name\n" + data, COLUMNS)
