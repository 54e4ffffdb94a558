"""What the lists of lines show of each line."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.queries import Access, may
from carillon.features.lines.choices import LineKind
from carillon.features.lines.queries import (
    ADMINISTRATORS,
    LISTED,
    ListedLine,
    administrators_first,
    counted_lines,
    in_departments,
    kinds_matching,
    lines_matching,
)
from carillon.features.lines.views.actions import Menus
from carillon.web import engine
from carillon.web.addresses import address_of
from carillon.web.engine import LineState, LineStates
from carillon.web.icons import icon
from carillon.web.lists.cells import path
from carillon.web.lists.spec import BulkAction, Column, Empty, ListSpec, Pen
from carillon.web.numbers import national
from carillon.web.states import in_words

ICONS = {
    LineKind.USER: "user",
    LineKind.BASIC: "phone",
    LineKind.COMMON_AREA: "device-landline-phone",
    LineKind.EASY_ATTENDANT: "headset",
    LineKind.PREMIUM_ATTENDANT: "robot",
    LineKind.PILOT: "affiliate",
    LineKind.MAILBOX_ONLY: "mail",
    LineKind.VIRTUAL_EXTENSION: "route",
    LineKind.TRUNK: "git-branch",
}


def lines_list(access: Access, kinds: Collection[str], group_id: int | None = None) -> ListSpec:
    """Return the list of lines for this reader; `kinds` are those it is limited to, `group_id` the only group."""
    states, menus = _States(), Menus(access)

    return ListSpec(
        name="lines",
        columns=_columns(access, states, group_id),
        sort="name",
        counted=counted_lines,
        empty=_empty(access),
        placeholder=gettext_lazy("Number, extension, name or department"),
        condense=lambda term: lines_matching(access, term, group_id),
        pinned=lambda term: administrators_first(access, term, group_id),
        prepare=lambda rows: states.ask([row.pk for row in rows]),
        reads=LISTED,
        actions=menus.of,
        name_of=lambda line: str(line.name),
        bulk=_bulk(access),
        live=reverse("lines-live"),
    )


def _empty(access: Access) -> Empty:
    title = gettext_lazy("No lines here yet")
    if access.group is None or not may(access, Action.MANAGE_LINES):
        return Empty(
            title, gettext_lazy("Your platform operator creates the lines of your company; they appear here.")
        )
    return Empty(
        title,
        gettext_lazy("The lines of this department appear here once there are any."),
        gettext_lazy("Add a line"),
        reverse("add-line"),
    )


def _bulk(access: Access) -> tuple[BulkAction, ...]:
    move = BulkAction(gettext_lazy("Move the selection"), reverse("move-lines"))
    if not may(access, Action.MANAGE_LINES):
        return (move,)
    return (move, BulkAction(gettext_lazy("Delete selected lines"), reverse("delete-lines")))


class _States:
    """What the engine says of the lines of one page: it is asked once for all of them."""

    def __init__(self) -> None:
        self._known: LineStates | None = None
        self._written: dict[LineState | None, tuple[str, str]] = {}

    def ask(self, ids: list[int]) -> None:
        """Ask once for all lines of the page."""
        self._known = engine.line_states_of(line_ids=ids)

    def cell(self, line_id: int) -> SafeString:
        """Return the cell that live states keep up to date."""
        state = self._known.of(line_id) if self._known is not None else None
        written = self._written.get(state)
        if written is None:
            written = self._written[state] = self._around(*in_words(state))
        return SafeString(f"{written[0]}{line_id:d}{written[1]}")

    @staticmethod
    def _around(look: str, words: str) -> tuple[str, str]:
        """Return what stands before and after the number of a line: few states are met on a page."""
        return f'<span class="state is-{escape(look)}" data-state-of="', f'">{escape(words)}</span>'


def _columns(access: Access, states: _States, group_id: int | None) -> tuple[Column, ...]:
    return (
        Column(
            "kind", gettext_lazy("Type"), _Kinds().cell, find=lambda term: Q(kind__in=kinds_matching(term))
        ),
        Column("number", gettext_lazy("Directory number"), _number, ("number",), _digits("number")),
        Column(
            "extension",
            gettext_lazy("Extension"),
            lambda line, pen: pen(line.extension_digits),
            ("extension_digits", "number"),
            _digits("extension_digits"),
        ),
        Column(
            "name",
            gettext_lazy("Name"),
            _name,
            ("name_key", "id"),
            lambda term: Q(name_key__holds=term.text),
            fixed=True,
            head=True,
        ),
        Column(
            "department",
            gettext_lazy("Department"),
            _department,
            ("department_key", "number"),
            lambda term: in_departments(access, term, group_id),
            wide=True,
        ),
        Column("state", gettext_lazy("State"), lambda line, pen: states.cell(line.pk)),
        Column("administrator", gettext_lazy("Administrator"), _administrator),
        Column("lock", gettext_lazy("Lock"), _lock),
    )


def _digits(column: str) -> Any:
    return lambda term: Q(**{f"{column}__holds": term.digits or term.text})


class _Kinds:
    """The cells that tell the types of lines: a page has few types, each is written once."""

    def __init__(self) -> None:
        self._written: dict[str, SafeString] = {}

    def cell(self, line: ListedLine, pen: Pen) -> SafeString:
        """Return the cell of a line's type, the same for every line of the page."""
        written = self._written.get(line.kind)
        if written is None:
            written = self._written[line.kind] = self._write(LineKind(line.kind), pen)
        return written

    @staticmethod
    def _write(kind: LineKind, pen: Pen) -> SafeString:
        return format_html(
            '<span class="kind" title="{0}">{1}<span class="visually-hidden">{2}</span></span>',
            kind.label,
            icon(ICONS[kind]),
            pen(kind.label),
        )


def _number(line: ListedLine, pen: Pen) -> SafeString:
    return SafeString(f'<span class="text-nowrap">{pen(national(line.number))}</span>')


def _name(line: ListedLine, pen: Pen) -> SafeString:
    return SafeString(f'<a href="{address_of("line", line.pk)}">{pen(line.name)}</a>')


def _department(line: ListedLine, pen: Pen) -> SafeString:
    return path(pen(line.department__full_name or ""))


def _administrator(line: ListedLine, pen: Pen) -> SafeString:
    if line.user__role not in ADMINISTRATORS:
        return SafeString("")
    return format_html(
        '<span class="mark-of" title="{0}">{1}<span>{0}</span></span>',
        Role(line.user__role).label,
        icon("star"),
    )


def _lock(line: ListedLine, pen: Pen) -> SafeString:
    del pen
    words = []
    if line.suspended:
        words.append(_("Suspended"))
    if line.locked_at is not None:
        words.append(_("Administrative lock"))
    if line.user__blocked_at is not None:
        words.append(_("Portal lock"))
    if not words:
        return SafeString("")
    return format_html('<span class="mark-of">{}<span>{}</span></span>', icon("lock"), ", ".join(words))
