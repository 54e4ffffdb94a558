"""*Incoming calls* and *Availability*: what the line does with a call, foretold by the call engine's own function."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.calls.directory import ExtensionKey, Key, LineKey, NumberKey, Value
from carillon.calls.directory import Line as LineValue
from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import history
from carillon.features.audit.services import Invalid, Receipt, StaleVersion
from carillon.features.business_groups.snapshot import load_group
from carillon.features.call_manager import services
from carillon.features.call_manager.forms import incoming as forms
from carillon.features.call_manager.queries import choice_of, settings_of
from carillon.features.extensions.snapshot import load_extension
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.lines.snapshot import load_line
from carillon.features.number_blocks.snapshot import load_number
from carillon.web import receipts
from carillon.web.changes import Stale, tell_stale
from carillon.web.foresight import foretell
from carillon.web.forms import PortalForm, explain, summaries
from carillon.web.numbers import rings_hint
from carillon.web.posted import posted
from carillon.web.receipts import Undo
from carillon.web.sessions import signed_in

Page = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
def incoming(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show and save the page of incoming calls."""
    access, line = _load(request, line_id)
    if request.method != "POST":
        settings = settings_of(line.pk)
        form, rows = forms.shown(settings, choice_of(settings).entries)
        page: Page = {"sentences": _sentences(load_line(line.pk)), "receipt": receipts.standing(request)}
        return _incoming_page(request, access, line, (form, rows), page)
    action = request.POST.get("action", "save")
    if action not in {"save", "preview"}:
        return _edit_rows(request, access, line)
    form, rows = forms.typed(request.POST)
    choice = forms.choice_of(form, rows)
    if choice is None or action == "preview":
        page = {"sentences": _preview(line, form, rows), "draft": True}
        return _incoming_page(request, access, line, (form, rows), page, status=200 if choice else 422)
    try:
        saved = services.change_incoming(
            actor=actor_for(access.user),
            line_id=line.pk,
            choice=choice,
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
    except Invalid as invalid:
        forms.refuse(form, rows, invalid.errors)
        return _incoming_page(request, access, line, (form, rows), {"draft": True}, status=422)
    except StaleVersion as stale:
        page = {"sentences": _preview(line, form, rows), "draft": True, "stale": _keep_entries(stale, form)}
        return _incoming_page(request, access, line, (form, rows), page, status=409)
    return _saved(request, access, saved, Undo("incoming-calls", line.pk))


def _edit_rows(request: HttpRequest, access: Access, line: Line) -> HttpResponse:
    """Add or delete a row of the page; nothing is saved."""
    data = forms.edited(request.POST)
    form, rows = forms.typed(data)
    forms.quiet(form, rows, adding=request.POST.get("action", "").removeprefix("add:"))
    page = {"sentences": _preview(line, *forms.typed(data)), "draft": True}
    return _incoming_page(request, access, line, (form, rows), page)


@posted(instead="incoming-calls")
def preview_incoming(request: HttpRequest, line_id: int) -> HttpResponse:
    """Return the sentence for what the form holds; saves nothing."""
    _access, line = _load(request, line_id)
    sentences = _preview(line, *forms.typed(request.POST))
    return render(request, "web/_foresight.html", {"sentences": sentences, "draft": True})


def _incoming_page(
    request: HttpRequest,
    access: Access,
    line: Line,
    typed: tuple[forms.IncomingForm, forms.Rows],
    page: Page,
    *,
    status: int = 200,
) -> HttpResponse:
    form, rows = typed
    every: list[PortalForm] = [form, *(row for mode in rows.values() for row in mode)]
    context: Page = {
        "form": form,
        "refused": summaries(every) if status == 422 else [],
        "together": rows["together"],
        "in_order": rows["in_order"],
        "rings": rings_hint(form["no_answer_seconds"].value()),
        "preview": reverse("preview-incoming-calls", args=[line.pk]),
        "tab": "incoming-calls",
    }
    context |= _frame(access, line) | page
    return render(request, "call_manager/incoming.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def availability(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show and save *Available for calls* / *Do not disturb*."""
    access, line = _load(request, line_id)
    if request.method != "POST":
        settings = settings_of(line.pk)
        form = forms.AvailabilityForm(
            initial={"dnd": "on" if settings.dnd else "off", "seen_version": settings.version}
        )
        page: Page = {"sentences": _sentences(load_line(line.pk)), "receipt": receipts.standing(request)}
        return _availability_page(request, access, line, form, page)
    form = forms.AvailabilityForm(request.POST)
    previewing: Page = {"sentences": _available(line, request.POST), "draft": True}
    if not form.is_valid():
        return _availability_page(request, access, line, form, previewing, status=422)
    if request.POST.get("action") == "preview":
        return _availability_page(request, access, line, form, previewing)
    try:
        saved = services.change_availability(
            actor=actor_for(access.user),
            line_id=line.pk,
            dnd=form.cleaned_data["dnd"] == "on",
            seen_version=form.cleaned_data["seen_version"],
            now=clock.now(),
        )
    except StaleVersion as stale:
        page = previewing | {"stale": _keep_entries(stale, form)}
        return _availability_page(request, access, line, form, page, status=409)
    return _saved(request, access, saved, Undo("availability", line.pk))


@posted(instead="availability")
def preview_availability(request: HttpRequest, line_id: int) -> HttpResponse:
    """Return the sentence for what the form holds; saves nothing."""
    _access, line = _load(request, line_id)
    context = {"sentences": _available(line, request.POST), "draft": True}
    return render(request, "web/_foresight.html", context)


def _availability_page(
    request: HttpRequest,
    access: Access,
    line: Line,
    form: forms.AvailabilityForm,
    page: Page,
    *,
    status: int = 200,
) -> HttpResponse:
    settings = line.call_settings
    context: Page = {
        "form": form,
        "refused": summaries([form]) if status == 422 else [],
        "busy_to": settings.busy_to if settings.busy == "number" else "",
        "preview": reverse("preview-availability", args=[line.pk]),
        "tab": "availability",
    }
    context |= _frame(access, line) | page
    return render(request, "call_manager/availability.html", context, status=status)


def _saved(request: HttpRequest, access: Access, saved: Receipt, undo: Undo) -> HttpResponse:
    return HttpResponseRedirect(receipts.after_save(request.path, saved, user_id=access.user.pk, undo=undo))


def _load(request: HttpRequest, line_id: int) -> tuple[Access, Line]:
    access = access_for(signed_in(request, User))
    return access, access_line(access, line_id, Action.CHANGE_CALL_SETTINGS)


def _frame(access: Access, line: Line) -> Page:
    return {"access": access, "line": line}


def _keep_entries(stale: StaleVersion, form: PortalForm) -> Stale:
    """Return the refusal in words; saving again then means these entries, seen beside the others' changes."""
    form.accept_version(stale.current)
    last = history(kind=stale.kind, object_id=stale.object_id).first()
    return tell_stale(current=stale.current, differences=stale.differences, last=last)


def _preview(line: Line, form: forms.IncomingForm, rows: forms.Rows) -> list[str]:
    choice = forms.choice_of(form, rows)
    if choice is None:
        return []
    try:
        return _sentences(services.preview(line_id=line.pk, choice=choice))
    except Invalid as invalid:
        return [explain(problem) for problem in list(invalid.errors.values())[:1]]


def _available(line: Line, data: QueryDict) -> list[str]:
    value = load_line(line.pk)
    if value is None:
        return []
    return _sentences(replace(value, settings=replace(value.settings, dnd=data.get("dnd") == "on")))


def _sentences(line: LineValue | None) -> list[str]:
    group = load_group(line.group) if line is not None else None
    if line is None or group is None:
        return []
    return foretell(line, group=group, load=lambda key: _load_key(group.id, key), now=clock.now())


def _load_key(group_id: int, key: Key) -> Value:
    match key:
        case LineKey(line=line_id):
            return load_line(line_id)
        case ExtensionKey(digits=digits):
            return load_extension(group_id, digits)
        case NumberKey(number=number):
            return load_number(group_id, number)
        case _:
            return ()
