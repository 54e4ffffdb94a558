"""Who may do what (one table, asked by every page), who must wait, and which secrets are too weak."""

from __future__ import annotations

import ipaddress
import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db.models import Count, Max
from django.utils.crypto import salted_hmac

from carillon.calls import numbering
from carillon.errors import CarillonError
from carillon.features.accounts.choices import Action, Reach, Role, SecretRule
from carillon.features.accounts.models import SignInFailure, User
from carillon.features.business_groups.choices import GroupPermission
from carillon.features.business_groups.models import BusinessGroup


class NotFound(CarillonError):
    """The object does not exist, or not for this user: the two are never told apart."""

    def __init__(self, kind: str, object_id: object) -> None:
        super().__init__(f"{kind} {object_id}")
        self.kind = kind
        self.object_id = object_id


@dataclass(frozen=True, slots=True)
class Access:
    """A signed-in user's place: group, role, department subtree ("" = the whole group) and own line.

    An operator has no group and no line.
    """

    user: User
    group: BusinessGroup | None
    role: Role
    department_path: str
    own_line_id: int | None

    @property
    def group_id(self) -> int | None:
        """The group's id; None for an operator."""
        return self.group.pk if self.group else None


@dataclass(frozen=True, slots=True)
class Target:
    """Where an object lives, for `may`: its group, its department's path ("" = none) and its line, if any."""

    group_id: int | None
    department_path: str = ""
    line_id: int | None = None


_ROLES = (Role.SUBSCRIBER, Role.DEPARTMENT_ADMINISTRATOR, Role.GROUP_ADMINISTRATOR, Role.OPERATOR)
_OWN_AND_SCOPE = (Reach.OWN, Reach.SUBTREE, Reach.GROUP, Reach.PLATFORM)
_SCOPE = (Reach.NONE, Reach.SUBTREE, Reach.GROUP, Reach.PLATFORM)
_OWN_ONLY = (Reach.OWN, Reach.OWN, Reach.OWN, Reach.NONE)
_WHOLE_GROUP = (Reach.NONE, Reach.NONE, Reach.GROUP, Reach.PLATFORM)
_OPERATOR = (Reach.NONE, Reach.NONE, Reach.NONE, Reach.PLATFORM)

POLICY: Mapping[Action, Mapping[Role, Reach]] = {
    action: dict(zip(_ROLES, reaches, strict=True))
    for action, reaches in {
        Action.LIST_LINES: _SCOPE,
        Action.DOWNLOAD_LINES: _SCOPE,
        Action.VIEW_LINE: _OWN_AND_SCOPE,
        Action.CHANGE_CALL_SETTINGS: _OWN_AND_SCOPE,
        Action.CHANGE_NAMES: _OWN_AND_SCOPE,
        Action.CHANGE_MESSAGE_SETTINGS: _OWN_AND_SCOPE,
        Action.CHANGE_PIN: _OWN_AND_SCOPE,
        # What a mailbox holds is private: an administrator changes settings, he does not listen.
        Action.READ_MESSAGES: _OWN_ONLY,
        Action.UNBLOCK: _SCOPE,
        Action.READ_RECORD: _SCOPE,
        Action.READ_CALL_LOGS: _SCOPE,
        Action.SUPERVISE: _SCOPE,
        Action.MANAGE_DEPARTMENTS: _SCOPE,
        Action.MANAGE_EXTENSIONS: _WHOLE_GROUP,
        Action.MANAGE_LINES: _OPERATOR,
        Action.MANAGE_PHONES: _OPERATOR,
        Action.MANAGE_GROUPS: _OPERATOR,
        Action.LOCK_LINES: _SCOPE,
        Action.RESET_LINES: _SCOPE,
        Action.CHANGE_DETAILS: _SCOPE,
        Action.MOVE_LINES: _SCOPE,
        Action.READ_FEEDBACK: _OPERATOR,
    }.items()
}

_GRANTED_BY_OPERATOR = {
    Action.MANAGE_LINES: GroupPermission.CREATE_LINES,
    Action.MANAGE_PHONES: GroupPermission.CREATE_PHONES,
    Action.UNBLOCK: GroupPermission.UNLOCK_ACCOUNTS,
}
"""What administrators may do in their scope where the operator grants it to their group."""


def access_for(user: User) -> Access:
    """Return the user's access; the session's user has line, group and scope joined already (else one query)."""
    known = user if _is_joined(user) else User.objects.select_related("line__group", "scope").get(pk=user.pk)
    role = Role(known.role)
    group = known.line.group if known.line else None
    path = known.scope.path if known.scope and role is Role.DEPARTMENT_ADMINISTRATOR else ""
    return Access(known, group, role, path, known.line_id)


def _is_joined(user: User) -> bool:
    """Say whether the user's line, its group and his department were read with him."""
    fields = user._state.fields_cache  # noqa: SLF001 - where Django keeps what was joined
    if user.line_id is not None and "line" not in fields:
        return False
    if user.scope_id is not None and "scope" not in fields:
        return False
    line = fields.get("line")
    return line is None or "group" in line._state.fields_cache  # noqa: SLF001 - the same


def reach(access: Access, action: Action) -> Reach:
    """Return how far the user's role and flags let the action go."""
    if action is Action.SUPERVISE and not access.user.is_supervisor:
        return Reach.NONE
    granted = POLICY[action][access.role]
    needed = _GRANTED_BY_OPERATOR.get(action)
    if needed is not None and access.group is not None and access.role is not Role.SUBSCRIBER:
        scope = _SCOPE[_ROLES.index(access.role)]
        granted = scope if needed.value in access.group.permissions else Reach.NONE
    if action is Action.READ_CALL_LOGS and not access.user.may_read_call_logs:
        return granted if granted is Reach.PLATFORM else Reach.NONE
    return granted


