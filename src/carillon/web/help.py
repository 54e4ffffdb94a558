"""Help beside each page: one topic a page, written in both languages (`templates/help/<language>/<topic>.html`)."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from carillon.web.htmx import page_or_fragment
from carillon.web.middleware import background, open_before_first_password

PAGES: Mapping[str, tuple[str, ...]] = {
    "sign-in": ("sign-in",),
    "new-password": ("new-password",),
    "home": ("home",),
    "search": ("search",),
    "choose-department": ("choose-department",),
    "lines": ("lines",),
    "users": ("users",),
    "attendants": ("attendants",),
    "group-access": ("group-access",),
    "move-lines": ("move-lines",),
    "add-line": ("add-line",),
    "line-service": ("line-service",),
    "delete-lines": ("delete-line", "delete-lines"),
    "line-details": ("line-details",),
    "locks": ("lock-line", "unlock-line"),
    "reset-line": ("reset-line",),
    "undo-reset": ("undo-reset", "erase-snapshot"),
    "incoming-calls": ("incoming-calls", "line"),
    "availability": ("availability",),
    "call-settings": ("call-settings",),
    "message-settings": ("message-settings",),
    "account-settings": ("account-settings", "voicemail-pin"),
    "sessions": ("sessions",),
    "line-changes": ("line-changes",),
    "record": ("record",),
    "feedback": ("feedback", "feedback-sent"),
    "operator-sign-in": ("operator-sign-in", "operator-code"),
    "operator-groups": ("operator",),
    "operator-group": (
        "operator-group", "operator-group-add", "operator-group-details", "operator-group-suspend",
    ),
    "operator-grants": ("operator-group-grants",),
    "operator-lines": ("operator-lines",),
    "operator-line": (
        "operator-line", "operator-line-add", "operator-line-service", "operator-line-suspend",
        "operator-line-secrets", "operator-line-delete",
    ),
    "operator-departments": (
        "operator-departments", "operator-department", "operator-department-add", "operator-department-delete",
    ),
    "number-blocks": ("operator-blocks", "operator-block-add", "operator-block-delete"),
    "classes-of-service": (
        "operator-classes", "operator-class", "operator-class-add", "operator-class-delete",
    ),
    "trunks-and-routes": (
        "operator-ways", "operator-trunk", "operator-trunk-add", "operator-trunk-delete",
        "operator-route", "operator-route-add", "operator-route-delete",
    ),
    "line-import": (
        "line-imports", "line-import", "line-import-progress", "line-import-save", "line-import-forget",
    ),
    "feedback-received": ("operator-feedback", "operator-feedback-done"),
}  # fmt: skip
"""Topic -> the names of the addresses it is about."""

_TOPIC_OF: Mapping[str, str] = {name: topic for topic, names in PAGES.items() for name in names}


def topic_of(url_name: str | None) -> str:
    """Return the topic of a page by the name of its address, "" when it has none."""
    return _TOPIC_OF.get(url_name or "", "")


@login_not_required
@open_before_first_password
@background
@require_GET
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """Show one topic: beside the page for htmx, else as a page with a link back to the page in `from`."""
    if topic not in PAGES:
        raise Http404
    language = (translation.get_language() or "fr")[:2]
    context = {"text": f"help/{language}/{topic}.html", "back": _own_address(request)}
    return page_or_fragment(request, page="help/page.html", fragment="help/_panel.html", context=context)


def _own_address(request: HttpRequest) -> str:
    wanted = request.GET.get("from", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""


urlpatterns = [path("help/<slug:topic>/", help_topic, name="help")]
