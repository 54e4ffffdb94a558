"""A line's personal details: its name, its language, its emergency address, and what its user administers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import Act
from carillon.features.audit.services import (
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    check_name,
    differing,
    record_changes,
    write_version,
)
from carillon.features.departments.models import Department
from carillon.features.departments.queries import departments_in_scope
from carillon.features.line_actions.choices import LONGEST_ADDRESS, LONGEST_NAME
from carillon.features.line_actions.queries import is_last_administrator, outranks
from carillon.features.line_actions.services.acting import line_to_act_on, user_of
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.lines.services import change_of, part_change

FLAGS = ("is_supervisor", "may_read_call_logs", "may_monitor")
OWN_CHANGES = frozenset({"language"})
UNDOABLE = frozenset({"name", "emergency_address", "language"})
"""What can be put back after a save; rights that were given may have been used."""
_RANK = {Role.SUBSCRIBER: 0, Role.DEPARTMENT_ADMINISTRATOR: 1, Role.GROUP_ADMINISTRATOR: 2}


@dataclass(frozen=True, slots=True)
class Details:
    """The page of personal details. `scope_id` is the department a department administrator has.

    The flags are those of an administrator: a subscriber has none. `may_monitor` is the operator's to give and is
    left as it is by anyone else.
    """

    name: str
    emergency_address: str = ""
    language: str = ""
    role: Role = Role.SUBSCRIBER
    scope_id: int | None = None
    is_supervisor: bool = False
    may_read_call_logs: bool = False
    may_monitor: bool = False


def change_details(
    *,
    access: Access,
    line_id: int,
    details: Details,
    seen_version: int,
    seen_account: int,
    now: datetime,
    undoing: bool = False,
) -> Receipt:
    """Save the personal details; `seen_account` is the version of the user that was seen, 0 without one.

    Raises NotFound, Invalid (fields of Details) and StaleVersion.
    """
    with transaction.atomic():
        line, config_version = line_to_act_on(access, line_id, Action.CHANGE_DETAILS)
        user = user_of(line)
        check = _Check(access, line, user)
        of_line, of_user = check.line_values(details), check.user_values(details)
        if check.errors:
            raise Invalid(check.errors)
        old, new = differing({name: getattr(line, name) for name in of_line}, of_line)
        changes = []
        if new:
            rows = Line.objects.all()
            version = write_version(
                rows, kind="line", object_id=line.pk, seen_version=seen_version, values=new
            )
            changes.append(change_of(line, "change", old, new, version=version))
        if user is not None:
            changes += _write_user(line, user, of_user, seen_account)
        if not changes:
            return Receipt("line", line.pk, line.version, line.group_id, config_version, now)
        return record_changes(actor=actor_for(access.user, undoing=undoing), changes=changes, now=now)


def put_back_details(*, access: Access, object_id: int, act: Act, now: datetime) -> Receipt:
    """Put name, address and language back (features/undoing); raises NotFound, Invalid and StaleVersion."""
    line = access_line(access, object_id, Action.CHANGE_DETAILS)
    user = user_of(line)
    rights = {name: getattr(user, name) for name in ("role", "scope_id", *FLAGS)} if user else {}
    values: dict[str, Any] = {"name": line.name, "emergency_address": line.emergency_address}
    values |= {"language": (user or line).language} | rights | act.old("line") | act.old("user")
    return change_details(
        access=access,
        line_id=line.pk,
        details=Details(**values),
        seen_version=act.version("line", line.version),
        seen_account=act.version("user", user.version if user else 0),
        now=now,
        undoing=True,
    )


def _write_user(line: Line, user: User, wanted: dict[str, Any], seen: int) -> list[Any]:
    """Write what differs of the user and return the change, if there is one."""
    old, new = differing({name: getattr(user, name) for name in wanted}, wanted)
    if not new:
        return []
    version = write_version(User.objects.all(), kind="user", object_id=user.pk, seen_version=seen, values=new)
    action = "grant_role" if set(new) - OWN_CHANGES else "change"
    told = (_in_names(old), _in_names(new))
    return [part_change(line, ("user", user.pk, version), action, *told)]


def _in_names(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as the record keeps them: a department by its name."""
    kept = {name: str(value) if name == "role" else value for name, value in values.items()}
    if "scope_id" in kept:
        scope = Department.objects.filter(pk=kept.pop("scope_id")).first()
        kept["scope"] = scope.name if scope else ""
    return kept


