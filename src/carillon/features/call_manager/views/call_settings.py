"""*Call settings*: what the line shows to whom, said by the call engine's own functions; barring; speed dials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.calls.directory import Group
from carillon.calls.directory import Line as LineValue
from carillon.calls.feature_codes import Feature
from carillon.calls.identity import appearance
from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import history
from carillon.features.audit.services import Invalid, StaleVersion
from carillon.features.business_groups.snapshot import load_group
from carillon.features.call_manager import services
from carillon.features.call_manager.forms import call_settings as forms
from carillon.features.call_manager.queries import Seen, call_settings_choice_of, settings_of
from carillon.features.call_manager.snapshot import classes_offered
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.lines.snapshot import load_line
from carillon.web import receipts
from carillon.web.appearance import describe_appearance, not_offered
from carillon.web.changes import tell_stale
from carillon.web.forms import explain, summaries
from carillon.web.posted import posted
from carillon.web.sessions import signed_in

Page = dict[str, Any]
Forms = tuple[forms.CallSettingsForm, list[forms.SpeedDialForm]]


@dataclass(frozen=True, slots=True)
class _Opened:
    """The line a reader opened, and its group as calls see it."""

    access: Access
    line: Line
    group: Group


@require_http_methods(["GET", "HEAD", "POST"])
def call_settings(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show and save the page of call settings."""
    opened = _load(request, line_id)
    access, line = opened.access, opened.line
    if request.method != "POST":
        settings = settings_of(line.pk)
        seen = Seen(line.version, settings.version)
        kept = forms.shown(call_settings_choice_of(line, settings), seen, **_given(opened))
        page: Page = {
            "sentences": _sentences(opened, load_line(line.pk)),
            "receipt": receipts.standing(request),
        }
        return _page(request, opened, kept, page)
    action = request.POST.get("action", "save")
    if action not in {"save", "preview"}:
        return _edit_rows(request, opened)
    typed = forms.typed(request.POST, **_given(opened))
    choice = forms.choice_of(*typed)
    if choice is None or action == "preview":
        page = {"sentences": _preview(opened, typed), "draft": True}
        return _page(request, opened, typed, page, status=200 if choice else 422)
    form, rows = typed
    try:
        saved = services.change_call_settings(
            actor=actor_for(access.user), line_id=line.pk, choice=choice, seen=form.seen, now=clock.now()
        )
    except Invalid as invalid:
        forms.refuse(form, rows, invalid.errors)
        return _page(request, opened, typed, {"draft": True}, status=422)
    except StaleVersion as stale:
        return _stale(request, opened, typed, stale)
    undo = receipts.Undo("call-settings", line.pk)
    return HttpResponseRedirect(receipts.after_save(request.path, saved, user_id=access.user.pk, undo=undo))


@posted(instead="call-settings")
def preview_call_settings(request: HttpRequest, line_id: int) -> HttpResponse:
    """Return the sentences for what the form holds; saves nothing."""
    opened = _load(request, line_id)
    sentences = _preview(opened, forms.typed(request.POST, **_given(opened)))
    return render(request, "web/_foresight.html", {"sentences": sentences, "draft": True})


def _edit_rows(request: HttpRequest, opened: _Opened) -> HttpResponse:
    """Add or delete a speed dial of the page; nothing is saved."""
    data: QueryDict = forms.edited(request.POST)
    typed = forms.typed(data, **_given(opened))
    forms.quiet(*typed, added=request.POST.get("action", "").startswith("add:"))
    page = {"sentences": _preview(opened, forms.typed(data, **_given(opened))), "draft": True}
    return _page(request, opened, typed, page)


def _stale(request: HttpRequest, opened: _Opened, typed: Forms, stale: StaleVersion) -> HttpResponse:
    typed[0].accept(stale.kind, stale.current)
    last = history(kind=stale.kind, object_id=stale.object_id).first()
    told = tell_stale(current=stale.current, differences=stale.differences, last=last)
    page = {"sentences": _preview(opened, typed), "draft": True, "stale": told}
    return _page(request, opened, typed, page, status=409)


def _load(request: HttpRequest, line_id: int) -> _Opened:
    access = access_for(signed_in(request, User))
    line = access_line(access, line_id, Action.CHANGE_CALL_SETTINGS)
    group = load_group(line.group_id)
    if group is None:
        raise NotFound("line", line.pk)
    return _Opened(access, line, group)


def _given(opened: _Opened) -> Page:
    """Return what the form must know: the classes that can be barred, and the group's codes for one call."""
    codes = opened.group.feature_codes
    return {
        "offered": classes_offered(opened.line),
        "codes": {
            "hide": codes.digits(Feature.HIDE_NUMBER),
            "show": codes.digits(Feature.SHOW_NUMBER),
            "alone": codes.digits(Feature.NO_CALL_WAITING),
        },
    }


def _preview(opened: _Opened, typed: Forms) -> list[str]:
    """Return the sentences for the entries, or why the first refused one prevents them."""
    choice = forms.choice_of(*typed)
    if choice is None:
        return []
    try:
        return _sentences(opened, services.preview_call_settings(line=opened.line, choice=choice))
    except Invalid as invalid:
        return [explain(problem) for problem in list(invalid.errors.values())[:1]]


def _sentences(opened: _Opened, line: LineValue | None) -> list[str]:
    if line is None:
        return []
    own = line.id == opened.access.own_line_id
    return describe_appearance(appearance(line, opened.group), line, own=own)


def _page(
    request: HttpRequest, opened: _Opened, typed: Forms, page: Page, *, status: int = 200
) -> HttpResponse:
    line, (form, rows) = opened.line, typed
    every: Sequence[Any] = [form, *rows]
    context: Page = {
        "access": opened.access,
        "line": line,
        "tab": "call-settings",
        "form": form,
        "rows": rows,
        "most_rows": forms.MOST_ROWS,
        "refused": summaries(every) if status == 422 else [],
        "not_offered": not_offered(
            classes_offered(line), kind=line.kind, class_of_service=line.class_of_service
        ),
        "preview": reverse("preview-call-settings", args=[line.pk]),
    }
    return render(request, "call_manager/call_settings.html", context | page, status=status)
