"""Creating operators, and the second step of their sign-in."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import generate_password, network_of, retry_after
from carillon.features.accounts.services import SignInRefused, count_failure, create_user, let_in
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    record_change,
)
from carillon.features.operators.models import OneTimeCode, RecoveryCode
from carillon.features.operators.queries import NAME, clean_code, confirmed_code, digest_of, matching_step
from carillon.features.trunks.queries import encrypt_secret

RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def create_operator(*, actor: Actor, name: str, language: str = "", now: datetime) -> tuple[User, str]:
    """Create an operator; return him and his first password. He enrols his one-time code at the first sign-in."""
    login = name.strip().lower()
    if NAME.fullmatch(login) is None:
        raise Invalid({"name": Problem(ErrorCode.MALFORMED, {"value": login[:32], "example": "jane.doe"})})
    if User.objects.filter(login=login).exists():
        raise Invalid({"name": Problem(ErrorCode.ALREADY_USED, {"by": login})})
    return create_user(actor=actor, login=login, line_id=None, role=Role.OPERATOR, language=language, now=now)


def reset_password(*, actor: Actor, user: User, now: datetime) -> str:
    """Give an operator, or a line's user, a new first password and lift his block; his sessions end."""
    password = generate_password()
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(
            password=make_password(password),
            must_change_password=True,
            blocked_at=None,
            failures=0,
            version=F("version") + 1,
        )
        _record(actor, user, "reset_password", now)
    return password


def reset_code(*, actor: Actor, user: User, now: datetime) -> Receipt:
    """Forget an operator's one-time code and recovery codes; his sessions end and he enrols again."""
    with transaction.atomic():
        OneTimeCode.objects.filter(user_id=user.pk).delete()
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        User.objects.filter(pk=user.pk).update(version=F("version") + 1)
        return _record(actor, user, "reset_code", now)


def begin_enrolment(*, user: User) -> OneTimeCode:
    """Return the key to enrol: the same until it is confirmed, so that a page loaded twice shows one picture."""
    code, _created = OneTimeCode.objects.select_related("user").get_or_create(
        user_id=user.pk, defaults={"secret": encrypt_secret(pyotp.random_base32(32))}
    )
    if code.confirmed is not None:
        raise SignInRefused(blocked=False)
    return code


def confirm_enrolment(*, user: User, typed: str, address: str, now: datetime) -> list[str]:
    """Take a first code as proof that the key was enrolled; let the operator in and return his recovery codes.

    Raises SignInRefused, counted like a wrong password.
    """
    _check_wait(address, now)
    code = begin_enrolment(user=user)
    step = matching_step(code, clean_code(typed), now=now)
    if step is None:
        raise _refusal(user, address, now)
    fresh = ["".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        unconfirmed = OneTimeCode.objects.filter(pk=code.pk, confirmed__isnull=True)
        if not unconfirmed.update(confirmed=now, last_step=step) or not let_in(user=user, now=now):
            raise SignInRefused(blocked=False)
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user_id=user.pk, digest=digest_of(one)) for one in fresh
        )
        _record(Actor(user, user.login), user, "enrol_code", now)
    return ["-".join(one[start : start + 4] for start in range(0, 16, 4)) for one in fresh]


def check_code(*, user: User, typed: str, address: str, now: datetime) -> OneTimeCode:
    """Let the operator in with a one-time code or a recovery code; return the key, which marks his session.

    Raises SignInRefused: wrong, used before, blocked or too many attempts, counted like a wrong password.
    """
    _check_wait(address, now)
    code = confirmed_code(user)
    clean = clean_code(typed)
    with transaction.atomic():
        if code is not None and _use(code, clean, now=now) and let_in(user=user, now=now):
            return code
    raise _refusal(user, address, now)


def _use(code: OneTimeCode, clean: str, *, now: datetime) -> bool:
    """Use the code up; of two who use one at the same time, one is too late (conditional updates)."""
    step = matching_step(code, clean, now=now)
    if step is not None:
        unused = OneTimeCode.objects.filter(pk=code.pk, last_step__lt=step)
        return unused.update(last_step=step) == 1
    recovery = RecoveryCode.objects.filter(user_id=code.user_id, digest=digest_of(clean), used__isnull=True)
    return recovery.update(used=now) == 1


def _check_wait(address: str, now: datetime) -> None:
    wait = retry_after(network=network_of(address), now=now)
    if wait:
        raise SignInRefused(blocked=False, retry_after=wait)


def _refusal(user: User, address: str, now: datetime) -> SignInRefused:
    network = network_of(address)
    blocked = count_failure(login=user.login, user=user, network=network, now=now)
    return SignInRefused(blocked=blocked, retry_after=retry_after(network=network, now=now))


def _record(actor: Actor, user: User, action: str, now: datetime) -> Receipt:
    line = user.line
    change = Change(
        kind="user",
        object_id=user.pk,
        label=user.login,
        action=action,
        version=User.objects.values_list("version", flat=True).get(pk=user.pk),
        group_id=line.group_id if line else None,
        department_path=line.department.path if line and line.department else "",
        governs_calls=False,
    )
    return record_change(actor=actor, change=change, now=now)
