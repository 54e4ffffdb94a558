"""The button *Undo this change* of a receipt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for
from carillon.features.audit.queries import history
from carillon.features.audit.services import Invalid, StaleVersion
from carillon.features.undoing import services
from carillon.web import receipts
from carillon.web.changes import tell_stale
from carillon.web.forms import explain
from carillon.web.sessions import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Put back what was there before the save of this receipt, and show the receipt of that.

    Opened by itself it undoes nothing and leads to the page of the save.
    """
    access = access_for(signed_in(request, User))
    asked = receipts.undo_of(token, user_id=access.user.pk)
    if request.method != "POST":
        return redirect(asked.address if asked is not None else "home")
    if asked is None:
        return _refused(request, access, {}, status=410)
    try:
        saved = services.undo(
            access=access,
            page=asked.page,
            object_id=asked.object_id,
            entry_id=asked.entry,
            now=clock.now(),
        )
    except Invalid as invalid:
        reasons = [explain(problem) for problem in invalid.errors.values()]
        return _refused(request, access, {"reasons": reasons, "back": asked.address}, status=422)
    except StaleVersion as stale:
        last = history(kind=stale.kind, object_id=stale.object_id).first()
        told = tell_stale(current=stale.current, differences=stale.differences, last=last)
        return _refused(request, access, {"stale": told, "back": asked.address}, status=409)
    again = receipts.Undo(asked.page, asked.object_id, undone=not asked.undone)
    return HttpResponseRedirect(receipts.after_save(asked.address, saved, user_id=access.user.pk, undo=again))


def _refused(request: HttpRequest, access: Access, page: dict[str, Any], *, status: int) -> HttpResponse:
    return render(request, "undoing/refused.html", {"access": access, **page}, status=status)
