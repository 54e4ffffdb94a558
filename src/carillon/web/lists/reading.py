"""How the rows of a page of a search are reached: on a walk through the list's order, or by gathering what matches.

What many rows hold is met soon on the walk, and gathering and sorting all of it would cost more than the page does.
What few rows hold, or what stands only late in the order, is met after most of the table: it is gathered. No database
knows where in an order a text stands, so the walk is tried, as far as it is cheap.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from carillon.web.lists.state import Cursor

WALKED = 3_000
"""Rows looked at before those that match are gathered."""


@dataclass(frozen=True, slots=True)
class Search:
    """The rows of a list, the condition of those that match (None: all), and what orders them, in one direction.

    `ranked`: the order begins with something that no index keeps. `rare`: few rows match, they are gathered at once.
    """

    rows: QuerySet[Any]
    condition: Q | None
    order: tuple[str, ...]
    ranked: bool = False
    rare: bool = False
    walked: int = WALKED

    def count(self, limit: int) -> int:
        """Count the rows that match, up to one more than the limit (one query)."""
        return self._matching(self.rows).order_by().values("pk")[: limit + 1].count()

    def ids(self, limit: int) -> list[int]:
        """Return the ids of the rows that match, up to one more than the limit, in no order (one query)."""
        return list(self._matching(self.rows).order_by().values_list("pk", flat=True)[: limit + 1])

    def among(self, ids: Collection[int]) -> Search:
        """Return the search of these rows: all that match."""
        return replace(self, condition=Q(pk__in=ids), rare=True)

    def read(self, cursor: Cursor | None, *, descending: bool, size: int) -> list[Any]:
        """Return so many rows from a place on, in the direction of reading (at most three queries)."""
        down = descending is not (cursor is not None and cursor.backwards)
        ordered = tuple(f"-{name}" if down else name for name in self.order)
        rows = self.rows
        if cursor is not None:
            rows = rows.filter(_beyond(self.order, cursor.values, "lt" if down else "gt"))
        if self.condition is None:
            return list(rows.order_by(*ordered)[:size])
        if connection.vendor == "sqlite" and not self.rare:  # it walks more quickly than it gathers and sorts
            return self._fetch(rows, ordered, ordered, size)
        if not self.rare and not self.ranked:
            end = rows.order_by(*ordered).values_list(*self.order)[self.walked : self.walked + 1].first()
            near = rows if end is None else rows.filter(_beyond(self.order, end, "gt" if down else "lt"))
            page = self._fetch(near, ordered, ordered, size)
            if len(page) == size or end is None:
                return page
        return self._fetch(rows, self._sorted_by(ordered), ordered, size)

    def _sorted_by(self, ordered: tuple[str, ...]) -> tuple[Any, ...]:
        """Return the same order in words that no index keeps: there is nothing to walk through, all is gathered."""
        if self.ranked:
            return ordered
        first = Coalesce(F(self.order[0]), F(self.order[0]))
        return (first.desc() if ordered[0].startswith("-") else first.asc(), *ordered[1:])

    def _matching(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(self.condition) if self.condition is not None else rows

    def _fetch(
        self, rows: QuerySet[Any], reached_by: tuple[Any, ...], ordered: tuple[str, ...], size: int
    ) -> list[Any]:
        """Find the rows by their ids alone, for which an index is often enough; then read what a page shows of them."""
        found = self._matching(rows).order_by(*reached_by).values("pk")[:size]
        return list(self.rows.filter(pk__in=found).order_by(*ordered))


def _beyond(order: tuple[str, ...], values: tuple[Any, ...], comparison: str) -> Q:
    """Return the condition of the rows beyond a place; the first field alone lets an index find its beginning."""
    name, value = order[0], values[0]
    if len(order) == 1:
        return Q(**{f"{name}__{comparison}": value})
    rest = _beyond(order[1:], values[1:], comparison)
    return Q(**{f"{name}__{comparison}e": value}) & (
        Q(**{f"{name}__{comparison}": value}) | (Q(**{name: value}) & rest)
    )
