"""How the rows of a page are reached: those of a search by the ids of what matches, in the list's order.

One query finds the first ids, as many as a search is counted to: it says how many rows match and which the page
shows, most often from an index alone. To ask for a thousand where fifty are shown costs little where many rows match,
and lets the database see what a walk through the whole order would cost where few do: it gathers and sorts those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from carillon.web.lists.state import Cursor


@dataclass(frozen=True, slots=True)
class Search:
    """The rows of a list, the condition of those that match (None: all), and what orders them, in one direction.

    `reads`: what is read of each row, as a named tuple; empty: the whole object.
    """

    rows: QuerySet[Any]
    condition: Q | None
    order: tuple[str, ...]
    reads: Sequence[str] = ()

    def count(self, limit: int) -> int:
        """Count the rows that match, up to one more than the limit (one query)."""
        return self._matching(self.rows).order_by().values("pk")[: limit + 1].count()

    def read(
        self, cursor: Cursor | None, *, descending: bool, size: int, limit: int
    ) -> tuple[list[Any], int]:
        """Return so many rows from a place on, in the direction of reading, and how many there are from there at least.

        Without a condition one query, which knows of one row more; with one two, which know of as many as the limit
        and one more; where nothing matches the first is all.
        """
        down = descending is not (cursor is not None and cursor.backwards)
        rows, ordered = self.rows, tuple(f"-{name}" if down else name for name in self.order)
        if cursor is not None:
            rows = rows.filter(_beyond(self.order, cursor.values, "lt" if down else "gt"))
        if self.condition is None:
            page = self._fetch(rows.order_by(*ordered)[: size + 1])
            return page[:size], len(page)
        ids = list(self._matching(rows).order_by(*ordered).values_list("pk", flat=True)[: limit + 1])
        page = self._fetch(self.rows.filter(pk__in=ids[:size]).order_by(*ordered)) if ids else []
        return page, len(ids)

    def _matching(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(self.condition) if self.condition is not None else rows

    def _fetch(self, rows: QuerySet[Any]) -> list[Any]:
        if not self.reads:
            return list(rows)
        names = dict.fromkeys((*self.reads, *self.order))
        return list(rows.values_list(*names, named=True))


def _beyond(order: tuple[str, ...], values: tuple[Any, ...], comparison: str) -> Q:
    """Return the condition of the rows beyond a place; the first field alone lets an index find its beginning."""
    name, value = order[0], values[0]
    if len(order) == 1:
        return Q(**{f"{name}__{comparison}": value})
    rest = _beyond(order[1:], values[1:], comparison)
    return Q(**{f"{name}__{comparison}e": value}) & (
        Q(**{f"{name}__{comparison}": value}) | (Q(**{name: value}) & rest)
    )
