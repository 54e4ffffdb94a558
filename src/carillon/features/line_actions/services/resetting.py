"""Giving a line to another subscriber: everything of the former one goes, at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, generate_password, generate_pin
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import (
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    check_name,
    record_changes,
    write_version,
)
from carillon.features.call_manager.models import CallSettings
from carillon.features.line_actions.choices import CONFIRMED_BY_NUMBER, LONGEST_CALLING_NAME, LONGEST_NAME
from carillon.features.line_actions.queries import default_values, is_last_administrator, memberships_of
from carillon.features.line_actions.services.acting import (
    NO_FAILURES,
    NO_RIGHTS,
    check_standing,
    check_typed_number,
    end_sessions,
    forget_failures,
    line_to_act_on,
    rights_lost,
    user_of,
)
from carillon.features.line_actions.services.keeping import (
    erase_audio,
    erase_snapshots,
    take_away,
    take_snapshot,
    usual_settings,
)
from carillon.features.lines.models import Line
from carillon.features.lines.services import change_of, part_change
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services import pin_values


@dataclass(frozen=True, slots=True)
class ResetLine:
    """What the pop-up asks; `typed_number` confirms the reset of an attendant or a pilot."""

    name: str
    same_calling_name: bool = True
    remove_from_groups: bool = True
    erase: bool = False
    typed_number: str = ""


@dataclass(frozen=True, slots=True)
class NewSubscriber:
    """The secrets of the new subscriber, in clear, this once; "" for what the line does not have.

    `restorable_until` is None when nothing was kept.
    """

    name: str
    number: str
    password: str
    pin: str
    restorable_until: datetime | None
    receipt: Receipt

    def __repr__(self) -> str:
        """Say nothing of the secrets, wherever this is printed."""
        return f"NewSubscriber({self.number})"


def check_reset(*, access: Access, line: Line, wanted: ResetLine) -> str:
    """Return the cleaned name, or raise Invalid with every field that is refused (`line`: the line itself)."""
    user = check_standing(access, line)
    if is_last_administrator(user):
        raise Invalid({"line": Problem(ErrorCode.LAST_ADMINISTRATOR)})
    name, problem = check_name(wanted.name, limit=LONGEST_NAME)
    errors = {"name": problem} if problem else {}
    if problem is None and wanted.same_calling_name and len(name) > LONGEST_CALLING_NAME:
        errors["same_calling_name"] = Problem(ErrorCode.TOO_LONG, {"limit": LONGEST_CALLING_NAME})
    if errors:
        raise Invalid(errors)
    return name


def reset_line(
    *, access: Access, line_id: int, wanted: ResetLine, seen_version: int, now: datetime
) -> NewSubscriber:
    """Reset the line in one transaction; a second press finds another version (StaleVersion) and changes nothing.

    Raises NotFound, and Invalid (fields of ResetLine; `line` for a line that cannot be reset).
    """
    actor = actor_for(access.user)
    with transaction.atomic():
        line, _ = line_to_act_on(access, line_id, Action.RESET_LINES)
        version = write_version(
            Line.objects.all(), kind="line", object_id=line.pk, seen_version=seen_version, values={}
        )
        name = check_reset(access=access, line=line, wanted=wanted)
        _check_number(line, wanted.typed_number)
        until = _keep(line, wanted, by=actor.label, now=now)
        change = _line_change(line, wanted, name, version)
        take_away(line, groups=wanted.remove_from_groups)
        Line.objects.filter(pk=line.pk).update(**_fresh_line(line, wanted, name))
        password, user_change = _new_user(line)
        pin, mailbox_change = _new_mailbox(line)
        parts = [part for part in (user_change, mailbox_change) if part is not None]
        changes = [change, _fresh_settings(line), *parts]
        receipt = record_changes(actor=actor, changes=changes, now=now)
    return NewSubscriber(name, line.number, password, pin, until, receipt)


def _check_number(line: Line, typed: str) -> None:
    if line.kind in CONFIRMED_BY_NUMBER:
        check_typed_number(line, typed)


def _keep(line: Line, wanted: ResetLine, *, by: str, now: datetime) -> datetime | None:
    """Keep the former state, or see to it that nothing is kept; return until when it can be restored."""
    if not wanted.erase:
        return take_snapshot(line, by=by, now=now).expires_at
    erase_snapshots(line.pk)
    erase_audio([line], by=by, now=now)
    return None


def _line_change(line: Line, wanted: ResetLine, name: str, version: int) -> Change:
    groups = [str(row) for row in memberships_of(line.pk)] if wanted.remove_from_groups else []
    old: dict[str, Any] = {"name": line.name, "groups": groups}
    new = {
        "name": name,
        "groups": [],
        "remove_from_groups": wanted.remove_from_groups,
        "erase": wanted.erase,
    }
    return change_of(line, "reset", old, new, version=version)


def _fresh_line(line: Line, wanted: ResetLine, name: str) -> dict[str, Any]:
    """Return the line's columns; an empty calling name is the account name, so the former one is written out."""
    former = (line.calling_name or line.name)[:LONGEST_CALLING_NAME]
    return {
        "name": name,
        "calling_name": "" if wanted.same_calling_name else former,
        "language": "",
        "withhold_identity": False,
        "barred": [],
    }


def _fresh_settings(line: Line) -> Change:
    settings = CallSettings.objects.get(line_id=line.pk)
    rows = CallSettings.objects.filter(pk=settings.pk)
    rows.update(version=F("version") + 1, **usual_settings(line.pk))
    return part_change(line, ("call_settings", settings.pk, settings.version + 1), "reset", {}, {})


def _new_user(line: Line) -> tuple[str, Change | None]:
    """Give the user a password that must be replaced, and nothing of what he administered."""
    user = user_of(line)
    if user is None:
        return "", None
    password = generate_password()
    User.objects.filter(pk=user.pk).update(
        password=make_password(password),
        must_change_password=True,
        language="",
        last_login=None,
        **NO_RIGHTS,
        **NO_FAILURES,
    )
    end_sessions(user)
    forget_failures(user)
    return password, part_change(line, ("user", user.pk, user.version + 1), "reset", *rights_lost(user))


def _new_mailbox(line: Line) -> tuple[str, Change | None]:
    """Give the mailbox a temporary PIN and its first settings: no name, no greeting, both to be asked for."""
    mailbox = Mailbox.objects.filter(line_id=line.pk).first()
    if mailbox is None:
        return "", None
    extension = getattr(line, "extension", None)
    pin = generate_pin(number=line.number, extension=extension.first if extension else "")
    values = default_values(Mailbox) | pin_values(pin, temporary=True)
    rows = Mailbox.objects.filter(pk=mailbox.pk)
    rows.update(version=F("version") + 1, resets=F("resets") + 1, **values)
    return pin, part_change(line, ("mailbox", mailbox.pk, mailbox.version + 1), "reset", {}, {})
