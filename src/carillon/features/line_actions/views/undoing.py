"""*Undo reset*, and erasing a former state early."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access, NotFound
from carillon.features.audit.services import Invalid, StaleVersion
from carillon.features.audit.views import tell
from carillon.features.line_actions import services
from carillon.features.line_actions.forms import EraseForm, UndoForm
from carillon.features.line_actions.queries import get_snapshot, restorable
from carillon.features.line_actions.views.opening import done, open_line, show
from carillon.features.lines.models import Line
from carillon.web.changes import person
from carillon.web.forms import explain


@require_http_methods(["GET", "HEAD", "POST"])
def undo_reset(request: HttpRequest, line_id: int) -> HttpResponse:
    """List the former states that can come back, and bring one back."""
    access, line = open_line(request, line_id, Action.RESET_LINES)
    if request.method != "POST":
        return _page(request, access, line, {})
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise NotFound("line_snapshot", line_id)
    try:
        saved = services.undo_reset(
            access=access,
            line_id=line.pk,
            snapshot_id=form.cleaned_data["snapshot"],
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
    except Invalid as invalid:
        return _page(
            request, access, line, {"refusals": [explain(one) for one in invalid.errors.values()]}, 422
        )
    except StaleVersion as stale:
        return _page(request, access, line, {"stale": tell(stale)}, 409)
    return done(request, access, line, saved)


@require_http_methods(["GET", "HEAD", "POST"])
def erase_snapshot(request: HttpRequest, line_id: int) -> HttpResponse:
    """Ask whether a former state is erased, and erase it."""
    access, line = open_line(request, line_id, Action.RESET_LINES)
    form = EraseForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        raise NotFound("line_snapshot", line_id)
    chosen = form.cleaned_data["snapshot"]
    if request.method != "POST":
        kept = get_snapshot(line.pk, chosen, now=clock.now())
        return show(request, "erase_snapshot.html", access, line, {"snapshot": kept})
    saved = services.erase_snapshot(access=access, line_id=line.pk, snapshot_id=chosen, now=clock.now())
    return done(request, access, line, saved)


def _page(
    request: HttpRequest, access: Access, line: Line, page: dict[str, object], status: int = 200
) -> HttpResponse:
    kept = [
        {"id": one.pk, "taken_at": one.taken_at, "by": person(one.taken_by), "until": one.expires_at}
        for one in restorable(line.pk, now=clock.now())
    ]
    return show(request, "undo_reset.html", access, line, {"snapshots": kept} | page, status)
