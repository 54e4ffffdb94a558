"""The lists: all lines, users, attendants, group access; and the file of all lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from carillon import clock
from carillon.features.accounts.choices import Action, Reach
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for, may, reach
from carillon.features.departments.queries import limit, scope_of
from carillon.features.lines.choices import LineKind
from carillon.features.lines.queries import file_of_lines, listed
from carillon.features.lines.views.columns import lines_list
from carillon.web import receipts, streams
from carillon.web.lists import page
from carillon.web.lists.page import Scope
from carillon.web.sessions import signed_in

DEPARTMENT = "department"
"""Where the session keeps the department chosen last: the other lists follow it."""


@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """List all lines of the department chosen."""
    return _list(request, gettext_lazy("Lines"), ())


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """List the individual lines."""
    return _list(request, gettext_lazy("Users"), (LineKind.USER, LineKind.BASIC, LineKind.COMMON_AREA))


@require_GET
def attendants(request: HttpRequest) -> HttpResponse:
    """List the easy and premium attendants."""
    kinds = (LineKind.EASY_ATTENDANT, LineKind.PREMIUM_ATTENDANT)
    return _list(request, gettext_lazy("Attendants"), kinds)


@require_GET
def group_access(request: HttpRequest) -> HttpResponse:
    """List the hunt-group pilots."""
    return _list(request, gettext_lazy("Group access"), (LineKind.PILOT,))


def _list(request: HttpRequest, heading: str | Promise, kinds: Collection[str]) -> HttpResponse:
    access = access_for(signed_in(request, User))
    if not may(access, Action.LIST_LINES):
        return redirect("line", access.own_line_id)
    asked = request.GET.get(DEPARTMENT)
    scope = scope_of(access, asked) if asked is not None else _scope_kept(request, access)
    if asked is not None:
        request.session[DEPARTMENT] = scope.value
    spec = lines_list(access, kinds)
    columns = access.user.list_columns.get(spec.name)
    listing = page.build(
        spec,
        limit(listed(access, kinds), scope),
        request,
        scope=scope,
        chosen=tuple(columns) if columns else None,
    )
    actions = _page_actions(access, kinds, scope, listing.here)
    return page.respond(
        request,
        listing,
        heading=heading,
        scope=scope,
        access=access,
        page_actions=actions,
        receipt=receipts.standing(request),
    )


def _scope_kept(request: HttpRequest, access: Access) -> Scope:
    """Return the department chosen last; one that was deleted or moved away since limits nothing any more."""
    try:
        return scope_of(access, request.session.get(DEPARTMENT, ""))
    except NotFound:
        return scope_of(access, "")


def _page_actions(
    access: Access, kinds: Collection[str], scope: Scope, here: str
) -> Sequence[dict[str, object]]:
    """Return what can be done with the list of all lines: adding where the reader may, which leads back; the file."""
    if kinds:
        return ()
    found: list[dict[str, object]] = []
    if access.group is not None and may(access, Action.MANAGE_LINES):
        asked = urlencode({DEPARTMENT: scope.value, "back": here})
        found.append({"label": _("Add a line"), "address": f"{reverse('add-line')}?{asked}", "dialog": True})
        if reach(access, Action.MANAGE_LINES) is Reach.GROUP:
            address = reverse("line-imports", args=[access.group.pk])
            found.append({"label": _("Import lines"), "address": address, "dialog": False})
    download = {"label": _("Download all lines"), "address": reverse("lines-download"), "dialog": False}
    return [*found, download]


@require_GET
def download(request: HttpRequest) -> HttpResponseBase:
    """Send the file of all lines of the reader's scope; the search and the department chosen do not matter."""
    access = access_for(signed_in(request, User))
    if not may(access, Action.DOWNLOAD_LINES):
        raise NotFound("lines", access.user.pk)
    titles = (_("Name"), _("Directory number"), _("Department"))
    day = timezone.localtime(clock.now()).date().isoformat()
    return streams.send_file(
        request, file_of_lines(access, titles), name=f"lines_{day}.csv", kind="text/csv; charset=utf-8"
    )
