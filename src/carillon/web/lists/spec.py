"""What is particular to one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from carillon.web.search import Term, mark

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes cells: what is searched is marked."""

    term: Term

    def __call__(self, text: object) -> SafeString:
        """Return a value as HTML, its matches marked."""
        return mark(str(text), self.term)


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `cell(row, pen)` returns its HTML. `order` names the model fields that sort by it, ending in a unique one, all
    NOT NULL (keyset paging compares them); empty: not sortable. `find(term)` is the condition that it matches;
    None: not searched. `hidden` ones are shown when chosen; `wide` ones only with *View all*.
    """

    key: str
    label: Text
    cell: Callable[[Any, Pen], str]
    order: tuple[str, ...] = ()
    find: Callable[[Term], Q] | None = None
    hidden: bool = False
    fixed: bool = False
    wide: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class RowAction:
    """An entry of a row's menu; `dialog` opens over the list, `apart` stands apart as dangerous."""

    label: str
    address: str
    dialog: bool = True
    apart: bool = False


@dataclass(frozen=True, slots=True)
class BulkAction:
    """What can be done with the ticked rows: a form posted to `address` with their ids in `selected`."""

    label: Text
    address: str


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says and offers."""

    title: Text
    text: Text
    action: Text = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list: its name (part of what is kept per reader), its columns, and what can be done.

    `sort` is the column it opens with (`-key` descending). `condense(term)` replaces the columns' own conditions by
    one for a search over all of them. `pinned(term)` returns a condition whose rows come first. `actions(row)` is
    the row's menu. `counted(number)` writes "12 lines".
    """

    name: str
    columns: Sequence[Column]
    sort: str
    counted: Callable[[int], str]
    empty: Empty
    placeholder: Text = ""
    condense: Callable[[Term], Q] | None = None
    pinned: Callable[[Term], Q | None] | None = None
    prepare: Callable[[list[Any]], None] | None = None
    """Called with the page's rows before their cells are written."""
    actions: Callable[[Any], Sequence[RowAction]] | None = None
    name_of: Callable[[Any], str] = str
    bulk: Sequence[BulkAction] = field(default_factory=tuple)
    live: str = ""
    """The address of the live states of these rows ("" = none)."""
    reads: Sequence[str] = field(default_factory=tuple)
    """What rows, cells and orders need of the database: rows are then named tuples of it (a third of the work of
    making objects, and nothing else is read by accident). Empty: rows are whole objects."""
    size: int = 50

    def column(self, key: str) -> Column | None:
        """Return a column by its key."""
        return next((column for column in self.columns if column.key == key), None)
