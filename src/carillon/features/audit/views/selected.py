"""*Delete selected*: asks once for all that is ticked in a list, then deletes all of it or nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from carillon.features.audit.services import ErrorCode, Invalid, Receipt
from carillon.features.audit.views.saving import show, told
from carillon.web.forms import summaries
from carillon.web.htmx import go_to
from carillon.web.lists.selected import ConfirmForm, Deletion, Selection, selected_ids

TEMPLATE = "web/delete_selected.html"


def delete_selected(request: HttpRequest, deletion: Deletion, *, back: str, **context: Any) -> HttpResponse:
    """Name what is ticked, its uses and what is lost; delete it once its number is typed, and go back."""
    ids = selected_ids(request)
    selection = deletion.find(ids) if ids else Selection(())
    shown = {**context, "deletion": deletion, "selection": selection, "back": back}
    shown["counted"] = deletion.counted(len(selection.rows))
    first = {"selected": ",".join(str(one) for one in ids), "seen_rows": selection.seen}
    if "typed_count" not in request.POST or not ids:
        return show(request, TEMPLATE, {**shown, "form": ConfirmForm(initial=first)})
    form = ConfirmForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            saved = deletion.delete(ids, form.count(), form.cleaned_data["seen_rows"])
        except Invalid as invalid:
            form.refuse(invalid.errors)
            if any(problem.code is ErrorCode.CHANGED_MEANWHILE for problem in invalid.errors.values()):
                status = 409
                form.take("seen_rows", selection.seen)
        else:
            return go_to(request, told(request, saved, back) if isinstance(saved, Receipt) else back)
    return show(request, TEMPLATE, {**shown, "form": form, "refused": summaries([form])}, status=status)
