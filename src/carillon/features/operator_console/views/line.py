"""One line as the operator manages it: created, in or out of service, renumbered, its secrets, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access
from carillon.features.line_actions import services
from carillon.features.line_management import views as management
from carillon.features.line_management.queries import phones_of
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.operator_console.forms import HandOutForm
from carillon.features.operator_console.queries import access_group
from carillon.features.operator_console.services import hand_out
from carillon.features.operator_console.views.desk import confirm, edit, now, operator_page, wanted_state
from carillon.web import receipts


def _line(access: Access, line_id: int) -> Line:
    return access_line(access, line_id, Action.MANAGE_LINES)


@operator_page
def line(request: HttpRequest, access: Access, line_id: int) -> HttpResponse:
    """Show what a line is, and what can be done with it."""
    found = _line(access, line_id)
    context = {
        "access": access,
        "line": found,
        "kind": LineKind(found.kind).label,
        "phones": phones_of(found),
        "receipt": receipts.standing(request),
    }
    return render(request, "operator_console/line.html", context)


@operator_page
def add_line(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Add one line to a group (line_management's page)."""
    found = access_group(access, group_id)
    back = reverse("operator-lines", args=[found.pk])
    return management.add(request, access, found, back=back, onwards=_page_of)


def _page_of(line: Line) -> str:
    return reverse("operator-line", args=[line.pk])


@operator_page
def line_service(request: HttpRequest, access: Access, line_id: int) -> HttpResponse:
    """Change the number, the type and the class of service (line_management's page)."""
    found = _line(access, line_id)
    return management.serve(request, access, found, back=_page_of(found), there=request.path)


@operator_page
def suspend_line(request: HttpRequest, access: Access, line_id: int) -> HttpResponse:
    """Suspend a line, or take it back, after asking."""
    found = _line(access, line_id)
    wanted, sends = wanted_state(request, now_on=found.suspended)
    return confirm(
        request,
        access,
        act=lambda: services.suspend_line(access=access, line_id=found.pk, suspended=wanted, now=now()),
        heading=found.name,
        warning=_("The line neither calls nor is called. Emergency calls go out.")
        if wanted
        else _("The line calls and is called again, as its settings say."),
        verb=_("Suspend the line") if wanted else _("Put the line back in service"),
        harmless=not wanted,
        back=_page_of(found),
        sends=sends,
    )


@operator_page
@sensitive_variables()
def line_secrets(request: HttpRequest, access: Access, line_id: int) -> HttpResponse:
    """Hand out a new first password and a new temporary PIN; they are on the answer, this once."""
    found = _line(access, line_id)
    form = HandOutForm(
        request.POST or None,
        has_password=getattr(found, "user", None) is not None,
        has_pin=getattr(found, "mailbox", None) is not None,
    )

    def save(values: Mapping[str, Any]) -> HttpResponse:
        made = hand_out(access=access, line_id=found.pk, **values, now=now())
        return management.show_secrets(request, access, made, onwards=_page_of(found))

    heading = _("New password and PIN: %(name)s") % {"name": found.name}
    back = _page_of(found)
    return edit(request, access, form, save=save, heading=heading, back=back, page="line_secrets.html")


@operator_page
def delete_line(request: HttpRequest, access: Access, line_id: int) -> HttpResponse:
    """Say what still uses the line and what is lost with it, then delete it (line_management's page)."""
    found = _line(access, line_id)
    there = reverse("operator-lines", args=[found.group_id])
    return management.delete(request, access, found, back=_page_of(found), there=there)
