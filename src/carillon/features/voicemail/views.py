"""*Messages* of a line: voicemail as e-mail. What the mailbox holds is nobody's here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import history
from carillon.features.audit.services import Invalid, Problem, StaleVersion
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.voicemail import services
from carillon.features.voicemail.forms import MessagesForm
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.queries import mailbox_of_line
from carillon.web import receipts
from carillon.web.changes import tell_stale
from carillon.web.forms import summaries
from carillon.web.messages import describe_messages
from carillon.web.posted import posted
from carillon.web.sessions import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show and save the message settings."""
    access, line, mailbox = _load(request, line_id, Action.CHANGE_MESSAGE_SETTINGS)
    if request.method != "POST":
        form = _shown(mailbox)
        return _page(request, access, line, {"form": form, "receipt": receipts.standing(request)})
    form = MessagesForm(request.POST)
    if not form.is_valid():
        return _page(request, access, line, {"form": form}, status=422)
    if request.POST.get("action") == "preview":
        return _page(request, access, line, {"form": form})
    values = {name: form.cleaned_data[name] for name in ("email_on", "keep_copy", "skip_pin", "seen_version")}
    try:
        saved = services.change_message_settings(
            actor=actor_for(access.user),
            line_id=line.pk,
            email_to=form.addresses(),
            now=clock.now(),
            **values,
        )
    except Invalid as invalid:
        _refuse_addresses(form, invalid.errors)
        return _page(request, access, line, {"form": form}, status=422)
    except StaleVersion as stale:
        form.accept_version(stale.current)
        last = history(kind=stale.kind, object_id=stale.object_id).first()
        told = tell_stale(current=stale.current, differences=stale.differences, last=last)
        return _page(request, access, line, {"form": form, "stale": told}, status=409)
    undo = receipts.Undo("message-settings", line.pk)
    return HttpResponseRedirect(receipts.after_save(request.path, saved, user_id=access.user.pk, undo=undo))


@posted(instead="message-settings")
def preview(request: HttpRequest, line_id: int) -> HttpResponse:
    """Return the sentences for what the form holds; saves nothing."""
    _load(request, line_id, Action.CHANGE_MESSAGE_SETTINGS)
    context = {"sentences": _sentences(MessagesForm(request.POST)), "draft": True}
    return render(request, "web/_foresight.html", context)


def _sentences(form: MessagesForm) -> list[str]:
    """Say what becomes of a new message with what the form holds, shown or typed; nothing while it is refused."""
    if not form.is_bound:
        kept = {name: form[name].value() for name in ("email_on", "keep_copy", "skip_pin")}
        return describe_messages(to=str(form["email_to"].value()).split("\n"), **kept)
    if not form.is_valid():
        return []
    values = {name: form.cleaned_data[name] for name in ("email_on", "keep_copy", "skip_pin")}
    return describe_messages(to=form.addresses(), **values)


def _load(request: HttpRequest, line_id: int, action: Action) -> tuple[Access, Line, Mailbox]:
    access = access_for(signed_in(request, User))
    line = access_line(access, line_id, action)
    mailbox = mailbox_of_line(line.pk)
    if mailbox is None:
        raise NotFound("mailbox", line_id)
    return access, line, mailbox


def _shown(mailbox: Mailbox) -> MessagesForm:
    names = ("email_on", "keep_copy", "skip_pin")
    initial = {name: getattr(mailbox, name) for name in names}
    return MessagesForm(
        initial=initial | {"email_to": "\n".join(mailbox.email_to), "seen_version": mailbox.version}
    )


def _refuse_addresses(form: MessagesForm, errors: Mapping[str, Problem]) -> None:
    for name, problem in errors.items():
        field, _dot, row = name.partition(".")
        if row:
            sentence = _("“%(address)s” is not an e-mail address. Correct it, such as name@example.com.")
            form.add_error(field, sentence % {"address": problem.params.get("value", "")})
        else:
            form.refuse({field: problem})


def _page(
    request: HttpRequest, access: Access, line: Line, page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    refused = summaries([page["form"]]) if status == 422 else []
    context = {
        "access": access,
        "line": line,
        "tab": "messages",
        "own": line.pk == access.own_line_id,
        "refused": refused,
        "sentences": _sentences(page["form"]),
        "draft": page["form"].is_bound,
        "preview": reverse("preview-message-settings", args=[line.pk]),
    } | page
    return render(request, "voicemail/messages.html", context, status=status)
