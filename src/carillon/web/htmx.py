"""Page or fragment, decided in one place; and redirects that htmx follows as the browser would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether htmx asked for a part of the page (a boosted or restored page is a whole one)."""
    asked = HtmxDetails(request)
    return bool(asked) and not asked.boosted and not asked.history_restore_request


def page_or_fragment(
    request: HttpRequest, *, page: str, fragment: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render `fragment` for htmx and `page` (which includes the same fragment) for everyone else."""
    template = fragment if wants_fragment(request) else page
    response = render(request, template, dict(context), status=status)
    response.headers["Vary"] = "HX-Request"
    return response


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect the whole page, also when a fragment was asked for."""
    if wants_fragment(request):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)
