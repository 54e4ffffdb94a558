"""What every page of an action begins and ends with."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for
from carillon.features.audit.services import Receipt
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.web import receipts
from carillon.web.htmx import go_to
from carillon.web.sessions import signed_in


def open_line(request: HttpRequest, line_id: int, action: Action) -> tuple[Access, Line]:
    """Return the reader's access and the line; raises NotFound."""
    access = access_for(signed_in(request, User))
    return access, access_line(access, line_id, action)


def way_back(request: HttpRequest, line: Line | None = None) -> str:
    """Return where the page leads afterwards: an address of this portal, else the line, else the lines."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if safe and wanted.startswith("/"):
        return wanted
    return reverse("line", args=[line.pk]) if line is not None else reverse("lines")


def show(
    request: HttpRequest,
    template: str,
    access: Access,
    line: Line | None,
    page: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Render one page of an action."""
    context = {"access": access, "line": line, "back": way_back(request, line)} | page
    response = render(request, f"line_actions/{template}", context, status=status)
    response.headers["Vary"] = "HX-Request, HX-Dialog"
    return response


def done(
    request: HttpRequest,
    access: Access,
    line: Line | None,
    saved: Receipt | None,
    undo: receipts.Undo | None = None,
) -> HttpResponse:
    """Lead back with the receipt of what was saved, if anything was, and of how it is undone."""
    address = way_back(request, line)
    if saved is not None:
        address = receipts.after_save(address, saved, user_id=access.user.pk, undo=undo)
    return go_to(request, address)
