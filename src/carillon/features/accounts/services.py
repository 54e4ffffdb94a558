"""Signing in, passwords, PIN rules, blocks and accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from carillon.errors import CarillonError
from carillon.features.accounts.choices import Role, SecretRule, Theme
from carillon.features.accounts.models import SignInFailure, UnknownSignIn, User
from carillon.features.accounts.queries import (
    ATTEMPTS,
    broken_password_rule,
    broken_pin_rule,
    failures_of,
    generate_password,
    get_user,
    login_key,
    login_of,
    network_of,
    retry_after,
    window_start,
)
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    lock_group,
    record_change,
)


class SignInRefused(CarillonError):
    """Number or password wrong, or blocked (`blocked`), or too many attempts: wait `retry_after` seconds.

    An unknown number and a wrong password give the same values, and take the same time.
    """

    def __init__(self, *, blocked: bool, retry_after: int = 0) -> None:
        super().__init__(f"blocked={blocked} retry_after={retry_after}")
        self.blocked = blocked
        self.retry_after = retry_after


class WeakSecret(CarillonError):
    """A new password or PIN breaks `rule`."""

    def __init__(self, rule: SecretRule) -> None:
        super().__init__(rule.value)
        self.rule = rule


def actor_for(user: User) -> Actor:
    """Return the user as the one who makes a change."""
    return Actor(user, f"{user.login} {user.line.name}" if user.line else user.login)


def sign_in(*, number_text: str, password: str, address: str, operator: bool = False, now: datetime) -> User:
    """Return the user with this number and password, or raise SignInRefused.

    An operator is known by his name and only where he is asked for (`operator`); his code comes next, and only then
    is he let in (features.operators). `address` is the client's network address, "" when unknown. One password hash is computed in every case.
    """
    network = network_of(address)
    wait = retry_after(network=network, now=now)
    if wait:
        raise SignInRefused(blocked=False, retry_after=wait)
    login = login_of(number_text)
    user = User.objects.select_related("line__group").filter(login=login).first() if login else None
    if user is not None and (user.role == Role.OPERATOR) is not operator:
        user = None
    if user is None:
        make_password(password)  # the time a real check takes
        matches = False
    else:
        matches = check_password(password, user.password)
    if user is not None and matches:
        let = user.blocked_at is None if operator else let_in(user=user, now=now)
        if let:
            return user
    blocked = count_failure(login=login or number_text[:64], user=user, network=network, now=now)
    raise SignInRefused(blocked=blocked, retry_after=retry_after(network=network, now=now))


def let_in(*, user: User, now: datetime) -> bool:
    """Note the sign-in unless the account is blocked at this very instant (conditional update)."""
    if user.line is not None and (user.line.locked_at is not None or user.line.group.suspended):
        return False
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, blocked_at__isnull=True).update(
            last_login=now, failures=0, failed_since=None
        ):
            return False
        SignInFailure.objects.filter(login_key=login_key(user.login)).delete()
    return True


def count_failure(*, login: str, user: User | None, network: str, now: datetime) -> bool:
    """Keep one failed attempt; return whether the login is blocked, now or since before."""
    key = login_key(login)
    with transaction.atomic():
        if user is not None:
            # Locked: of two failures at once, the second counts the first.
            User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        SignInFailure.objects.filter(at__lte=window_start(now)).delete()
        SignInFailure.objects.create(login_key=key, address=network, at=now)
        count = failures_of(key=key, now=now)
        if user is None:
            if count >= ATTEMPTS:
                UnknownSignIn.objects.get_or_create(login_key=key, defaults={"blocked_at": now})
            return UnknownSignIn.objects.filter(login_key=key).exists()
        User.objects.filter(pk=user.pk).update(failures=min(count, 32000), failed_since=now)
        if count >= ATTEMPTS:
            _block(user=user, now=now)
        return User.objects.filter(pk=user.pk, blocked_at__isnull=False).exists()


def _block(*, user: User, now: datetime) -> None:
    """Block the account, once, and keep it in the record; it lasts until `unblock`."""
    changed = User.objects.filter(pk=user.pk, blocked_at__isnull=True).update(
        blocked_at=now, version=F("version") + 1
    )
    if changed:
        new = {"blocked_at": now.isoformat()}
        _record(
            user=user,
            actor=Actor(None, "sign-in"),
            action="block",
            old={"blocked_at": None},
            new=new,
            now=now,
        )


def unblock(*, actor: Actor, user_id: int, now: datetime) -> Receipt | None:
    """Lift the block wrong passwords have set; return None when there was none. Changes no password."""
    with transaction.atomic():
        user = get_user(user_id)
        was = user.blocked_at
        if was is None:
            return None
        User.objects.filter(pk=user.pk, blocked_at__isnull=False).update(
            blocked_at=None, failures=0, failed_since=None, version=F("version") + 1
        )
        SignInFailure.objects.filter(login_key=login_key(user.login)).delete()
        old = {"blocked_at": was.isoformat()}
        return _record(user=user, actor=actor, action="unblock", old=old, new={"blocked_at": None}, now=now)


def check_password_rules(*, password: str, user: User) -> None:
    """Raise WeakSecret if the password breaks a rule for this user."""
    rule = broken_password_rule(password=password, number=_number(user), extension=_extension(user))
    if rule is not None:
        raise WeakSecret(rule)


def check_pin_rules(*, pin: str, number: str, extension: str = "") -> None:
    """Raise WeakSecret if the PIN breaks a rule for the line with this number (E.164) and extension."""
    rule = broken_pin_rule(pin=pin, number=number, extension=extension)
    if rule is not None:
        raise WeakSecret(rule)


def change_password(*, user: User, old: str, new: str, now: datetime) -> Receipt:
    """Replace the user's own password; every session but one re-signed by the caller ends (session hash).

    Raises Invalid (`old`: wrong_password), counted like a failed sign-in, or WeakSecret.
    """
    current = get_user(user.pk)
    if current.blocked_at is not None:
        raise SignInRefused(blocked=True)
    if not check_password(old, current.password):
        if count_failure(login=current.login, user=current, network="", now=now):
            raise SignInRefused(blocked=True)
        raise Invalid({"old": Problem(ErrorCode.WRONG_PASSWORD)})
    check_password_rules(password=new, user=current)
    if check_password(new, current.password):
        raise WeakSecret(SecretRule.SAME)
    hashed = make_password(new)
    with transaction.atomic():
        # Conditional on the old hash: two changes at once cannot both rest on the same old password.
        if not User.objects.filter(pk=user.pk, password=current.password).update(
            password=hashed, must_change_password=False, version=F("version") + 1
        ):
            raise Invalid({"old": Problem(ErrorCode.WRONG_PASSWORD)})
        actor = actor_for(current)
        receipt = _record(user=current, actor=actor, action="change_password", old={}, new={}, now=now)
    user.password = hashed
    user.must_change_password = False
    return receipt


def change_language(*, actor: Actor, user: User, language: str, now: datetime) -> Receipt:
    """Change the portal language of a user, which is also the language his line hears ("" = the group's)."""
    if language not in {"", "fr", "en"}:
        raise Invalid({"language": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": language[:10]})})
    with transaction.atomic():
        old = {"language": get_user(user.pk).language}
        User.objects.filter(pk=user.pk).update(language=language, version=F("version") + 1)
        known = get_user(user.pk)
        new = {"language": language}
        receipt = _record(user=known, actor=actor, action="change", old=old, new=new, now=now)
    user.language = language
    return receipt


def change_theme(*, user: User, theme: str) -> None:
    """Keep how the portal looks to this user: a preference, not part of the record of changes."""
    if theme not in Theme.values:
        raise Invalid({"theme": Problem(ErrorCode.UNKNOWN_CHOICE, {"value": theme[:10]})})
    User.objects.filter(pk=user.pk).update(theme=theme)
    user.theme = theme


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
        _record(user=get_user(user.pk), actor=actor, action="create", old={}, new=new, now=now)
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
        old = {name: getattr(user, name) for name in new}
        User.objects.filter(pk=user_id).update(version=F("version") + 1, **new)
        return _record(user=user, actor=actor, action="grant_role", old=old, new=new, now=now)


def _number(user: User) -> str:
    return user.line.number if user.line else ""


def _extension(user: User) -> str:
    extension = getattr(user.line, "extension", None)
    return str(extension.first) if extension is not None else ""


def _record(
    *,
    user: User,
    actor: Actor,
    action: str,
    old: Mapping[str, object],
    new: Mapping[str, object],
    now: datetime,
) -> Receipt:
    group_id = user.line.group_id if user.line else None
    if group_id is not None:
        lock_group(group_id)
    department = user.line.department if user.line else None
    change = Change(
        kind="user",
        object_id=user.pk,
        label=user.login,
        action=action,
        version=User.objects.values_list("version", flat=True).get(pk=user.pk),
        group_id=group_id,
        department_path=department.path if department else "",
        old=old,
        new=new,
        # A block closes the mailbox, a language changes what the line hears; the rest governs no call.
        governs_calls=group_id is not None and action in {"block", "unblock", "change", "create"},
    )
    return record_change(actor=actor, change=change, now=now)
