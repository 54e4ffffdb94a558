"""*Change number, type or class of service*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access
from carillon.features.audit.views import edit_page, told, typed_numbers
from carillon.features.line_actions.views.opening import open_line, way_back
from carillon.features.line_management import services
from carillon.features.line_management.forms import LineServiceForm
from carillon.features.line_management.queries import kinds_for
from carillon.features.line_management.services import LineService
from carillon.features.line_management.views.adding import OFFERED
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.number_blocks.queries import free_numbers
from carillon.web.numbers import national


@require_http_methods(["GET", "HEAD", "POST"])
def line_service(request: HttpRequest, line_id: int) -> HttpResponse:
    """Let a group administrator change them, where he may; afterwards the page leads back with the receipt."""
    access, line = open_line(request, line_id, Action.RENUMBER_LINES)
    back = way_back(request, line)
    return serve(request, access, line, back=back, there=back)


def serve(request: HttpRequest, access: Access, line: Line, *, back: str, there: str) -> HttpResponse:
    """Show the form, or save it and go `there` with the receipt."""
    initial = {
        "seen_version": line.version,
        "number": national(line.number),
        "kind": line.kind,
        "class_of_service_id": line.class_of_service_id,
    }
    form = LineServiceForm(request.POST or None, initial=initial, kinds=kinds_for(line))

    def save(values: Mapping[str, Any]) -> str:
        wanted = LineService(
            number=typed_numbers(values, line.group.home_region, "number")["number"],
            kind=LineKind(values["kind"]),
            class_of_service_id=values["class_of_service_id"] or 0,
        )
        saved = services.change_service(
            access=access,
            line_id=line.pk,
            wanted=wanted,
            seen_version=values["seen_version"],
            now=clock.now(),
        )
        return told(request, saved, there)

    page = {
        "access": access,
        "heading": _("Change number, type or class of service"),
        "of": line.name,
        "back": back,
        "numbers": [national(number) for number in free_numbers(line.group_id, most=OFFERED)],
    }
    return edit_page(request, form, save=save, template="line_management/form.html", **page)
