"""Who the session belongs to: read with his line and group at once, since every page needs all three."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

SomeUser = TypeVar("SomeUser", bound=AbstractBaseUser)


class PortalBackend(BaseBackend):
    """Finds the session's user. Passwords are checked by the accounts feature, never here."""

    def get_user(self, user_id: int) -> Any:
        """Return the user (one query), or None when he is gone."""
        users = get_user_model().objects.select_related("line__group", "scope")
        return users.filter(pk=user_id).first()


def signed_in(request: HttpRequest, kind: type[SomeUser]) -> SomeUser:
    """Return the session's user; `SignInFirst` lets nobody else reach a view that asks."""
    user = request.user
    if not isinstance(user, kind):
        raise TypeError(user)
    return user
