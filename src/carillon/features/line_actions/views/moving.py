"""*Move selected to*: the ticked lines go to a department."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from carillon import clock
from carillon.features.accounts.choices import Action, Reach
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for, may, reach
from carillon.features.audit.services import Invalid
from carillon.features.departments.queries import departments_in_scope
from carillon.features.line_actions import services
from carillon.features.line_actions.views.opening import done, show
from carillon.web.forms import explain
from carillon.web.lists.selected import read_id, selected_ids
from carillon.web.posted import posted
from carillon.web.sessions import signed_in


@posted(instead="lines")
def move(request: HttpRequest) -> HttpResponse:
    """Ask for the department where none is named yet, then move the lines: all of them or none."""
    access = access_for(signed_in(request, User))
    if not may(access, Action.MOVE_LINES):
        raise NotFound("line", "move")
    selected = selected_ids(request)
    if "department" not in request.POST:
        return _ask(request, access, selected, [])
    wanted = request.POST["department"]
    try:
        moved = services.move_lines(
            access=access,
            line_ids=selected,
            department_id=read_id(wanted) if wanted else None,
            now=clock.now(),
        )
    except Invalid as invalid:
        return _ask(request, access, selected, [explain(problem) for problem in invalid.errors.values()])
    return done(request, access, None, moved.receipt)


def _ask(request: HttpRequest, access: Access, selected: list[int], refusals: list[str]) -> HttpResponse:
    page = {
        "selected": ",".join(str(one) for one in selected),
        "count": len(selected),
        "departments": departments_in_scope(access),
        "whole_group": reach(access, Action.MOVE_LINES) in {Reach.GROUP, Reach.PLATFORM},
        "refusals": refusals,
    }
    return show(request, "move.html", access, None, page, 422 if refusals else 200)
