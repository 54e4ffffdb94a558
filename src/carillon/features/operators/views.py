"""An operator signs in: name and password, then a one-time code; the first time he enrols it."""

from __future__ import annotations

from typing import Any

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.models import User
from carillon.features.accounts.services import SignInRefused, note_session, sign_in
from carillon.features.operators import services
from carillon.features.operators.forms import CodeForm, OperatorSignInForm
from carillon.features.operators.queries import (
    confirmed_code,
    operators,
    picture_of,
    secret_in_groups,
)
from carillon.web.middleware import open_before_first_password

PENDING = "operator_pending"
VERIFIED = "operator_code"
PENDING_SECONDS = 300


@login_not_required
@open_before_first_password
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def operator_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the name and the password."""
    if request.method != "POST":
        if VERIFIED in request.session and request.user.is_authenticated:
            return redirect("operator")
        return render(request, "operators/sign_in.html", {"form": OperatorSignInForm()})
    form = OperatorSignInForm(request.POST)
    form.is_valid()
    now = clock.now()
    try:
        user = sign_in(
            number_text=form.cleaned_data.get("name", ""),
            password=form.cleaned_data.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            operator=True,
            now=now,
        )
    except SignInRefused as refused:
        return _refused(request, "operators/sign_in.html", {"form": form}, refused)
    auth.logout(request)  # whoever was signed in here is not any longer
    request.session[PENDING] = [user.pk, user.get_session_auth_hash(), now.timestamp()]
    return redirect("operator-code")


@login_not_required
@open_before_first_password
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def operator_code(request: HttpRequest) -> HttpResponse:
    """Ask for the one-time code of the operator whose password was right a moment ago, or enrol one."""
    user = _pending(request)
    if user is None:
        return redirect("operator-sign-in")
    if confirmed_code(user) is None:
        return _enrol(request, user)
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return render(request, "operators/code.html", {"form": form})
    form.is_valid()
    try:
        code = services.check_code(
            user=user,
            typed=form.cleaned_data.get("code", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
        )
    except SignInRefused as refused:
        return _refused(request, "operators/code.html", {"form": CodeForm()}, refused)
    _let_in(request, user, code.pk)
    return redirect("operator")


def _enrol(request: HttpRequest, user: User) -> HttpResponse:
    code = services.begin_enrolment(user=user)
    context: dict[str, Any] = {
        "form": CodeForm(),
        # Made by the library from our own address: there is nothing in it that anyone typed but an operator's name.
        "picture": SafeString(picture_of(code)),
        "secret": secret_in_groups(code),
    }
    if request.method != "POST":
        return render(request, "operators/enrol.html", context)
    form = CodeForm(request.POST)
    form.is_valid()
    try:
        recovery = services.confirm_enrolment(
            user=user,
            typed=form.cleaned_data.get("code", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
        )
    except SignInRefused as refused:
        return _refused(request, "operators/enrol.html", context, refused)
    _let_in(request, user, code.pk)
    return render(request, "operators/recovery.html", {"codes": recovery})


def _let_in(request: HttpRequest, user: User, code_id: int) -> None:
    auth.login(request, user)
    if request.session.session_key is None:
        request.session.save()
    note_session(
        user=user,
        session_key=str(request.session.session_key),
        address=request.META.get("REMOTE_ADDR", ""),
        device=request.headers.get("User-Agent", ""),
        now=clock.now(),
    )
    request.session.pop(PENDING, None)
    request.session[VERIFIED] = code_id


def _pending(request: HttpRequest) -> User | None:
    """Return the operator whose password was right in this session within the last minutes."""
    match request.session.get(PENDING):
        case [int(user_id), str(proof), float(at)] if clock.now().timestamp() - at < PENDING_SECONDS:
            user = operators().filter(pk=user_id).first()
            return user if user is not None and user.get_session_auth_hash() == proof else None
        case _:
            return None


def _refused(
    request: HttpRequest, template: str, context: dict[str, Any], refused: SignInRefused
) -> HttpResponse:
    """Answer with one sentence for everything that can be wrong."""
    sentence = _("The name, the password or the code is incorrect, or the account is blocked.")
    response = render(request, template, {**context, "refusal": sentence}, status=422)
    if refused.retry_after:
        response.status_code = 429
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
