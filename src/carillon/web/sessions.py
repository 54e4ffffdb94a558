"""Who the session belongs to: read with his line and group at once, since every page needs all three."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import auth
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
        try:
            user: Any = users.get(pk=user_id)
        except users.model.DoesNotExist:
            return None
        if user.line is not None and user.line.group.suspended:
            return None  # whoever was signed in when the operator suspended the group is not any longer
        return user


def reader_of(session_key: str) -> Any:
    """Return the user whose session this is as things are now, None once it ended or he may not use it any more.

    Two queries. For a page that stays open: its own request's session and user are those of its beginning.
    """
    request = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(session_key)
    user: Any = auth.get_user(request)
    if not user.is_authenticated or user.blocked_at is not None or user.must_change_password:
        return None
    return None if user.line is not None and user.line.locked_at is not None else user


def signed_in(request: HttpRequest, kind: type[SomeUser]) -> SomeUser:
    """Return the session's user; `SignInFirst` lets nobody else reach a view that asks."""
    user = request.user
    if not isinstance(user, kind):
        raise TypeError(user)
    return user
