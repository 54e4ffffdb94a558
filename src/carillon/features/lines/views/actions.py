"""What can be done with a line, as the menu of a list's row and of the line's own pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.apps import apps
from django.utils.translation import gettext as _

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access, may
from carillon.features.lines.models import Line
from carillon.features.lines.queries import target_of
from carillon.web.addresses import address_of
from carillon.web.lists.spec import RowAction


def restorable_among(line_ids: Collection[int]) -> frozenset[int]:
    """Return which of the lines were reset and can still be given back their former state (one query).

    Snapshots belong to a feature that uses this one, so they are found by name.
    """
    snapshots = apps.get_model("line_actions", "LineSnapshot").objects.filter(line_id__in=line_ids)
    return frozenset(snapshots.exclude(payload="").values_list("line_id", flat=True))


def actions_of(
    access: Access, line: Line, *, restorable: bool, own_pages: bool = True
) -> Sequence[RowAction]:
    """Return the menu of one line for this reader; `own_pages` adds the way to the line's own pages."""
    target = target_of(line)
    found = [_way_to(line)] if own_pages else []
    if may(access, Action.CHANGE_DETAILS, target):
        found.append(_action(_("Edit personal details"), "line-details", line))
    if may(access, Action.RENUMBER_LINES, target):
        found.append(_action(_("Change number, type or class of service"), "line-service", line))
    if may(access, Action.LOCK_LINES, target) and line.locked_at is None:
        found.append(_action(_("Lock account"), "lock-line", line))
    if may(access, Action.UNBLOCK, target):
        found.append(_action(_("Unlock account"), "unlock-line", line))
    if may(access, Action.RESET_LINES, target) and line.pk != access.own_line_id:
        found.append(_action(_("Reset line"), "reset-line", line, apart=True))
        if restorable:
            found.append(_action(_("Undo reset"), "undo-reset", line))
    if may(access, Action.MANAGE_LINES, target) and line.pk != access.own_line_id:
        found.append(_action(_("Delete line"), "delete-line", line, apart=True))
    return found


def _way_to(line: Line) -> RowAction:
    return RowAction(_("View individual settings"), address_of("line", line.pk), dialog=False)


def _action(label: str, name: str, line: Line, *, apart: bool = False) -> RowAction:
    return RowAction(label, address_of(name, line.pk), apart=apart)
