"""Creating accounts, their rights and their preferences."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Density, Role, Theme
from carillon.features.accounts.models import SignInFailure, UnknownSignIn, User
from carillon.features.accounts.queries import generate_password, get_user, login_key
from carillon.features.accounts.services.changes import record_user
from carillon.features.audit.services import Actor, ErrorCode, Invalid, Problem, Receipt


def change_language(*, actor: Actor, user: User, language: str, now: datetime) -> Receipt:
    """Change the portal language of a user, which is also the language his line hears ("" = the group's)."""
    if language not in {"", "fr", "en"}:
        raise Invalid({"language": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": language[:10]})})
    with transaction.atomic():
        seen = get_user(user.pk)
        if seen.language == language:
            return Receipt("user", user.pk, seen.version, seen.line.group_id if seen.line else None, 0, now)
        old = {"language": seen.language}
        User.objects.filter(pk=user.pk).update(language=language, version=F("version") + 1)
        known = get_user(user.pk)
        new = {"language": language}
        receipt = record_user(user=known, actor=actor, action="change", old=old, new=new, now=now)
    user.language = language
    return receipt


def change_theme(*, user: User, theme: str) -> None:
    """Keep how the portal looks to this user: a preference, not part of the record of changes."""
    if theme not in Theme.values:
        raise Invalid({"theme": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": theme[:10]})})
    User.objects.filter(pk=user.pk).update(theme=theme)
    user.theme = theme


def change_density(*, user: User, density: str) -> None:
    """Keep how close the rows of lists stand for this user, as the theme is kept."""
    if density not in Density.values:
        raise Invalid({"density": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": density[:20]})})
    User.objects.filter(pk=user.pk).update(list_density=density)


def choose_columns(*, user: User, name: str, columns: Collection[str]) -> None:
    """Keep the columns this user wants to see of a list; none given: the list's own choice again."""
    with transaction.atomic():
        known = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        kept = {key: value for key, value in known.list_columns.items() if key != name}
        if columns:
            kept[name] = sorted(columns)[:50]
        User.objects.filter(pk=user.pk).update(list_columns=dict(list(kept.items())[-50:]))


def create_user(
    *,
    actor: Actor,
    login: str,
    line_id: int | None,
    role: Role = Role.SUBSCRIBER,
    password: str | None = None,
    language: str = "",
    now: datetime,
) -> tuple[User, str]:
    """Create an account whose password must be replaced at the first sign-in; return it and the password.

    Without a password a random one of 12 characters is made. A department administrator gets his scope by
    `grant_role` afterwards.
    """
    secret = password or generate_password()
    with transaction.atomic():
        key = login if line_id is not None else login.lower()
        user = User(login=key, line_id=line_id, role=role, language=language, must_change_password=True)
        user.password = make_password(secret)
        user.save(force_insert=True)
        UnknownSignIn.objects.filter(login_key=login_key(key)).delete()
        SignInFailure.objects.filter(login_key=login_key(key)).delete()
        new = {"login": key, "role": str(role), "language": language}
        record_user(user=get_user(user.pk), actor=actor, action="create", old={}, new=new, now=now)
    return user, secret


def grant_role(
    *,
    actor: Actor,
    user_id: int,
    role: Role,
    scope_id: int | None = None,
    is_supervisor: bool = False,
    may_read_call_logs: bool = False,
    now: datetime,
) -> Receipt:
    """Make a line's user an administrator (or a plain subscriber again), with his scope and flags."""
    if role is Role.DEPARTMENT_ADMINISTRATOR and scope_id is None:
        raise Invalid({"scope": Problem(ErrorCode.REQUIRED)})
    new: dict[str, object] = {
        "role": str(role),
        "scope_id": scope_id if role is Role.DEPARTMENT_ADMINISTRATOR else None,
        "is_supervisor": is_supervisor,
        "may_read_call_logs": may_read_call_logs,
    }
    with transaction.atomic():
        user = get_user(user_id)
        if (user.line is None) is not (role is Role.OPERATOR):
            raise Invalid({"role": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": str(role)})})
        old = _in_names({name: getattr(user, name) for name in new}, user)
        User.objects.filter(pk=user_id).update(version=F("version") + 1, **new)
        told = _in_names(new, get_user(user_id))
        return record_user(user=user, actor=actor, action="grant_role", old=old, new=told, now=now)


def _in_names(values: Mapping[str, object], user: User) -> dict[str, object]:
    """Return rights as the record keeps them: the department of this user by its name."""
    kept = {name: value for name, value in values.items() if name != "scope_id"}
    return kept | {"scope": user.scope.name if user.scope else ""}
