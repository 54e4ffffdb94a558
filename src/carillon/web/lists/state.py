"""The state of a list, which is its address: search, column, sort, place, columns. What is not known is dropped."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.http import urlencode

from carillon.web.lists.spec import Column, ListSpec
from carillon.web.search import Term, read_term

LONGEST_CURSOR = 1000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the sort values of the row it stands at; `backwards` reads towards the start."""

    values: tuple[str | int, ...]
    backwards: bool = False

    def text(self) -> str:
        """Return the cursor as it stands in an address."""
        raw = json.dumps(self.values, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class ListState:
    """What the reader chose."""

    term: Term
    within: str
    """The column searched, "" = all."""
    sort: str
    descending: bool
    cursor: Cursor | None
    chosen: tuple[str, ...] | None
    """The columns shown, None = the list's own choice."""
    extra: tuple[tuple[str, str], ...] = ()
    """Further parameters of the address that belong to the page (the department)."""

    def address(self, path: str, **changes: Any) -> str:
        """Return the address of this state, changed; a change of anything but the place returns to the start."""
        changes.setdefault("cursor", None)
        changed = replace(self, **changes)
        query: dict[str, str] = dict(changed.extra)
        if changed.term.typed:
            query["q"] = changed.term.typed
        if changed.within:
            query["in"] = changed.within
        if changed.sort:
            query["sort"] = ("-" if changed.descending else "") + changed.sort
        if changed.chosen is not None:
            query["columns"] = ",".join(changed.chosen)
        if changed.cursor is not None:
            query["before" if changed.cursor.backwards else "after"] = changed.cursor.text()
        return f"{path}?{urlencode(query)}" if query else path


def read_state(
    spec: ListSpec,
    query: Mapping[str, str],
    *,
    chosen: tuple[str, ...] | None = None,
    extra: tuple[tuple[str, str], ...] = (),
) -> ListState:
    """Read the state from an address; `chosen` are the columns this reader chose before."""
    within = spec.column(query.get("in", "")[:32])
    sort = query.get("sort", "")[:33]
    column = _sortable(spec, sort.removeprefix("-"))
    if column is None:
        sort, column = spec.sort, _sortable(spec, spec.sort.removeprefix("-"))
    if column is None:
        raise ValueError(spec.sort)
    return ListState(
        term=read_term(query.get("q", "")),
        within=within.key if within is not None and within.find is not None else "",
        sort=column.key,
        descending=sort.startswith("-"),
        cursor=_cursor(query, len(column.order)),
        chosen=read_columns(spec, query["columns"]) if "columns" in query else chosen,
        extra=extra,
    )


def read_columns(spec: ListSpec, text: str) -> tuple[str, ...]:
    """Return the known keys among the comma-separated ones, in the order of the list."""
    wanted = set(text[:500].split(","))
    return tuple(column.key for column in spec.columns if column.fixed or column.key in wanted)


def _sortable(spec: ListSpec, key: str) -> Column | None:
    column = spec.column(key)
    return column if column is not None and column.order else None


def _cursor(query: Mapping[str, str], length: int) -> Cursor | None:
    for name in ("after", "before"):
        text = query.get(name, "")
        if not text or len(text) > LONGEST_CURSOR:
            continue
        values = _decode(text)
        # one value more than the order has when some rows are pinned to the top
        if values is not None and len(values) in {length, length + 1}:
            return Cursor(values, backwards=name == "before")
    return None


def _decode(text: str) -> tuple[str | int, ...] | None:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(values, list):
        return None
    good = all(isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**62) for value in values)
    return (
        tuple(values)
        if good and not any("\0" in value for value in values if isinstance(value, str))
        else None
    )
