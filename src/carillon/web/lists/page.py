"""A list as its template shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carillon.web.htmx import page_or_fragment
from carillon.web.lists.paging import cut
from carillon.web.lists.spec import BulkAction, Column, ListSpec, Pen
from carillon.web.lists.state import ListState, read_state
from carillon.web.lists.writing import RowWriter


@dataclass(frozen=True, slots=True)
class Scope:
    """The department a list is limited to: its value in the address, its name, and whether it is *View all*."""

    value: str
    name: str
    everything: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: where a click sorts, and how it is sorted now ("ascending", "descending", "")."""

    key: str
    label: str
    address: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that can be searched alone, or shown or hidden."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything `web/_list.html` shows."""

    name: str
    path: str
    state: ListState
    heads: tuple[Head, ...]
    ids: tuple[int, ...]
    """The rows of this page."""
    body: SafeString
    """They as HTML."""
    counted: str
    previous: str
    following: str
    searchable: tuple[Choice, ...]
    columns: tuple[Choice, ...]
    bulk: Sequence[BulkAction]
    live: str
    spec: ListSpec
    cleared: str
    """The address without the search."""
    here: str
    """The address of this very state."""

    @property
    def has_actions(self) -> bool:
        """Whether rows have a menu."""
        return self.spec.actions is not None

    @property
    def fixed(self) -> tuple[tuple[str, str], ...]:
        """The parameters a search keeps: everything but the search itself and the place."""
        kept = list(self.state.extra)
        if self.state.sort:
            kept.append(("sort", ("-" if self.state.descending else "") + self.state.sort))
        if self.state.chosen is not None:
            kept.append(("columns", ",".join(self.state.chosen)))
        return tuple(kept)

    @property
    def live_ids(self) -> str:
        """The ids whose states are followed."""
        return ",".join(map(str, self.ids))


def build(
    spec: ListSpec,
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    scope: Scope | None = None,
    chosen: tuple[str, ...] | None = None,
) -> ListPage:
    """Read the address, fetch the page (`paging.cut`), write its cells."""
    extra = (("department", scope.value),) if scope is not None else ()
    query: dict[str, str] = {name: ",".join(request.GET.getlist(name)) for name in request.GET}
    state = read_state(spec, query, chosen=chosen, extra=extra)
    found = cut(spec, rows, state)
    if spec.prepare is not None:
        spec.prepare(found.rows)
    path = request.path
    columns = [column for column in spec.columns if not column.wide or scope is None or scope.everything]
    shown = [column for column in columns if _is_shown(column, state)]
    here = state.address(path, cursor=state.cursor)
    return ListPage(
        name=spec.name,
        path=path,
        state=state,
        heads=tuple(_head(column, state, path) for column in shown),
        ids=tuple(row.pk for row in found.rows),
        body=RowWriter(spec, shown, pen=Pen(state.term), here=here).write(found.rows),
        counted=_counted(spec, found.count, more=found.more),
        previous=state.address(path, cursor=found.previous) if found.previous else "",
        following=state.address(path, cursor=found.following) if found.following else "",
        searchable=tuple(
            Choice(column.key, str(column.label), column.key == state.within)
            for column in columns
            if column.find is not None
        ),
        columns=tuple(
            Choice(column.key, str(column.label), column in shown) for column in columns if not column.fixed
        ),
        bulk=spec.bulk,
        live=spec.live,
        spec=spec,
        cleared=state.address(path, term=type(state.term)("", "", ""), within=""),
        here=here,
    )


def respond(
    request: HttpRequest, listing: ListPage, *, page: str = "web/list_page.html", **context: Any
) -> HttpResponse:
    """Answer with the whole page, or with the table alone when htmx asks for it."""
    return page_or_fragment(
        request, page=page, fragment="web/_list.html", context={**context, "list": listing}
    )


def _is_shown(column: Column, state: ListState) -> bool:
    if column.fixed:
        return True
    return column.key in state.chosen if state.chosen is not None else not column.hidden


def _head(column: Column, state: ListState, path: str) -> Head:
    if not column.order:
        return Head(column.key, str(column.label), "", "")
    current = column.key == state.sort
    down = current and not state.descending
    direction = ("descending" if state.descending else "ascending") if current else ""
    return Head(
        column.key, str(column.label), state.address(path, sort=column.key, descending=down), direction
    )


def _counted(spec: ListSpec, count: int, *, more: bool) -> str:
    counted = spec.counted(count)
    return _("More than %(counted)s") % {"counted": counted} if more else counted
