"""*Reset line*: the pop-up, its confirmation, and the details of the new subscriber, shown once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access
from carillon.features.audit.services import Invalid, StaleVersion
from carillon.features.audit.views import tell
from carillon.features.line_actions import services
from carillon.features.line_actions.choices import CONFIRMED_BY_NUMBER, KEPT_FOR
from carillon.features.line_actions.forms import ResetForm
from carillon.features.line_actions.queries import losses_of
from carillon.features.line_actions.views.opening import open_line, show
from carillon.features.lines.models import Line
from carillon.web import engine
from carillon.web.forms import summaries
from carillon.web.numbers import national


@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, line_id: int) -> HttpResponse:
    """Ask, warn of what will be lost, then reset and show the new secrets in this one answer."""
    access, line = open_line(request, line_id, Action.RESET_LINES)
    if request.method != "POST":
        initial = {"seen_version": line.version, "same_calling_name": True, "remove_from_groups": True}
        return _ask(request, access, line, ResetForm(initial=initial))
    form = ResetForm(request.POST)
    if not form.is_valid():
        return _ask(request, access, line, form, status=422)
    try:
        return _go_on(request, access, line, form)
    except Invalid as invalid:
        form.refuse(invalid.errors)
        if "typed_number" in invalid.errors:
            return _confirm(request, access, line, form, status=422)
        return _ask(request, access, line, form, status=422)
    except StaleVersion as stale:
        page = {"stale": tell(stale)}
        return show(request, "reset_already.html", access, line, page, 409)


def _go_on(request: HttpRequest, access: Access, line: Line, form: ResetForm) -> HttpResponse:
    """Take the next step: the confirmation, or the reset itself."""
    if request.POST.get("step") == "reset":
        return _reset(request, access, line, form)
    services.check_reset(access=access, line=line, wanted=form.wanted())
    return _confirm(request, access, line, form)


def _ask(
    request: HttpRequest, access: Access, line: Line, form: ResetForm, *, status: int = 200
) -> HttpResponse:
    refused = summaries([form]) if status == 422 else []
    return show(request, "reset.html", access, line, {"form": form, "refused": refused}, status)


def _confirm(
    request: HttpRequest, access: Access, line: Line, form: ResetForm, *, status: int = 200
) -> HttpResponse:
    wanted = form.wanted()
    page = {
        "form": form,
        "wanted": wanted,
        "losses": losses_of(line),
        "until": None if wanted.erase else clock.now() + KEPT_FOR,
        "by_number": line.kind in CONFIRMED_BY_NUMBER,
        "refused": summaries([form]) if status == 422 else [],
    }
    return show(request, "reset_confirm.html", access, line, page, status)


@sensitive_variables()
def _reset(request: HttpRequest, access: Access, line: Line, form: ResetForm) -> HttpResponse:
    made = services.reset_line(
        access=access,
        line_id=line.pk,
        wanted=form.wanted(),
        seen_version=form.cleaned_data["seen_version"],
        now=clock.now(),
    )
    receipt = made.receipt
    if receipt.group_id is not None:
        engine.confirmed(group_id=receipt.group_id, config_version=receipt.config_version)
    address = request.build_absolute_uri(reverse("sign-in"))
    letters = [(language, _letter(made, address, language)) for language in ("fr", "en")]
    return show(request, "new_user.html", access, line, {"made": made, "letters": letters})


def _letter(made: services.NewSubscriber, address: str, language: str) -> str:
    """Return the complete message to the new subscriber."""
    with translation.override(language):
        parts = [
            _("Hello %(name)s,") % {"name": made.name},
            _("Your telephone line %(number)s is ready.") % {"number": national(made.number)},
        ]
        if made.password:
            parts.append(_portal_part(made, address))
        if made.pin:
            parts.append(
                _(
                    "Voicemail PIN: %(pin)s\nDial *98 from your phone and enter this PIN. "
                    "It serves once: you will choose your own, then record your name and your greeting."
                )
                % {"pin": made.pin}
            )
        return "\n\n".join(parts) + "\n"


def _portal_part(made: services.NewSubscriber, address: str) -> str:
    return _(
        "Portal: %(address)s\nNumber: %(number)s\nPassword: %(password)s\n"
        "This password serves once: at your first sign-in you will choose your own."
    ) % {"address": address, "number": national(made.number), "password": made.password}
