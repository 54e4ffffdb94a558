"""*Delete line*: what still uses it, what is lost with it, and its number to be typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.queries import Access, may
from carillon.features.audit.views import edit_page, told
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.line_actions.queries import losses_of
from carillon.features.line_actions.views.opening import open_line, way_back
from carillon.features.line_management import services
from carillon.features.line_management.forms import DeleteLineForm
from carillon.features.line_management.queries import Use, phones_of, uses_of
from carillon.features.lines.models import Line
from carillon.features.lines.queries import target_of
from carillon.web.changes import LABELS
from carillon.web.lists.selected import UsedBy
from carillon.web.numbers import national


@require_http_methods(["GET", "HEAD", "POST"])
def delete_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Let an administrator delete a line of his scope, where he may; afterwards the page leads back to the list."""
    access, line = open_line(request, line_id, Action.MANAGE_LINES)
    back = way_back(request, line)
    own_pages = back.startswith(reverse("line", args=[line.pk]))  # which will be gone
    return delete(request, access, line, back=back, there=reverse("lines") if own_pages else back)


def delete(request: HttpRequest, access: Access, line: Line, *, back: str, there: str) -> HttpResponse:
    """Show what deleting means, or delete and go `there` with the receipt."""
    form = DeleteLineForm(request.POST or None, initial={"seen_version": line.version})

    def save(values: Mapping[str, Any]) -> str:
        deleted = services.delete_line(access=access, line_id=line.pk, now=clock.now(), **values)
        return told(request, deleted, there)

    page = {
        "access": access,
        "heading": _("Delete the line of %(name)s") % {"name": line.name},
        "back": back,
        "line": line,
        "uses": [used_by(access, use, line.group) for use in uses_of(line)],
        "losses": losses_of(line),
        "phones": phones_of(line),
    }
    return edit_page(request, form, save=save, template="line_management/delete.html", **page)


def used_by(access: Access, use: Use, group: BusinessGroup) -> UsedBy:
    """Return a use in words; a line outside the reader's scope is not named to him."""
    setting = str(LABELS[use.setting])
    if use.line is None:
        operates = access.role is Role.OPERATOR
        address = reverse("operator-group-details", args=[group.pk]) if operates else ""
        return UsedBy(group.name, setting, address)
    if not may(access, Action.VIEW_LINE, target_of(use.line)):
        return UsedBy(_("a line outside the departments you administer"), setting)
    address = reverse("line", args=[use.line.pk])
    return UsedBy(use.line.name, setting, address, str(national(use.line.number)))
