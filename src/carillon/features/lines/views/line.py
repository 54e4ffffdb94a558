"""One line: where it opens, and what was changed on it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from carillon.features.accounts.models import User
from carillon.features.accounts.queries import access_for
from carillon.features.lines.queries import access_line, record_of
from carillon.web.changes import tell
from carillon.web.sessions import signed_in

PAGE = 50


@require_GET
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Open a line at its incoming calls; a receipt in the address goes with it."""
    access = access_for(signed_in(request, User))
    address = reverse("incoming-calls", args=[access_line(access, line_id).pk])
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@require_GET
def changes(request: HttpRequest, line_id: int) -> HttpResponse:
    """List what was changed on the line, newest first."""
    access = access_for(signed_in(request, User))
    found = access_line(access, line_id)
    page = Paginator(record_of(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "access": access,
        "line": found,
        "tab": "changes",
        "page": page,
        "changes": [tell(entry) for entry in page.object_list],
    }
    return render(request, "lines/changes.html", context)
