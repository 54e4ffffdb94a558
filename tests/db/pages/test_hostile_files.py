"""Files of lines that are none, or mean harm: refused with row, column, value and reason, and nothing saved."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.db.pages.answers import Answer, streamed
from tests.db.pages.things import Things
from tests.fakes.html_page import Page

from carillon import clock
from carillon.features.line_imports.choices import COLUMNS
from carillon.features.line_imports.jobs import run_next
from carillon.features.line_imports.models import LineImport
from carillon.features.lines.models import Line
from carillon.web.csv_files import LONGEST_CELL, MOST_BYTES, read_csv

HEAD = "Number,Name,Department\n"
TEXT_ONLY = "The file is not text. In the spreadsheet, save it as “CSV UTF-8”."
NOT_UTF8 = "The file is not in UTF-8. In the spreadsheet, save it as “CSV UTF-8”."
QUOTES = "A quotation mark is not closed, or stands in the middle of a cell."


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 100)
        archive.writestr("bomb", b"0" * 10_000_000)
    return packed.getvalue()


@dataclass(frozen=True)
class Bad:
    """A file, and an error it must give: row ("" = the file), column, part of the value, reason."""

    data: bytes | str
    row: str
    column: str
    value: str
    reason: str


BAD = {
    "program": Bad(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40, "1", "", "", TEXT_ONLY),
    "picture": Bad(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "3", "", "", TEXT_ONLY),
    "ZIP named CSV": Bad(_zip(), "1", "", "", TEXT_ONLY),
    "UTF-16": Bad((HEAD + "5145550110,Zoé,\n").encode("utf-16"), "1", "", "", TEXT_ONLY),
    "NUL": Bad(f"{HEAD}5145550110,a\0b,\n", "2", "", "", TEXT_ONLY),
    "Windows-1252": Bad(f"{HEAD}5145550110,Zoé Côté,\n".encode("cp1252"), "2", "", "Zo", NOT_UTF8),
    "Latin-1 far below": Bad((HEAD + "5145550110,A,\n" * 50 + "5145550111,Zoé,\n").encode("latin-1"), "52", "", "", NOT_UTF8),
    "overlong UTF-8": Bad(HEAD.encode() + b"5145550110,\xc0\xaf,\n", "2", "", "", NOT_UTF8),
    "lone surrogate": Bad(HEAD.encode() + b"5145550110,\xed\xa0\x80,\n", "2", "", "", NOT_UTF8),
    "nothing": Bad("", "", "", "", "The file has no rows."),
    "blank lines": Bad("\n\n\r\n  \n", "", "", "", "The file has no rows."),
    "titles only": Bad(HEAD, "", "", "", "The file has no rows."),
    "a page of the web": Bad("<!doctype html>\n<title>x</title>", "1", "<!doctype html>", "<!doctype html>", "No column has this title."),
    "a quotation mark left open": Bad(f'{HEAD}5145550110,"Zoé,\n5145550111,A,\n', "2", "", "", QUOTES),
    "a quotation mark inside": Bad(f'{HEAD}5145550110,"Zoé" Roy,\n', "2", "", "", QUOTES),
    "one line of 10 MB": Bad(HEAD + "5145550110," + "x" * 10_000_000, "2", "", "", f"more than {LONGEST_CELL} characters"),
    "one cell a little long": Bad(f"{HEAD}5145550110,{'x' * (LONGEST_CELL + 1)},\n", "2", "Name", "x", f"more than {LONGEST_CELL} characters"),
    "one title of 10 MB": Bad("N" * 10_000_000, "1", "", "", f"more than {LONGEST_CELL} characters"),
    "10,000 columns": Bad(",".join(f"c{n}" for n in range(10_000)) + "\n", "1", "", "", "has more than 100 cells"),
    "10,000 cells": Bad(HEAD + "5145550110,Zoé,Ventes" + ",x" * 10_000, "2", "", "x", "has more than 3 cells"),
    "one cell too many": Bad(f"{HEAD}5145550110,Zoé,Ventes,more\n", "2", "", "more", "has more than 3 cells"),
    "a title twice": Bad("Number,Name,Nom\n5145550110,a,b\n", "1", "Nom", "Nom", "This column is there twice."),
    "an unknown title": Bad("Number,Name,=HYPERLINK(1)\n5145550110,a,b\n", "1", "=HYPERLINK(1)", "=HYPERLINK(1)", "No column has this title."),
    "a missing title": Bad("Number,Department\n5145550110,Ventes\n", "1", "Name", "", "The column “Name” is missing."),
    "no number": Bad(f"{HEAD},Zoé,\n", "2", "Number", "", "Fill in this field."),
    "a formula for a number": Bad(f"{HEAD}=1+1,Zoé,\n", "2", "Number", "=1+1", "is not a valid number"),
    "a number of a spreadsheet": Bad(f"{HEAD}5.14555E+09,Zoé,\n", "2", "Number", "5.14555E+09", "is not a valid number"),
    "a number with letters": Bad(f"{HEAD}514 555-O110,Zoé,\n", "2", "Number", "514 555-O110", "is not a valid number"),
    "markup in a name": Bad(f"{HEAD}5145550110,<script>alert(1)</script>\x07,\n", "2", "Name", "<script>", "Remove the character U+0007"),
    "a name of two lines": Bad(f'{HEAD}5145550110,"Zoé\nRoy",\n', "2", "Name", "Zo", "Remove the character U+000A"),
    "a name written backwards": Bad(f"{HEAD}5145550110,abc\u202edef,\n", "2", "Name", "abc\ufffddef", "Remove the character U+202E"),
    "a name too long": Bad(f"{HEAD}5145550110,{'é' * 65},\n", "2", "Name", "é", "Use at most 64 characters."),
    "a department too deep": Bad(f"{HEAD}5145550110,Zoé,{'a/' * 40}a\n", "2", "Department", "a/a", "levels"),
}  # fmt: skip
GOOD = {
    "BOM and commas": "\ufeffNumber,Name,Department\r\n{},Ève,Ventes\r\n",
    "semicolons": "Numéro;Nom;Service\n{};Ève;Ventes\n",
    "carriage returns": "NUMERO;NOM;SERVICE\r{};Ève;Ventes\r",
    "quoted, spaced, both languages": '"Numéro","Name",Service \n{} , Ève ,  Ventes \n\n,,\n',
    "empty columns behind": "Number,Name,Department,,,\n{},Ève,Ventes,,,\n",
}
WRITTEN = (
    "5145550117",
    "514-555-0117",
    "(514) 555.0117",
    "1 514 555 0117",
    "+1 514 555-0117",
    "'+15145550117",
    "514\u00a0555\u00a00117",
)


def upload(t: Things, data: bytes | str, name: str = "lines.csv") -> Answer:
    raw = data.encode("utf-8") if isinstance(data, str) else data
    address = f"/groups/{t.company.group.pk}/line-imports/"
    return t.clients["operator"].post(address, {"file": SimpleUploadedFile(name, raw, "text/csv")})


def page_of(t: Things, answer: Answer) -> str:
    assert answer.status_code == 302, answer.content[:500]
    if LineImport.objects.latest("pk").state == "waiting":  # too many lines for a page to wait
        run_next(now=clock.now())
    return t.clients["operator"].get(answer.headers["Location"]).content.decode()


def test_a_bad_file_is_refused_with_row_column_value_and_reason(things: Things) -> None:
    before = things.rows()
    wrong: dict[str, Sequence[object]] = {}
    for name, bad in BAD.items():
        page = page_of(things, upload(things, bad.data))
        cells = [one.text.strip() for one in Page(page).elements if one.tag == "td"]
        shown = [cells[start : start + 4] for start in range(0, len(cells), 4)]
        row = LineImport.objects.latest("pk")
        file = things.clients["operator"].get(f"/line-imports/{row.pk}/errors/")
        text = streamed(file).decode()
        told = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]
        for kind, rows in (("page", shown), ("file", told)):
            found = [
                one for one in rows
                if (one[0] or "0") == (bad.row or "0") and one[1].removeprefix("'") == bad.column
                and bad.value in one[2] and bad.reason in one[3]
            ]  # fmt: skip
            if not found:
                wrong[f"{name}, {kind}"] = rows[:3]
        for one in told:
            if any(cell[:1] in {*"=+-@\t\r"} for cell in one if cell):
                wrong[f"{name}, formula"] = one
        if row.state != "refused" or "<script>alert" in page or len(page) > 200_000:
            wrong[f"{name}, state"] = [row.state, len(page)]
    assert not wrong, "\n".join(f"{name}: {rows}" for name, rows in wrong.items())
    assert things.rows() | {"line_imports.LineImport": 0} == before | {"line_imports.LineImport": 0}


@pytest.mark.parametrize("name", GOOD)
def test_what_spreadsheets_write_is_taken(things: Things, name: str) -> None:
    for number in WRITTEN:
        page_of(things, upload(things, GOOD[name].format(number)))
        row = LineImport.objects.latest("pk")
        assert (row.state, row.errors, row.created_lines) == ("checked", [], 1), (number, row.errors)
        (line,) = row.first_rows
        assert (line["number"], line["name"], line["department"]) == ("+15145550117", "Ève", "Ventes")


def test_formulas_are_only_names_and_come_back_protected(things: Things) -> None:
    names = (
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+1-1",
        "-2",
        "<script>alert(1)</script>",
        '"; DROP TABLE x; --',
    )
    rows = "".join(
        f'51455501{20 + at},"{name.replace(chr(34), chr(34) * 2)}",\n' for at, name in enumerate(names)
    )
    answer = upload(things, HEAD + rows)
    page_of(things, answer)
    saved = things.clients["operator"].post(f"{answer.headers['Location']}save/")
    assert saved.status_code == 302
    assert set(names) <= set(Line.objects.values_list("name", flat=True))
    file = things.clients["marie"].get("/lines/download/")
    text = streamed(file).decode()
    cells = [row[0] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]
    assert {f"'{name}" for name in names[:4]} | set(names[4:]) <= set(cells)


def test_a_file_over_the_limit_is_refused_beside_its_field_and_kept_nowhere(things: Things) -> None:
    answer = upload(things, b"x" * (MOST_BYTES + 1))
    page = Page(answer.content.decode())
    (field,) = page.named("file")
    assert answer.status_code == 422
    assert field.attrs["aria-invalid"] == "true"
    assert "The file is larger than 20 MB. Split it." in page.by_id("id_file_error")[0].text
    assert LineImport.objects.filter(file_name="lines.csv").count() == 1  # the one that was there


@pytest.mark.parametrize(
    "data",
    [
        HEAD + "1,a\n" * 4_000_000,
        HEAD + ",".join("a" * 8_000_000),
        "a" * 19_000_000,
        '"' + "a\n" * 9_000_000,
        ("é" * 9_000_000),
    ],
    ids=["rows", "cells", "letters", "an open quotation mark", "accents"],
)
def test_the_largest_file_costs_bounded_memory_and_time(data: str) -> None:
    raw = data.encode()[:MOST_BYTES]
    began = time.process_time()
    tracemalloc.start()
    try:
        table = read_csv(raw, COLUMNS, most_rows=20_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert table.faults
    assert len(table.faults) <= 20_000
    assert peak < 400 * 1024 * 1024, peak // 1024 // 1024
    assert time.process_time() - began < 60


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("<script>alert(1)</script>.csv", "script>.csv"),
        ("a\u202evsc.exe", "avsc.exe"),
        ("x" * 300 + ".csv", "x" * 79 + "…"),
        ("=cmd.csv", "=cmd.csv"),
    ],
)
def test_the_name_of_a_file_is_only_shown(things: Things, name: str, kept: str) -> None:
    page = page_of(things, upload(things, "Number,Name\n5145550117,A\n", name))
    row = LineImport.objects.latest("pk")
    assert row.file_name == kept
    assert row.file.startswith("imports/")
    assert "<script>alert" not in page
