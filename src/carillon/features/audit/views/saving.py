"""One form: shown, saved with its receipt, or shown again with what was refused; a page of its own and a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from carillon.calls import numbering
from carillon.features.audit.queries import history
from carillon.features.audit.services import ErrorCode, Invalid, Problem, Receipt, StaleVersion
from carillon.web import receipts
from carillon.web.changes import Stale, tell_stale
from carillon.web.forms import PortalForm, summaries
from carillon.web.htmx import go_to

Save = Callable[[Mapping[str, Any]], Receipt | str | HttpResponse]
"""Saves a form's values: returns the receipt to show, the address to go to, or the answer itself."""


def edit_page(
    request: HttpRequest, form: PortalForm, *, save: Save, template: str, **context: Any
) -> HttpResponse:
    """Show a form; save it and answer as the save says, or show what was refused beside its fields."""
    shown = {"form": form, **context}
    if request.method != "POST":
        return show(request, template, {**shown, "receipt": receipts.standing(request)})
    if form.is_valid():
        try:
            return _answer(request, save(form.cleaned_data))
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except StaleVersion as stale:
            form.accept_version(stale.current)
            return show(request, template, {**shown, "stale": tell(stale)}, status=409)
    return show(request, template, {**shown, "refused": summaries([form])}, status=422)


def _answer(request: HttpRequest, saved: Receipt | str | HttpResponse) -> HttpResponse:
    if isinstance(saved, HttpResponse):
        return saved
    return go_to(request, saved if isinstance(saved, str) else told(request, saved, request.path))


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page that is a dialog too."""
    response = render(request, template, dict(context), status=status)
    response.headers["Vary"] = "HX-Request, HX-Dialog"
    return response


def told(request: HttpRequest, saved: Receipt, address: str) -> str:
    """Return the address that shows the receipt of what was saved."""
    return receipts.after_save(address, saved, user_id=int(request.user.pk or 0))


def receipt_of(request: HttpRequest, saved: Receipt) -> receipts.Standing | None:
    """Return the receipt for an answer that shows what is in no address: secrets, this once."""
    token = parse_qs(urlsplit(told(request, saved, "/")).query)[receipts.PARAMETER][0]
    return receipts.standing(request, token)


def tell(stale: StaleVersion) -> Stale:
    """Return in words who changed the object meanwhile."""
    last = history(kind=stale.kind, object_id=stale.object_id).first()
    return tell_stale(current=stale.current, differences=stale.differences, last=last)


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
