"""Who may do what: one table, asked by every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from carillon.errors import CarillonError
from carillon.features.accounts.choices import Action, Reach, Role
from carillon.features.accounts.models import User
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


class Standing(NamedTuple):
    """Whether a target is in the user's group, is his own line, is in the departments he administers."""

    in_group: bool
    own: bool
    in_subtree: bool


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
        Action.RENUMBER_LINES: _OPERATOR,
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
    Action.MANAGE_LINES: (GroupPermission.CREATE_LINES, _SCOPE),
    Action.RENUMBER_LINES: (GroupPermission.CREATE_LINES, _WHOLE_GROUP),
    Action.MANAGE_PHONES: (GroupPermission.CREATE_PHONES, _SCOPE),
    Action.UNBLOCK: (GroupPermission.UNLOCK_ACCOUNTS, _SCOPE),
}
"""What administrators may do where the operator grants it to their group, and how far."""


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
        permission, reaches = needed
        has_it = permission.value in access.group.permissions
        granted = reaches[_ROLES.index(access.role)] if has_it else Reach.NONE
    if action is Action.READ_CALL_LOGS and not access.user.may_read_call_logs:
        return granted if granted is Reach.PLATFORM else Reach.NONE
    return granted


def may(access: Access, action: Action, target: Target | None = None) -> bool:
    """Say whether the user may do this to the target; without a target, whether he may do it anywhere."""
    granted = reach(access, action)
    if target is None or granted is Reach.PLATFORM or granted is Reach.NONE:
        return granted is not Reach.NONE
    at = standing(access, target)
    if not at.in_group:
        return False
    return granted is Reach.GROUP or at.own or (granted is Reach.SUBTREE and at.in_subtree)


def standing(access: Access, target: Target) -> Standing:
    """Return how the user stands to the target: to all with which he stands alike, he may do the same."""
    return Standing(
        target.group_id == access.group_id,
        target.line_id is not None and target.line_id == access.own_line_id,
        access.department_path != "" and target.department_path.startswith(access.department_path),
    )


def language_of(access: Access) -> str:
    """Return the portal language of the user: his own choice, else his line's, else his group's."""
    line = access.user.line
    return (
        access.user.language
        or (line.language if line else "")
        or (access.group.language if access.group else "")
    )
