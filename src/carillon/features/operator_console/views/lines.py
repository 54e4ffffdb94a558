"""The list of one group's lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carillon.features.accounts.queries import Access, NotFound
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.departments.queries import access_department, limit
from carillon.features.lines.queries import ListedLine
from carillon.features.lines.views.columns import lines_list
from carillon.features.operator_console.queries import access_group, lines_of
from carillon.features.operator_console.views.desk import operator_page
from carillon.web import receipts
from carillon.web.addresses import address_of
from carillon.web.lists import page
from carillon.web.lists.page import Scope
from carillon.web.lists.spec import BulkAction, Empty, ListSpec, RowAction


@operator_page
def lines(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """List a group's lines, or those of one of its departments (`?department=`)."""
    found = access_group(access, group_id)
    scope = _scope(access, found, request.GET.get("department", ""))
    spec = _spec(access, found)
    rows = limit(lines_of(access, found), scope)
    columns = access.user.list_columns.get(spec.name)
    listing = page.build(spec, rows, request, scope=scope, chosen=tuple(columns) if columns else None)
    actions = [
        {"address": reverse("operator-group", args=[found.pk]), "label": found.name},
        {"address": reverse("operator-line-add", args=[found.pk]), "label": _("Add a line")},
        {"address": reverse("line-imports", args=[found.pk]), "label": _("Import lines")},
    ]
    return page.respond(
        request,
        listing,
        heading=_("Lines") if scope.everything else scope.name,
        access=access,
        page_actions=actions,
        receipt=receipts.standing(request),
    )


def _scope(access: Access, group: BusinessGroup, asked: str) -> Scope:
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return Scope("all", _("View all"), everything=True)
    department = access_department(access, int(asked))
    if department.group_id != group.pk:
        raise NotFound("department", asked)
    return Scope(str(department.pk), department.full_name, everything=False)


def _spec(access: Access, group: BusinessGroup) -> ListSpec:
    """Return the list its own administrators have, with the way to add the first lines."""
    theirs, label = lines_list(access, (), group.pk), _("Manage the line")

    def actions(line: ListedLine) -> Sequence[RowAction]:
        manage = RowAction(label, address_of("operator-line", line.pk), dialog=False)
        return [manage, *(theirs.actions(line) if theirs.actions is not None else ())]

    return replace(
        theirs,
        name="operator-lines",
        bulk=(BulkAction(gettext_lazy("Delete selected lines"), reverse("delete-lines")),),
        actions=actions,
        empty=Empty(
            gettext_lazy("No lines yet"),
            gettext_lazy("Add one, or import them from a CSV file."),
            gettext_lazy("Add a line"),
            reverse("operator-line-add", args=[group.pk]),
        ),
    )