def may(access: Access, action: Action, target: Target | None = None) -> bool:
    """Say whether the user may do this to the target; without a target, whether he may do it anywhere."""
    granted = reach(access, action)
    if target is None or granted is Reach.PLATFORM or granted is Reach.NONE:
        return granted is not Reach.NONE
    if target.group_id != access.group_id:
        return False
    if granted is Reach.GROUP or (target.line_id is not None and target.line_id == access.own_line_id):
        return True
    inside = access.department_path != "" and target.department_path.startswith(access.department_path)
    return granted is Reach.SUBTREE and inside


def language_of(access: Access) -> str:
    """Return the portal language of the user: his own choice, else his line's, else his group's."""
    line = access.user.line
    return (
        access.user.language
        or (line.language if line else "")
        or (access.group.language if access.group else "")
    )


ATTEMPTS = 5
"""Wrong passwords within the window that block an account."""
ADDRESS_ATTEMPTS = 10
"""Wrong passwords from one network address within the window after which it must wait."""
WINDOW = timedelta(minutes=15)
LONGEST_WAIT = 60


def window_start(now: datetime) -> datetime:
    """Return the instant before which a failed attempt no longer counts."""
    return now - WINDOW


def login_key(login: str) -> str:
    """Return the digest under which attempts for a login are counted."""
    return salted_hmac("carillon.accounts.sign_in", login, algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """Return what is slowed down for an address: an IPv4 address, an IPv6 /64 network, "" for neither."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False).network_address)


def failures_of(*, key: str, now: datetime) -> int:
    """Count the failed attempts for a login within the window."""
    return SignInFailure.objects.filter(login_key=key, at__gt=window_start(now)).count()


def retry_after(*, network: str, now: datetime) -> int:
    """Return how many seconds a network must wait before its next attempt: 0, then 1, 2, 4 ... 60."""
    if not network:
        return 0
    failures = SignInFailure.objects.filter(address=network, at__gt=window_start(now), at__lte=now)
    found = failures.aggregate(count=Count("pk"), last=Max("at"))
    extra = int(found["count"]) - ADDRESS_ATTEMPTS
    if extra < 0:
        return 0
    wait = min(LONGEST_WAIT, 1 << min(extra, 6))
    left: float = (found["last"] + timedelta(seconds=wait) - now).total_seconds()
    return max(0, math.ceil(left))


def broken_password_rule(*, password: str, number: str, extension: str) -> SecretRule | None:
    """Return the first rule a new password breaks; `number` is the line's own in E.164, or ""."""
    if len(password) < 10:
        return SecretRule.TOO_SHORT
    if len(password) > 128:
        return SecretRule.TOO_LONG
    digits = re.sub(r"[\s().+-]", "", password)
    national = number.lstrip("+")[-10:]
    if national and national in digits:
        return SecretRule.OWN_NUMBER
    rule = _simple(password.lower(), extension)
    if rule is None and password.lower().strip() in _common_passwords():
        return SecretRule.COMMON
    return rule


def broken_pin_rule(*, pin: str, number: str, extension: str) -> SecretRule | None:
    """Return the first rule a new PIN breaks; `number` is the line's own in E.164, or ""."""
    if not (pin.isascii() and pin.isdigit()):
        return SecretRule.NOT_DIGITS
    if len(pin) < 6:
        return SecretRule.TOO_SHORT
    if len(pin) > 16:
        return SecretRule.TOO_LONG
    digits = number.lstrip("+")
    if digits and (pin in digits or digits[-10:] in pin):
        return SecretRule.OWN_NUMBER
    rule = _simple(pin, extension)
    if rule is None and pin in _common_passwords():
        return SecretRule.COMMON
    return rule


def _simple(text: str, extension: str) -> SecretRule | None:
    steps = {(ord(after) - ord(before)) % 10 if after.isdigit() and before.isdigit()
             else ord(after) - ord(before) for before, after in pairwise(text)}  # fmt: skip
    if steps <= {1} or steps <= {-1} or steps <= {9}:
        return SecretRule.SEQUENCE
    if any(text == (text[:period] * len(text))[: len(text)] for period in range(1, len(text) // 2 + 1)):
        # The extension written again and again is a repetition too; its own name says more.
        return (
            SecretRule.OWN_EXTENSION if extension and text.startswith(extension * 2) else SecretRule.REPEATED
        )
    if extension and not text.replace(extension, "").strip("0"):
        return SecretRule.OWN_EXTENSION
    return None


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def login_of(number_text: str) -> str:
    """Return the login a typed number stands for; an operator's name stays as it is."""
    typed = number_text.strip()[:64]
    if any(character.isalpha() for character in typed):
        return typed.lower()
    digits = numbering.clean_typed(typed)
    return (numbering.parse_incoming(digits, "CA") or "") if digits else ""


def get_user(user_id: int) -> User:
    """Return the user with his line, group and department joined; raises NotFound (one query)."""
    user = User.objects.select_related("line__group", "line__department").filter(pk=user_id).first()
    if user is None:
        raise NotFound("user", user_id)
    return user


def generate_password() -> str:
    """Return 12 random characters (more than 65 bits) without those that are read one for another."""
    alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    while True:
        password = "".join(secrets.choice(alphabet) for _ in range(12))
        if broken_password_rule(password=password, number="", extension="") is None:
            return password


def generate_pin(*, number: str, extension: str = "") -> str:
    """Return a random PIN of 6 digits that the rules accept for this line."""
    while True:
        pin = f"{secrets.randbelow(10**6):06d}"
        if broken_pin_rule(pin=pin, number=number, extension=extension) is None:
            return pin
