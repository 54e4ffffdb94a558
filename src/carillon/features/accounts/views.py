"""Signing in and out, the reader's language, a new password."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts import services
from carillon.features.accounts.choices import Closed
from carillon.features.accounts.forms import NewPasswordForm, SignInForm
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import access_for, running_sessions
from carillon.features.audit.services import Invalid
from carillon.web.forms import explain, summaries
from carillon.web.middleware import open_before_first_password
from carillon.web.numbers import national
from carillon.web.posted import posted
from carillon.web.secrets import explain_password
from carillon.web.sessions import signed_in

REMEMBERED = "carillon_number"
REMEMBERED_SECONDS = 365 * 24 * 3600
CLOSED: Mapping[Closed, str | Promise] = {
    Closed.LOCKED: gettext_lazy("This line is locked. An administrator of your company can unlock it."),
    Closed.SUSPENDED: gettext_lazy(
        "The service of your company is suspended. Only its platform operator can resume it."
    ),
}
"""What only he is told who knew the password."""


@login_not_required
@open_before_first_password
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for number and password; a refusal is one sentence, the same for a wrong number and a wrong password."""
    following = _following(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(following)
        number = national(request.COOKIES.get(REMEMBERED, "")[:64])
        form = SignInForm(initial={"number": number, "remember": bool(number)})
        form.fields["password" if number else "number"].widget.attrs["autofocus"] = True
        return _sign_in_page(request, form, following)
    form = SignInForm(request.POST)
    form.is_valid()
    try:
        user = services.sign_in(
            number_text=form.cleaned_data.get("number", ""),
            password=form.cleaned_data.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
        )
    except services.SignInRefused as refused:
        return _refused(request, form, following, refused)
    auth.login(request, user)
    note_session(request, user)
    response = HttpResponseRedirect(following)
    if form.cleaned_data.get("remember"):
        _keep(response, REMEMBERED, user.login)
    else:
        response.delete_cookie(REMEMBERED)
    return response


def _refused(
    request: HttpRequest, form: SignInForm, following: str, refused: services.SignInRefused
) -> HttpResponse:
    form.fields["password"].widget.attrs["autofocus"] = True
    sentence: str | Promise = _("The number or the password is incorrect.")
    status = 422
    if refused.blocked:
        sentence = _(
            "This account is blocked after too many wrong passwords. An administrator of your company can unlock it. "
            "Your calls are not affected."
        )
    elif refused.closed is not None:
        sentence = CLOSED[refused.closed]
    elif refused.retry_after:
        status = 429
        minutes = math.ceil(refused.retry_after / 60)
        sentence = ngettext(
            "Too many attempts came from your network. Try again in %(minutes)s minute.",
            "Too many attempts came from your network. Try again in %(minutes)s minutes.",
            minutes,
        ) % {"minutes": minutes}
    response = _sign_in_page(request, form, following, refusal=sentence, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _sign_in_page(
    request: HttpRequest, form: SignInForm, following: str, *, refusal: str | Promise = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "next": following, "refusal": refusal}
    return render(request, "accounts/sign_in.html", context, status=status)


@login_not_required
@open_before_first_password
@posted(instead="home")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


@login_not_required
@open_before_first_password
@posted(instead="home")
def language(request: HttpRequest) -> HttpResponse:
    """Choose the portal's language: kept by this browser, and with the account once signed in."""
    wanted = request.POST.get("language", "")
    response = HttpResponseRedirect(_following(request))
    if wanted not in dict(settings.LANGUAGES):
        return response
    _keep(response, settings.LANGUAGE_COOKIE_NAME, wanted)
    if request.user.is_authenticated:
        user = signed_in(request, User)
        actor = services.actor_for(user)
        services.change_language(actor=actor, user=user, language=wanted, now=clock.now())
        translation.activate(wanted)
    return response


def note_session(request: HttpRequest, user: User) -> None:
    """Keep where the session that has just begun was begun from."""
    if request.session.session_key is None:
        request.session.save()
    services.note_session(
        user=user,
        session_key=str(request.session.session_key),
        address=request.META.get("REMOTE_ADDR", ""),
        device=request.headers.get("User-Agent", ""),
        now=clock.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where the account is signed in; end one session, or all others."""
    user = signed_in(request, User)
    here = str(request.session.session_key)
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        one = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 18 else None
        ended = services.end_sessions(user=user, kept_key=here, session_id=one) if wanted else 0
        return HttpResponseRedirect(f"{request.path}?ended={ended}")
    told = request.GET.get("ended", "")
    context = {
        "access": access_for(user),
        "sessions": running_sessions(user_id=user.pk, now=clock.now()),
        "here": here,
        "ended": told if told.isascii() and told.isdigit() and len(told) < 6 else "",
    }
    return render(request, "accounts/sessions.html", context)


@open_before_first_password
@posted(instead="home")
def theme(request: HttpRequest) -> HttpResponse:
    """Choose how the portal looks."""
    with contextlib.suppress(Invalid):
        services.change_theme(user=signed_in(request, User), theme=request.POST.get("theme", ""))
    return HttpResponseRedirect(_following(request))


@posted(instead="home")
def list_columns(request: HttpRequest) -> HttpResponse:
    """Choose the columns of a list and come back to it."""
    name = request.POST.get("list", "")
    if re.fullmatch(r"[a-z_-]{1,32}", name, re.ASCII):
        keys = [
            key for key in request.POST.getlist("columns") if re.fullmatch(r"[a-z_]{1,32}", key, re.ASCII)
        ]
        services.choose_columns(user=signed_in(request, User), name=name, columns=keys)
    return HttpResponseRedirect(_without_columns(_following(request)))


@posted(instead="home")
def list_density(request: HttpRequest) -> HttpResponse:
    """Choose how close the rows of lists stand and come back to the list."""
    with contextlib.suppress(Invalid):
        services.change_density(user=signed_in(request, User), density=request.POST.get("density", ""))
    return HttpResponseRedirect(_following(request))


def _without_columns(address: str) -> str:
    """Return a list's address without the columns in it, so that the choice just kept is what is shown."""
    path, _mark, query = address.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != "columns"]
    return f"{path}?{urlencode(kept)}" if kept else path


@open_before_first_password
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Replace the user's own password: at the first sign-in nothing else is reachable."""
    user = signed_in(request, User)
    forced = user.must_change_password
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(
                user=user, old=form.cleaned_data["old"], new=form.cleaned_data["new"], now=clock.now()
            )
        except services.WeakSecret as weak:
            form.add_error("new", explain_password(weak.rule))
        except Invalid as invalid:
            form.add_error("old", explain(invalid.errors["old"]))
        except services.SignInRefused:
            auth.logout(request)
            return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
        else:
            auth.update_session_auth_hash(request, user)
            return HttpResponseRedirect(resolve_url("home") if forced else request.path + "?changed=1")
    refused = summaries([form]) if form.is_bound else []
    context = {
        "form": form,
        "forced": forced,
        "refused": refused,
        "changed": "changed" in request.GET and not form.is_bound,
        "heading": _("Choose a new password") if forced else _("Change the password"),
        "access": access_for(user),
    }
    return render(request, "accounts/new_password.html", context, status=422 if refused else 200)


def _following(request: HttpRequest) -> str:
    """Return where to go next: only ever an address of this portal."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url("home")


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=REMEMBERED_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
