"""The rows of a list as HTML.

Fifty rows are most of a page, and a page is written at every keystroke of a search: what is the same in all of them
is written once, and no template is walked through for each cell. Whatever is not markup already is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carillon.web.icons import icon
from carillon.web.lists.spec import Column, ListSpec, Pen, RowAction


class RowWriter:
    """Writes rows with these columns; `here` is the address of the list, where the pages of a row's menu lead back."""

    def __init__(self, spec: ListSpec, columns: Sequence[Column], *, pen: Pen, here: str) -> None:
        self._spec = spec
        self._pen = pen
        self._cells = [(column.cell, *_around(column)) for column in columns]
        self._back = urlencode({"back": here})
        self._tick = escape(_("Select %(name)s"))
        self._menu = escape(_("Actions for %(name)s"))
        self._dots = icon("dots")
        self._entries: dict[tuple[str, bool, bool], tuple[str, str]] = {}

    def write(self, rows: Iterable[Any]) -> SafeString:
        """Return the rows of a table's body."""
        return SafeString("\n".join(self._row(row) for row in rows))

    def _row(self, row: Any) -> str:
        name, number = escape(self._spec.name_of(row)), f"{row.pk:d}"
        parts = [f'<tr id="row-{number}">']
        if self._spec.bulk:
            parts.append(
                '<td class="tick"><input type="checkbox" class="form-check-input" form="bulk" name="selected" '
                f'value="{number}" aria-label="{self._tick % {"name": name}}"></td>'
            )
        for cell, before, after in self._cells:
            parts += (before, _markup(cell(row, self._pen)), after)
        if self._spec.actions is not None:
            parts.append(f'<td class="row-actions">{self._actions(self._spec.actions(row), name)}</td>')
        return "".join((*parts, "</tr>"))

    def _actions(self, actions: Sequence[RowAction], name: str) -> str:
        if not actions:
            return ""
        entries = "".join(self._entry(action) for action in actions)
        said = f'<span class="visually-hidden">{self._menu % {"name": name}}</span>'
        return (
            f'<details data-menu><summary class="quiet">{self._dots}{said}</summary>'
            f'<ul class="menu">{entries}</ul></details>'
        )

    def _entry(self, action: RowAction) -> str:
        """Write an entry of a row's menu; without JavaScript, the page of a dialog leads back to this very list."""
        address = action.address
        if action.dialog:
            address = f"{address}{'&' if '?' in address else '?'}{self._back}"
        sort = action.label, action.dialog, action.apart
        written = self._entries.get(sort)
        if written is None:
            written = self._entries[sort] = _around_address(action)
        return f"{written[0]}{escape(address)}{written[1]}"


def _around(column: Column) -> tuple[str, str]:
    """Return what stands before and after every cell of a column; the head of a row is its name."""
    label = escape(str(column.label))
    if column.head:
        return f'<th scope="row" data-label="{label}">', "</th>"
    return f'<td data-label="{label}">', "</td>"


def _around_address(action: RowAction) -> tuple[str, str]:
    """Return what stands before and after the address in an entry of a menu: of most rows it is the same."""
    apart = ' class="apart"' if action.apart else ""
    opened = " data-dialog" if action.dialog else ""
    return f'<li{apart}><a class="quiet" href="', f'"{opened}>{escape(action.label)}</a></li>'


def _markup(content: str) -> str:
    """Return a cell's content as HTML: what does not say that it is markup is text."""
    return content if isinstance(content, SafeString) else escape(content)
