"""*Lock account* and *Unlock account*."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action
from carillon.features.audit.services import Invalid
from carillon.features.line_actions import services
from carillon.features.line_actions.queries import locks_of
from carillon.features.line_actions.views.opening import done, open_line, show
from carillon.features.lines.models import Line
from carillon.web.changes import person
from carillon.web.forms import explain


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest, line_id: int) -> HttpResponse:
    """Say what a lock does, and set it."""
    access, line = open_line(request, line_id, Action.LOCK_LINES)
    page = {"locks": _told(line), "rings": line.group.locked_lines_ring}
    if request.method != "POST":
        return show(request, "lock.html", access, line, page)
    try:
        saved = services.lock_line_account(access=access, line_id=line.pk, now=clock.now())
    except Invalid as invalid:
        page["refusals"] = [explain(problem) for problem in invalid.errors.values()]
        return show(request, "lock.html", access, line, page, 422)
    return done(request, access, line, saved)


@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, line_id: int) -> HttpResponse:
    """Say which locks are set, by whom and since when, and lift them."""
    access, line = open_line(request, line_id, Action.UNBLOCK)
    if request.method != "POST":
        return show(request, "unlock.html", access, line, {"locks": _told(line)})
    lifted = services.unlock_line_account(access=access, line_id=line.pk, now=clock.now())
    if lifted.receipt is None:
        return show(request, "unlock.html", access, line, {"locks": []})
    return done(request, access, line, lifted.receipt)


def _told(line: Line) -> list[dict[str, object]]:
    """Return the locks as the page names them."""
    found = locks_of(line)
    return [{"kind": lock.kind.value, "since": lock.since, "by": person(lock.by)} for lock in found]
