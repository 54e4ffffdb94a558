"""What every action on a line begins and ends with: the line locked and in scope, its user and his rights."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db.models import F

from carillon.calls import numbering
from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.models import SignInFailure, User
from carillon.features.accounts.queries import Access, login_key
from carillon.features.audit.services import ErrorCode, Invalid, Problem
from carillon.features.line_actions.queries import outranks
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.lines.services import lock_line

NO_RIGHTS: Mapping[str, Any] = {
    "role": Role.SUBSCRIBER,
    "scope": None,
    "is_supervisor": False,
    "may_monitor": False,
    "may_read_call_logs": False,
}
NO_FAILURES: Mapping[str, Any] = {"failures": 0, "failed_since": None, "blocked_at": None}


def line_to_act_on(access: Access, line_id: int, action: Action) -> tuple[Line, int]:
    """Lock the line's group and return the line, if it is in scope, and the group's configuration version.

    Raises NotFound.
    """
    _, config_version = lock_line(line_id)
    return access_line(access, line_id, action), config_version


def user_of(line: Line) -> User | None:
    """Return the line's portal account as it is now, with its line and scope, None without one (one query)."""
    return User.objects.select_related("line__department", "scope").filter(line_id=line.pk).first()


def check_standing(access: Access, line: Line) -> User | None:
    """Return the line's user; raises Invalid for one's own line and for someone who administers more."""
    if line.pk == access.own_line_id:
        raise Invalid({"line": Problem(ErrorCode.OWN_LINE)})
    user = user_of(line)
    if outranks(user, access):
        raise Invalid({"line": Problem(ErrorCode.OUTRANKED)})
    return user


def check_typed_number(line: Line, typed: str) -> None:
    """Raise Invalid (`typed_number`) unless it is the line's number, however it is written."""
    digits = numbering.clean_typed(typed.strip()[:64])
    if digits is None or numbering.parse_incoming(digits, line.group.home_region) != line.number:
        raise Invalid({"typed_number": Problem(ErrorCode.NOT_THIS_NUMBER, {"number": line.number})})


def end_sessions(user: User) -> None:
    """End every session of the user at once (web.sessions compares the salt at each request)."""
    User.objects.filter(pk=user.pk).update(session_salt=secrets.token_hex(16), version=F("version") + 1)


def forget_failures(user: User) -> None:
    """Forget the failed sign-ins that were counted for the user."""
    SignInFailure.objects.filter(login_key=login_key(user.login)).delete()


def rights_lost(user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how the record tells that a user lost his rights: nothing for one who had none."""
    if user.role == Role.SUBSCRIBER:
        return {}, {}
    return {"role": user.role}, {"role": str(Role.SUBSCRIBER)}
