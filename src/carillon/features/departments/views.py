"""Choosing the department that lists are limited to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import access_for, may
from carillon.features.departments.queries import ALL, MOST_FOUND, ROOT, find_departments, root_name
from carillon.web.htmx import page_or_fragment
from carillon.web.search import read_term
from carillon.web.sessions import signed_in


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Show the departments to choose from, as links back to the list they limit."""
    access = access_for(signed_in(request, User))
    address = request.GET.get("for", "")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    if not may(access, Action.LIST_LINES) or not safe or "?" in address:
        raise Http404
    term = read_term(request.GET.get("find", ""))
    found = find_departments(access, term)
    context = {
        "address": address,
        "term": term.typed,
        "cut": term.cut,
        "now": request.GET.get("now", "")[:20],
        "departments": found,
        "more": len(found) == MOST_FOUND,
        "all_value": ALL,
        "root_value": ROOT if access.role is Role.GROUP_ADMINISTRATOR and not term else "",
        "root_name": root_name(access),
    }
    return page_or_fragment(
        request, page="departments/choose.html", fragment="departments/_choices.html", context=context
    )
