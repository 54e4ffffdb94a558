"""What every page of the console shares: for operators only, one form, one confirmation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import Invalid, Receipt
from carillon.features.audit.views import Save, edit_page, told
from carillon.features.operator_console.queries import config_version_of, operates
from carillon.web.forms import PortalForm, explain
from carillon.web.sessions import signed_in

Page = Callable[..., HttpResponse]


def operator_page(view: Page) -> Page:
    """Let operators see the page, and nobody else know of it; `view` is given the access after the request."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, **names: Any) -> HttpResponse:
        access = access_for(signed_in(request, User))
        if not operates(access):
            raise NotFound("page", request.path)
        return view(request, access, **names)

    page.login_url = "operator-sign-in"  # type: ignore[attr-defined]
    return page


def edit(  # noqa: PLR0913 - the parts of one page, by name
    request: HttpRequest,
    access: Access,
    form: PortalForm,
    *,
    save: Save,
    heading: str,
    back: str,
    page: str = "form.html",
    **context: Any,
) -> HttpResponse:
    """Show a form of the console; save it, or show what was refused; `page` names another template than the form's."""
    shown = {"access": access, "heading": heading, "back": back, **context}
    return edit_page(request, form, save=save, template=f"operator_console/{page}", **shown)


def confirm(  # noqa: PLR0913 - the parts of one page, by name
    request: HttpRequest,
    access: Access,
    *,
    act: Callable[[], object],
    heading: str,
    warning: str,
    verb: str,
    back: str,
    there: str = "",
    **more: Any,
) -> HttpResponse:
    """Ask before what cannot be undone; do it and go `there` (or back) with its receipt, or say what stands in the way.

    `uses` lists what still uses the object, as pairs of words and an address ("" = none); `sends` is the pair the
    button sends besides; `harmless`: nothing is lost.
    """
    context = {"access": access, "heading": heading, "warning": warning, "verb": verb, "back": back, **more}
    if request.method != "POST":
        return render(request, "operator_console/confirm.html", context)
    try:
        done = act()
    except Invalid as invalid:
        reasons = [explain(problem) for problem in invalid.errors.values()]
        return render(request, "operator_console/confirm.html", {**context, "reasons": reasons}, status=422)
    if isinstance(done, Receipt):
        return HttpResponseRedirect(told(request, done, there or back))
    return HttpResponseRedirect(there or back)


def wanted_state(request: HttpRequest, *, now_on: bool) -> tuple[bool, tuple[str, str]]:
    """Return whether a switch is to be on, and what its button sends: pressed twice it must not switch back."""
    sent = {"on": True, "off": False}.get(request.POST.get("wanted", ""))
    wanted = not now_on if sent is None else sent
    return wanted, ("wanted", "on" if wanted else "off")


def receipt_of_new(kind: str, row: Any, group_id: int | None = None) -> Receipt:
    """Return the receipt of an object that was just created, of one group or (None) of the platform."""
    return Receipt(kind, row.pk, row.version, group_id, config_version_of(group_id), now())


def actor(access: Access) -> Any:
    """Return the operator as the one who makes a change."""
    return actor_for(access.user)


now = clock.now
