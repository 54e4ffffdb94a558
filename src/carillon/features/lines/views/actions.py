"""What can be done with a line, as the menu of a list's row and of the line's own pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access, Standing, Target, may, standing
from carillon.features.lines.models import Line
from carillon.features.lines.queries import ListedLine, restorable, target_of
from carillon.web.addresses import address_of
from carillon.web.lists.spec import RowAction

OWN_PAGES = "line"


class Menus:
    """The menus of the lines of a list: a page has few sorts of lines, what may be done is asked once for each."""

    def __init__(self, access: Access, *, own_pages: bool = True) -> None:
        self._access = access
        self._own_pages = own_pages
        self._known: dict[tuple[Standing, bool, bool], Sequence[_Entry]] = {}

    def of(self, line: ListedLine) -> Sequence[RowAction]:
        """Return the menu of one line of a list for this reader."""
        target = Target(line.group_id, line.department__path or "", line.pk)
        return self.at(target, line.pk, locked=line.locked_at is not None, restorable=line.restorable)

    def at(self, target: Target, line_id: int, *, locked: bool, restorable: bool) -> Sequence[RowAction]:
        """Return the menu of the line there for this reader; `restorable`: its reset can be undone."""
        stands = standing(self._access, target)
        sort = stands, locked, restorable
        entries = self._known.get(sort)
        if entries is None:
            found = _entries(self._access, target, own=stands.own, locked=locked, restorable=restorable)
            entries = self._known[sort] = [
                entry for entry in found if self._own_pages or entry.name != OWN_PAGES
            ]
        return [
            RowAction(entry.label, address_of(entry.name, line_id), dialog=entry.dialog, apart=entry.apart)
            for entry in entries
        ]


def actions_of(access: Access, line: Line) -> Sequence[RowAction]:
    """Return the menu of one line for this reader, on its own pages (one query)."""
    menus, locked = Menus(access, own_pages=False), line.locked_at is not None
    return menus.at(target_of(line), line.pk, locked=locked, restorable=restorable(line.pk))


class _Entry(NamedTuple):
    """An entry of a menu, of whatever line: the name of its page in the addresses."""

    label: str
    name: str
    dialog: bool = True
    apart: bool = False


def _entries(
    access: Access, target: Target, *, own: bool, locked: bool, restorable: bool
) -> Iterator[_Entry]:
    """Yield what the reader may do with a line that stands to him as this one does."""
    yield _Entry(_("View individual settings"), OWN_PAGES, dialog=False)
    if may(access, Action.CHANGE_DETAILS, target):
        yield _Entry(_("Edit personal details"), "line-details")
    if may(access, Action.RENUMBER_LINES, target):
        yield _Entry(_("Change number, type or class of service"), "line-service")
    if may(access, Action.LOCK_LINES, target) and not locked:
        yield _Entry(_("Lock account"), "lock-line")
    if may(access, Action.UNBLOCK, target):
        yield _Entry(_("Unlock account"), "unlock-line")
    if may(access, Action.RESET_LINES, target) and not own:
        yield _Entry(_("Reset line"), "reset-line", apart=True)
        if restorable:
            yield _Entry(_("Undo reset"), "undo-reset")
    if may(access, Action.MANAGE_LINES, target) and not own:
        yield _Entry(_("Delete line"), "delete-line", apart=True)
