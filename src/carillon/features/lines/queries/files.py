"""The file of all lines, piece by piece: on PostgreSQL the server writes it itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from carillon.features.accounts.queries import Access
from carillon.features.lines.queries.lists import lines_in_scope
from carillon.web.csv_files import write_csv

PIECE = 64 * 1024
ROWS = 2000
_COPY = "COPY (SELECT {name}, substr(number, 2), {department} FROM ({rows}) AS listed) TO STDOUT (FORMAT csv)"
_SAFE = r"""NULLIF(CASE WHEN {0} ~ E'^\'*[=+\\-@\t\r]' THEN '''' || {0} ELSE {0} END, '')"""
"""A text column in SQL, behind an apostrophe where a spreadsheet would run it (web.csv_files.protect)."""


def file_of_lines(access: Access, titles: Sequence[str]) -> Iterator[bytes]:
    """Yield a CSV file of the name, number (digits) and department's written path of the reader's lines.

    Ordered by department, then by number; encoded and protected as web.csv_files says. Memory stays that of a piece.
    """
    nowhere = Value("", output_field=TextField())
    rows = (
        lines_in_scope(access)
        .annotate(place=Coalesce(F("department__full_name"), nowhere))
        .order_by("department_key", "number")
    )
    if connection.vendor == "postgresql":
        yield from write_csv(titles, ())
        yield from _gathered(_copied(rows))
    else:
        found = rows.values_list("name", "number", "place").iterator(ROWS)
        yield from _gathered(write_csv(titles, ((name, number[1:], place) for name, number, place in found)))


def _copied(rows: QuerySet[Any]) -> Iterator[bytes]:
    try:
        query, params = rows.values("name", "number", "place").query.sql_with_params()
    except EmptyResultSet:  # a reader without any lines
        return
    statement = _COPY.format(name=_SAFE.format("name"), department=_SAFE.format("place"), rows=query)
    with connection.cursor() as cursor, cursor.copy(statement, params) as copied:
        for row in copied:
            yield bytes(row)


def _gathered(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Yield rows in pieces of some 64 kB: each piece costs a change of thread."""
    piece: list[bytes] = []
    size = 0
    for row in rows:
        piece.append(row)
        size += len(row)
        if size >= PIECE:
            yield b"".join(piece)
            piece, size = [], 0
    yield b"".join(piece)
