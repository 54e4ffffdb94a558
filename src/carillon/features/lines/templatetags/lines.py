"""The menu of a line on its own pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from carillon.features.accounts.queries import Access
from carillon.features.lines.models import Line
from carillon.features.lines.views.actions import actions_of
from carillon.web.lists.spec import RowAction

register = template.Library()


@register.simple_tag
def line_menu(access: Access, line: Line) -> Sequence[RowAction]:
    """Return what an administrator may do with the line (one query)."""
    return actions_of(access, line)
