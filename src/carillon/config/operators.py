"""An operator's session counts only with the one-time code it was verified by: a code that was reset ends it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import auth
from django.http import HttpRequest, HttpResponseBase

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.operators.queries import confirmed_code
from carillon.features.operators.views import VERIFIED


class VerifiedOperator:
    """Sign out an operator whose session was not verified by his present one-time code (one query for operators)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, as nobody's if need be."""
        user = request.user
        if isinstance(user, User) and user.role == Role.OPERATOR:
            code = confirmed_code(user)
            if code is None or request.session.get(VERIFIED) != code.pk:
                auth.logout(request)
        return self.get_response(request)
