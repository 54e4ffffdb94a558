"""Sending feedback from any page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from carillon import clock
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for
from carillon.features.audit.services import Invalid
from carillon.features.feedback import services
from carillon.features.feedback.forms import FeedbackForm, own_path
from carillon.features.feedback.queries import own_feedback
from carillon.web.forms import summaries
from carillon.web.sessions import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Ask for a comment on the page in `from` (else the one the reader comes from), and send it."""
    access = access_for(signed_in(request, User))
    if request.method != "POST":
        came_from = request.GET.get("from") or request.headers.get("Referer", "")
        page = own_path(came_from, host=request.get_host())
        return _page(request, access, FeedbackForm(initial={"page": page}), page)
    form = FeedbackForm(request.POST)
    form.is_valid()
    page = own_path(form.data.get("page", ""), host=request.get_host())
    values = {name: form.data.get(name, "") for name in ("kind", "text")}
    try:
        sent = services.send_feedback(access=access, page=page, now=clock.now(), **values)
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return _page(request, access, form, page, status=422)
    return redirect("feedback-sent", sent.object_id)


@require_GET
def feedback_sent(request: HttpRequest, feedback_id: int) -> HttpResponse:
    """Say what was sent and to whom."""
    access = access_for(signed_in(request, User))
    sent = own_feedback(access, feedback_id)
    return render(request, "feedback/sent.html", {"access": access, "sent": sent})


def _page(
    request: HttpRequest, access: Access, form: FeedbackForm, page: str, *, status: int = 200
) -> HttpResponse:
    refused = summaries([form]) if status == 422 else []
    context = {"access": access, "form": form, "page": page, "refused": refused}
    return render(request, "feedback/feedback.html", context, status=status)
