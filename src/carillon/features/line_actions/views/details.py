"""*Edit personal details*."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.queries import Access
from carillon.features.audit.services import Invalid, StaleVersion
from carillon.features.audit.views import tell
from carillon.features.departments.queries import departments_in_scope
from carillon.features.line_actions import services
from carillon.features.line_actions.forms import DetailsForm
from carillon.features.line_actions.views.opening import done, open_line, show
from carillon.features.lines.models import Line
from carillon.web.forms import summaries
from carillon.web.receipts import Undo

FIELDS = ("role", "is_supervisor", "may_read_call_logs", "may_monitor")


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show and save the personal details."""
    access, line = open_line(request, line_id, Action.CHANGE_DETAILS)
    if request.method != "POST":
        return _page(request, access, line, _form(access, line, initial=_initial(line)))
    form = _form(access, line, data=request.POST)
    if not form.is_valid():
        return _page(request, access, line, form, status=422)
    try:
        saved = services.change_details(
            access=access,
            line_id=line.pk,
            details=form.details(),
            seen_version=form.cleaned_data["seen_version"],
            seen_account=form.cleaned_data["seen_account"],
            now=clock.now(),
        )
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return _page(request, access, line, form, status=422)
    except StaleVersion as stale:
        form.accept_version(stale.current, "seen_account" if stale.kind == "user" else "seen_version")
        return _page(request, access, line, form, stale=tell(stale), status=409)
    undoable = saved.changed <= services.UNDOABLE
    return done(request, access, line, saved, Undo("line-details", line.pk) if undoable else None)


def _form(access: Access, line: Line, **given: Any) -> DetailsForm:
    departments = list(departments_in_scope(access).filter(group_id=line.group_id))
    user, operator = getattr(line, "user", None), access.role is Role.OPERATOR
    if user is not None and user.scope is not None and user.scope not in departments:
        departments.append(user.scope)  # what someone else gave is shown, and may be left as it is
    return DetailsForm(departments=departments, account=user is not None, operator=operator, **given)


def _initial(line: Line) -> dict[str, Any]:
    user = getattr(line, "user", None)
    initial = {
        "seen_version": line.version,
        "seen_account": user.version if user else 0,
        "name": line.name,
        "emergency_address": line.emergency_address,
        "language": user.language if user else line.language,
    }
    if user is not None:
        initial |= {name: getattr(user, name) for name in FIELDS} | {"scope": str(user.scope_id or "")}
    return initial


def _page(
    request: HttpRequest,
    access: Access,
    line: Line,
    form: DetailsForm,
    *,
    status: int = 200,
    stale: object = None,
) -> HttpResponse:
    refused = summaries([form]) if status == 422 else []
    page = {"form": form, "refused": refused, "stale": stale}
    return show(request, "details.html", access, line, page, status)
