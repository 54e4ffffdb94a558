"""What every page of the console shares: for operators only, one form, one confirmation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.calls import numbering
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import history
from carillon.features.audit.services import ErrorCode, Invalid, Problem, Receipt, StaleVersion
from carillon.features.operator_console.queries import config_version_of, operates
from carillon.web import receipts
from carillon.web.changes import tell_stale
from carillon.web.forms import PortalForm, explain, summaries
from carillon.web.sessions import signed_in

Page = Callable[..., HttpResponse]
Save = Callable[[Mapping[str, Any]], Receipt | str]
"""Saves a form's values: returns the receipt to show, or the address to go to."""


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


def edit(
    request: HttpRequest,
    access: Access,
    form: PortalForm,
    *,
    save: Save,
    heading: str,
    back: str,
    **context: Any,
) -> HttpResponse:
    """Show a form; save it, go where the save says, or show what was refused beside its fields.

    `page` names another template than the form's own; what it shows besides is given by name.
    """
    shown = {"access": access, "form": form, "heading": heading, "back": back, **context}
    if request.method != "POST":
        return _page(request, {**shown, "receipt": receipts.standing(request)})
    if form.is_valid():
        try:
            saved = save(form.cleaned_data)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except StaleVersion as stale:
            form.accept_version(stale.current)
            last = history(kind=stale.kind, object_id=stale.object_id).first()
            told = tell_stale(current=stale.current, differences=stale.differences, last=last)
            return _page(request, {**shown, "stale": told}, status=409)
        else:
            if isinstance(saved, str):
                return HttpResponseRedirect(saved)
            return HttpResponseRedirect(receipts.after_save(request.path, saved, user_id=access.user.pk))
    return _page(request, {**shown, "refused": summaries([form])}, status=422)


def _page(request: HttpRequest, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    template = str(context.get("page", "form.html"))
    return render(request, f"operator_console/{template}", dict(context), status=status)


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
        return HttpResponseRedirect(told(access, done, there or back))
    return HttpResponseRedirect(there or back)


def wanted_state(request: HttpRequest, *, now_on: bool) -> tuple[bool, tuple[str, str]]:
    """Return whether a switch is to be on, and what its button sends: pressed twice it must not switch back."""
    sent = {"on": True, "off": False}.get(request.POST.get("wanted", ""))
    wanted = not now_on if sent is None else sent
    return wanted, ("wanted", "on" if wanted else "off")


def told(access: Access, saved: Receipt, address: str) -> str:
    """Return the address that shows the receipt of what was saved."""
    return receipts.after_save(address, saved, user_id=access.user.pk)


def receipt_of_new(kind: str, row: Any, group_id: int | None = None) -> Receipt:
    """Return the receipt of an object that was just created, of one group or (None) of the platform."""
    return Receipt(kind, row.pk, row.version, group_id, config_version_of(group_id), now())


def actor(access: Access) -> Any:
    """Return the operator as the one who makes a change."""
    return actor_for(access.user)


def typed_numbers(values: Mapping[str, Any], region: str, *fields: str) -> dict[str, str]:
    """Return these fields in E.164, "" for an empty one; raises Invalid naming each that is no number."""
    found: dict[str, str] = {}
    errors: dict[str, Problem] = {}
    for field in fields:
        typed = str(values[field])
        digits = numbering.clean_typed(typed) if typed else ""
        number = numbering.parse_incoming(digits, region) if digits else ""
        if number is None or (typed and not number):
            errors[field] = Problem(ErrorCode.NUMBER_NOT_VALID, {"number": typed[:40]})
        else:
            found[field] = number
    if errors:
        raise Invalid(errors)
    return found


def receipt_of(request: HttpRequest, access: Access, saved: Receipt) -> receipts.Standing | None:
    """Return the receipt for an answer that shows what is in no address: secrets, this once."""
    token = parse_qs(urlsplit(told(access, saved, "/")).query)[receipts.PARAMETER][0]
    return receipts.standing(request, token)


now = clock.now
