"""Signing in, and the blocks that wrong passwords set."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from carillon.errors import CarillonError
from carillon.features.accounts.choices import Closed, Role
from carillon.features.accounts.models import SignInFailure, UnknownSignIn, User
from carillon.features.accounts.queries import (
    ATTEMPTS,
    failures_of,
    get_user,
    login_key,
    login_of,
    network_of,
    retry_after,
    window_start,
)
from carillon.features.accounts.services.changes import record_user
from carillon.features.audit.services import Actor, Receipt


class SignInRefused(CarillonError):
    """Number or password wrong, or blocked (`blocked`), or too many attempts: wait `retry_after` seconds.

    An unknown number and a wrong password give the same values, and take the same time. Only who knew the password
    is told that the line is locked or the group suspended (`closed`).
    """

    def __init__(self, *, blocked: bool, retry_after: int = 0, closed: Closed | None = None) -> None:
        super().__init__(f"blocked={blocked} retry_after={retry_after} closed={closed}")
        self.blocked = blocked
        self.retry_after = retry_after
        self.closed = closed


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
        closed = closed_to(user)
        if closed is not None and user.blocked_at is None:
            raise SignInRefused(blocked=False, closed=closed)  # no guess: it counts for nothing
    blocked = count_failure(login=login or number_text[:64], user=user, network=network, now=now)
    raise SignInRefused(blocked=blocked, retry_after=retry_after(network=network, now=now))


def closed_to(user: User) -> Closed | None:
    """Return why nobody signs in to the user's line, None when it is open."""
    if user.line is None:
        return None
    if user.line.group.suspended:
        return Closed.SUSPENDED
    return Closed.LOCKED if user.line.locked_at is not None else None


def let_in(*, user: User, now: datetime) -> bool:
    """Note the sign-in unless the account is blocked at this very instant (conditional update)."""
    if closed_to(user) is not None:
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
        record_user(
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
        return record_user(
            user=user, actor=actor, action="unblock", old=old, new={"blocked_at": None}, now=now
        )
