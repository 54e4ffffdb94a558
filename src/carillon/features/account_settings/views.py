"""*Account settings* of a line: language, voicemail PIN, password, locks. No secret is ever shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.account_settings.forms import LanguageForm, PinForm
from carillon.features.account_settings.queries import language_and_version, standing_of, user_of
from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import WeakSecret, actor_for
from carillon.features.audit.queries import history
from carillon.features.audit.services import Invalid, Receipt, StaleVersion
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.lines.services import change_line_language
from carillon.features.voicemail import services as voicemail
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.queries import mailbox_of_line
from carillon.web import receipts
from carillon.web.changes import tell_stale, worded_label
from carillon.web.forms import summaries
from carillon.web.posted import posted
from carillon.web.secrets import explain_pin
from carillon.web.sessions import signed_in


@dataclass(frozen=True, slots=True)
class _Opened:
    """The line a reader opened; `own`: he is its subscriber."""

    access: Access
    line: Line
    mailbox: Mailbox | None

    @property
    def own(self) -> bool:
        return self.line.pk == self.access.own_line_id

    @property
    def asks_old(self) -> bool:
        """Whether a new PIN needs the present one: an administrator does not know it."""
        return self.own and self.mailbox is not None and bool(self.mailbox.pin)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show the account settings, and save the line's language."""
    opened = _open(request, line_id, Action.CHANGE_NAMES if request.method == "POST" else Action.VIEW_LINE)
    if request.method != "POST":
        return _page(request, opened, {"receipt": receipts.standing(request)})
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, {"form": form}, status=422)
    try:
        saved = change_line_language(
            actor=actor_for(opened.access.user), line_id=line_id, now=clock.now(), **form.cleaned_data
        )
    except StaleVersion as stale:
        form.accept_version(stale.current)
        last = history(kind=stale.kind, object_id=stale.object_id).first()
        told = tell_stale(current=stale.current, differences=stale.differences, last=last)
        return _page(request, opened, {"form": form, "stale": told}, status=409)
    return HttpResponseRedirect(receipts.after_save(request.path, saved, user_id=opened.access.user.pk))


@posted(instead="account-settings")
@sensitive_post_parameters()
def pin(request: HttpRequest, line_id: int) -> HttpResponse:
    """Change the voicemail PIN; its own subscriber proves that he knows the present one."""
    opened = _open(request, line_id, Action.CHANGE_PIN)
    if opened.mailbox is None:
        raise NotFound("mailbox", line_id)
    form = PinForm(request.POST, asks_old=opened.asks_old)
    if form.is_valid():
        try:
            saved = _change_pin(opened, form)
        except WeakSecret as weak:
            form.add_error("pin", explain_pin(weak.rule))
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            address = reverse("account-settings", args=[line_id])
            user_id = opened.access.user.pk
            return HttpResponseRedirect(receipts.after_save(address, saved, user_id=user_id))
    return _page(request, opened, {"pin_form": form}, status=422)


def _change_pin(opened: _Opened, form: PinForm) -> Receipt:
    actor, now, new_pin = actor_for(opened.access.user), clock.now(), form.cleaned_data["pin"]
    if opened.own:
        old_pin = form.cleaned_data.get("old", "")
        return voicemail.change_own_pin(
            actor=actor, line_id=opened.line.pk, old_pin=old_pin, new_pin=new_pin, now=now
        )
    return voicemail.change_pin(actor=actor, line_id=opened.line.pk, new_pin=new_pin, now=now)


def _open(request: HttpRequest, line_id: int, action: Action) -> _Opened:
    access = access_for(signed_in(request, User))
    line = access_line(access, line_id, action)
    return _Opened(access, line, mailbox_of_line(line.pk))


def _name_of(actor: str) -> str:
    """Return who it was without his number: the sentence has parentheses already."""
    return actor.partition(" ")[2] if actor.startswith("+") else worded_label(actor)


def _page(request: HttpRequest, opened: _Opened, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
    language, version = language_and_version(opened.line)
    context: dict[str, Any] = {
        "access": opened.access,
        "line": opened.line,
        "tab": "account",
        "own": opened.own,
        "mailbox": opened.mailbox,
        "standing": standing_of(opened.line, opened.mailbox),
        "locked_by": _name_of(opened.line.locked_by),
        "has_account": user_of(opened.line) is not None,
        "form": LanguageForm(initial={"language": language, "seen_version": version}),
        "pin_form": PinForm(asks_old=opened.asks_old),
    }
    context |= page
    context["refused"] = summaries([context["form"], context["pin_form"]]) if status == 422 else []
    return render(request, "account_settings/account.html", context, status=status)
