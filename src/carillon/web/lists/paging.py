"""Keyset pages: a page begins after a row, not at a number of rows, so the last page costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from carillon.web.lists.reading import Search
from carillon.web.lists.spec import ListSpec
from carillon.web.lists.state import Cursor, ListState

COUNTED = 1_000
"""A search is counted up to here; beyond it the list says "more than"."""
COUNTED_WHOLE = 10_000
"""The same without a search."""
PINNED = "pinned_first"


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of a page, whether there are rows before and after them, and how many match."""

    rows: list[Any]
    previous: Cursor | None
    following: Cursor | None
    count: int
    more: bool
    """Whether there are more than `count`."""


def find(spec: ListSpec, rows: QuerySet[Any], state: ListState) -> Search:
    """Return the search the state asks for."""
    column = spec.column(state.sort)
    order = column.order if column is not None else ()
    if not state.term:
        return Search(rows, None, order, reads=spec.reads)
    condition = _condition(spec, state)
    pinned = spec.pinned(state.term) if spec.pinned is not None and not state.within else None
    if pinned is None:
        return Search(rows, condition, order, reads=spec.reads)
    # The direction of the list turns all of the order.
    first, last = (1, 0) if state.descending else (0, 1)
    rank = Case(When(pinned, then=Value(first)), default=Value(last), output_field=IntegerField())
    ranked = rows.annotate(**{PINNED: rank})
    return Search(ranked, condition | pinned, (PINNED, *order), reads=spec.reads)


def _condition(spec: ListSpec, state: ListState) -> Q:
    if state.within:
        column = spec.column(state.within)
        return column.find(state.term) if column is not None and column.find is not None else Q(pk__in=())
    if spec.condense is not None:
        return spec.condense(state.term)
    conditions = [column.find(state.term) for column in spec.columns if column.find is not None]
    return reduce(or_, conditions, Q(pk__in=()))


def cut(spec: ListSpec, rows: QuerySet[Any], state: ListState) -> Slice:
    """Return the page the state asks for: at most two queries, of a search at most three."""
    search = find(spec, rows, state)
    order = search.order
    cursor = state.cursor if state.cursor is not None and len(state.cursor.values) == len(order) else None
    limit = COUNTED if state.term else COUNTED_WHOLE
    read = partial(search.read, descending=state.descending, size=spec.size, limit=limit)
    try:
        page, known = read(cursor)
    except (TypeError, ValueError):  # a forged place: a word where the order has a number
        cursor = None
        page, known = read(cursor)
    backwards = cursor is not None and cursor.backwards
    beyond = known > spec.size
    # All there is, or as many as are counted, is known at the beginning of a search, and where nothing is beyond.
    counted = known if cursor is None and (state.term or not beyond) else search.count(limit)
    if backwards:
        page.reverse()
    before = beyond if backwards else cursor is not None
    after = beyond or backwards
    return Slice(
        rows=page,
        previous=_at(page[0], order, backwards=True) if page and before else None,
        following=_at(page[-1], order) if page and after else None,
        count=min(counted, limit),
        more=counted > limit,
    )


def _at(row: Any, order: tuple[str, ...], *, backwards: bool = False) -> Cursor:
    return Cursor(tuple(getattr(row, name) for name in order), backwards=backwards)
