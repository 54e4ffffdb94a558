"""A line's names, and what was changed on it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import history
from carillon.features.audit.services import Invalid, StaleVersion
from carillon.features.lines import services
from carillon.features.lines.forms import CallSettingsForm
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line, record_of
from carillon.web import receipts
from carillon.web.changes import tell, tell_stale
from carillon.web.forms import summaries
from carillon.web.sessions import signed_in

PAGE = 50


@require_GET
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Open a line at its incoming calls."""
    access = access_for(signed_in(request, User))
    return redirect("incoming-calls", access_line(access, line_id).pk)


@require_http_methods(["GET", "HEAD", "POST"])
def call_settings(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show and save the line's names."""
    access = access_for(signed_in(request, User))
    found = access_line(access, line_id, Action.CHANGE_NAMES)
    if request.method != "POST":
        names = ("name", "calling_name", "withhold_identity")
        form = CallSettingsForm(
            initial={name: getattr(found, name) for name in names} | {"seen_version": found.version}
        )
        return _settings_page(request, access, found, {"form": form, "receipt": receipts.standing(request)})
    form = CallSettingsForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, access, found, {"form": form}, status=422)
    try:
        saved = services.change_names(
            actor=actor_for(access.user), line_id=found.pk, now=clock.now(), **form.cleaned_data
        )
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return _settings_page(request, access, found, {"form": form}, status=422)
    except StaleVersion as stale:
        form.accept_version(stale.current)
        last = history(kind=stale.kind, object_id=stale.object_id).first()
        told = tell_stale(current=stale.current, differences=stale.differences, last=last)
        return _settings_page(request, access, found, {"form": form, "stale": told}, status=409)
    return HttpResponseRedirect(receipts.after_save(request.path, saved, user_id=access.user.pk))


def _settings_page(
    request: HttpRequest, access: Access, found: Line, page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    refused = summaries([page["form"]]) if status == 422 else []
    context = {"access": access, "line": found, "tab": "call-settings", "refused": refused} | page
    return render(request, "lines/call_settings.html", context, status=status)


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
