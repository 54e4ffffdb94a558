"""How a change of an account is kept in the record, and who makes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from carillon.features.accounts.models import User
from carillon.features.audit.services import Actor, Change, Receipt, lock_group, record_change


def actor_for(user: User, *, undoing: bool = False) -> Actor:
    """Return the user as the one who makes a change, or puts back what his last one changed."""
    return Actor(user, f"{user.login} {user.line.name}" if user.line else user.login, undoing)


def record_user(
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