class _Check:
    """Checks the details of one line for one administrator, gathering what is wrong field by field."""

    def __init__(self, access: Access, line: Line, user: User | None) -> None:
        self.access = access
        self.line = line
        self.user = user
        self.errors: dict[str, Problem] = {}

    def line_values(self, details: Details) -> dict[str, Any]:
        """Return the columns of the line."""
        name, wrong_name = check_name(details.name, limit=LONGEST_NAME)
        address, wrong_address = check_name(details.emergency_address, limit=LONGEST_ADDRESS, required=False)
        if wrong_name is not None:
            self.errors["name"] = wrong_name
        if wrong_address is not None:
            self.errors["emergency_address"] = wrong_address
        if details.language not in {"", "fr", "en"}:
            self.errors["language"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": details.language[:10]})
        values = {"name": name, "emergency_address": address}
        return values if self.user is not None else values | {"language": details.language}

    def user_values(self, details: Details) -> dict[str, Any]:
        """Return the columns of the user; {} without one."""
        if self.user is None:
            if details.role != Role.SUBSCRIBER:
                self.errors["role"] = Problem(ErrorCode.NO_ACCOUNT)
            return {}
        administers = details.role != Role.SUBSCRIBER
        scope = self._scope(details)
        values = {
            "role": details.role,
            "scope_id": scope.pk if scope else None,
            **{flag: administers and getattr(details, flag) for flag in FLAGS},
        }
        if self.access.role is not Role.OPERATOR:
            values["may_monitor"] = administers and self.user.may_monitor
        self._rights(values, scope)
        return values | {"language": details.language}

    def _scope(self, details: Details) -> Department | None:
        if details.role != Role.DEPARTMENT_ADMINISTRATOR:
            return None
        if details.scope_id is None:
            self.errors["scope"] = Problem(ErrorCode.REQUIRED)
            return None
        if self.user is not None and details.scope_id == self.user.scope_id:
            return self.user.scope
        departments = departments_in_scope(self.access).filter(group_id=self.line.group_id)
        found = departments.filter(pk=details.scope_id).first()
        if found is None:
            self.errors["scope"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": details.scope_id})
        return found

    def _rights(self, values: dict[str, Any], scope: Department | None) -> None:
        """Compare the rights with those that are there and with those the administrator holds."""
        user = self.user
        if user is None or all(getattr(user, name) == value for name, value in values.items()):
            return
        role = Role(values["role"])
        if role is Role.OPERATOR:
            self.errors["role"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": "operator"})
        elif outranks(user, self.access):
            self.errors["role"] = Problem(ErrorCode.OUTRANKED)
        elif self.line.pk == self.access.own_line_id and self._loses(values, scope):
            self.errors["role"] = Problem(ErrorCode.OWN_RIGHTS)
        elif role is not Role.GROUP_ADMINISTRATOR and is_last_administrator(user):
            self.errors["role"] = Problem(ErrorCode.LAST_ADMINISTRATOR)
        elif role is Role.GROUP_ADMINISTRATOR and self.access.role is Role.DEPARTMENT_ADMINISTRATOR:
            self.errors["role"] = Problem(ErrorCode.RIGHT_NOT_HELD)
        for flag in FLAGS:
            if values[flag] and not getattr(user, flag) and not self._holds(flag):
                self.errors[flag] = Problem(ErrorCode.RIGHT_NOT_HELD)

    def _holds(self, flag: str) -> bool:
        return self.access.role is Role.OPERATOR or bool(getattr(self.access.user, flag))

    def _loses(self, values: dict[str, Any], scope: Department | None) -> bool:
        """Say whether the user would hold less than he does."""
        user = self.user
        if user is None:
            return False
        less = _RANK[Role(values["role"])] < _RANK[Role(user.role)]
        narrower = scope is not None and user.scope is not None and not user.scope.path.startswith(scope.path)
        return less or narrower or any(getattr(user, flag) and not values[flag] for flag in FLAGS)
