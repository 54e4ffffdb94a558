"""New passwords and PINs: the rules, and replacing one's own password."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from carillon.errors import CarillonError
from carillon.features.accounts.choices import SecretRule
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import broken_password_rule, broken_pin_rule, get_user
from carillon.features.accounts.services.changes import actor_for, record_user
from carillon.features.accounts.services.signing_in import SignInRefused, count_failure
from carillon.features.audit.services import ErrorCode, Invalid, Problem, Receipt


class WeakSecret(CarillonError):
    """A new password or PIN breaks `rule`."""

    def __init__(self, rule: SecretRule) -> None:
        super().__init__(rule.value)
        self.rule = rule


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
        receipt = record_user(user=current, actor=actor, action="change_password", old={}, new={}, now=now)
    user.password = hashed
    user.must_change_password = False
    return receipt


def _number(user: User) -> str:
    return user.line.number if user.line else ""


def _extension(user: User) -> str:
    extension = getattr(user.line, "extension", None)
    return str(extension.first) if extension is not None else ""
