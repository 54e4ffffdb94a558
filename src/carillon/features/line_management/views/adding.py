"""*Add a line*: one form for everything that belongs to it; its first secrets are on the answer, this once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action, Reach
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for, may, reach
from carillon.features.audit.views import edit_page, typed_numbers
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.line_actions.views.opening import way_back
from carillon.features.line_management import services
from carillon.features.line_management.forms import NewLineForm
from carillon.features.line_management.queries import places_in_scope
from carillon.features.line_management.views.answering import KeptAnswer, show_secrets
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine
from carillon.features.number_blocks.queries import free_numbers
from carillon.web.numbers import national
from carillon.web.once import SentForm
from carillon.web.sessions import signed_in

OFFERED = 50
"""Free numbers that a form offers."""


@require_http_methods(["GET", "HEAD", "POST"])
def add_line(request: HttpRequest) -> HttpResponse:
    """Add a line to the administrator's own company, where he may; `?department=` is preselected."""
    access = access_for(signed_in(request, User))
    if access.group is None or not may(access, Action.MANAGE_LINES):
        raise NotFound("page", request.path)
    back = way_back(request)
    return add(request, access, access.group, back=back, onwards=lambda _line: back)


@sensitive_variables()
def add(
    request: HttpRequest, access: Access, group: BusinessGroup, *, back: str, onwards: Callable[[Line], str]
) -> HttpResponse:
    """Show the form, or add the line and show its secrets; the same form sent again shows them again for a while."""
    free = [national(number) for number in free_numbers(group.pk, most=OFFERED)]
    form = NewLineForm(
        request.POST or None,
        initial={"number": free[0] if free else "", "department": request.GET.get("department", "")},
        departments=places_in_scope(access, group),
        whole_group=reach(access, Action.MANAGE_LINES) is not Reach.SUBTREE,
        phones=may(access, Action.MANAGE_PHONES),
    )

    @sensitive_variables()
    def save(values: Mapping[str, Any]) -> HttpResponse:
        now = clock.now()
        given = {name: value for name, value in values.items() if name != "once"}
        rest = {"extension": given.pop("extension"), "with_phone": given.pop("with_phone", False)}
        given |= typed_numbers(given, group.home_region, "number")
        given |= {"kind": LineKind(given["kind"]), "department_id": given.pop("department")}
        new = NewLine(**given | {"class_of_service_id": given["class_of_service_id"] or 0})
        answers = KeptAnswer(SentForm(request, now))
        made = services.add_line(access=access, group_id=group.pk, new=new, **rest, now=now, answers=answers)
        return show_secrets(request, access, made, onwards=onwards(made.line))

    page = {"access": access, "heading": _("Add a line"), "back": back, "numbers": free}
    return edit_page(request, form, save=save, template="line_management/form.html", **page)
