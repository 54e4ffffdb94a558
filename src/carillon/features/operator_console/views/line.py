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
from carillon.features.audit.services import Receipt
from carillon.features.departments.queries import tree_of
from carillon.features.line_actions import services
from carillon.features.line_actions.queries import kinds_for, losses_of, uses_of
from carillon.features.line_actions.services import LineService
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.lines.services import NewLine
from carillon.features.number_blocks.queries import free_numbers
from carillon.features.operator_console.forms import (
    DeleteLineForm,
    HandOutForm,
    LineServiceForm,
    NewLineForm,
)
from carillon.features.operator_console.queries import access_group, phones_of
from carillon.features.operator_console.services import Secrets, hand_out
from carillon.features.operator_console.services import add_line as add_whole_line
from carillon.features.operator_console.views.desk import (
    confirm,
    edit,
    now,
    operator_page,
    receipt_of,
    told,
    typed_numbers,
    wanted_state,
)
from carillon.web import receipts
from carillon.web.changes import LABELS
from carillon.web.numbers import national

OFFERED = 50
"""Free numbers that a form offers."""


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
@sensitive_variables()
def add_line(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Add one line with what belongs to it; its first secrets are on the answer, this once."""
    found = access_group(access, group_id)
    free = [national(number) for number in free_numbers(found.pk, most=OFFERED)]
    initial = {"number": free[0] if free else ""}
    form = NewLineForm(request.POST or None, initial=initial, departments=tree_of(found.pk))
    made: list[Secrets] = []

    def save(values: Mapping[str, Any]) -> str:
        given = dict(values)
        rest = {name: given.pop(name) for name in ("extension", "with_phone")}
        given |= typed_numbers(given, found.home_region, "number")
        given |= {"kind": LineKind(given["kind"]), "department_id": given.pop("department")}
        new = NewLine(**given | {"class_of_service_id": given["class_of_service_id"] or 0})
        made.append(add_whole_line(access=access, group_id=found.pk, new=new, **rest, now=now()))
        return ""

    back = reverse("operator-lines", args=[found.pk])
    answer = edit(request, access, form, save=save, heading=_("Add a line"), back=back, numbers=free)
    return _secrets(request, access, made[0]) if made else answer


@operator_page
def line_service(request: HttpRequest, access: Access, line_id: int) -> HttpResponse:
    """Change the number, the type and the class of service."""
    found = _line(access, line_id)
    initial = {
        "seen_version": found.version,
        "number": national(found.number),
        "kind": found.kind,
        "class_of_service_id": found.class_of_service_id,
    }
    form = LineServiceForm(request.POST or None, initial=initial, kinds=kinds_for(found))

    def save(values: Mapping[str, Any]) -> Receipt:
        numbers = typed_numbers(values, found.group.home_region, "number")
        wanted = LineService(
            number=numbers["number"],
            kind=LineKind(values["kind"]),
            class_of_service_id=values["class_of_service_id"] or 0,
        )
        return services.change_service(
            access=access, line_id=found.pk, wanted=wanted, seen_version=values["seen_version"], now=now()
        )

    free = [national(number) for number in free_numbers(found.group_id, most=OFFERED)]
    back = reverse("operator-line", args=[found.pk])
    heading = _("Change number, type or class of service")
    return edit(request, access, form, save=save, heading=heading, of=found.name, back=back, numbers=free)


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
        back=reverse("operator-line", args=[found.pk]),
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
    made: list[Secrets] = []

    def save(values: Mapping[str, Any]) -> str:
        made.append(hand_out(access=access, line_id=found.pk, **values, now=now()))
        return ""

    heading = _("New password and PIN: %(name)s") % {"name": found.name}
    back = reverse("operator-line", args=[found.pk])
    answer = edit(request, access, form, save=save, heading=heading, back=back, page="line_secrets.html")
    return _secrets(request, access, made[0]) if made else answer


def _secrets(request: HttpRequest, access: Access, made: Secrets) -> HttpResponse:
    context = {"access": access, "made": made, "receipt": receipt_of(request, access, made.receipt)}
    return render(request, "operator_console/secrets.html", context)


@operator_page
def delete_line(request: HttpRequest, access: Access, line_id: int) -> HttpResponse:
    """Say what still uses the line and what is lost with it; delete it once its number is typed."""
    found = _line(access, line_id)
    form = DeleteLineForm(request.POST or None, initial={"seen_version": found.version})

    def save(values: Mapping[str, Any]) -> str:
        deleted = services.delete_line(access=access, line_id=found.pk, now=now(), **values)
        return told(access, deleted, reverse("operator-lines", args=[found.group_id]))

    uses = [(use.line, LABELS[use.setting]) for use in uses_of(found)]
    return edit(
        request,
        access,
        form,
        save=save,
        heading=_("Delete the line of %(name)s") % {"name": found.name},
        back=reverse("operator-line", args=[found.pk]),
        page="line_delete.html",
        line=found,
        uses=uses,
        losses=losses_of(found),
        phones=phones_of(found),
    )
