"""Putting back what a save of one of these pages changed (features/undoing)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.queries import Act
from carillon.features.audit.services import Receipt
from carillon.features.call_manager.queries import (
    EntryChoice,
    Seen,
    SpeedDialChoice,
    call_settings_choice_of,
    choice_of,
    settings_of,
)
from carillon.features.call_manager.services.call_settings import change_call_settings
from carillon.features.call_manager.services.incoming import change_availability, change_incoming
from carillon.features.lines.queries import access_line


def put_back_incoming(*, access: Access, object_id: int, act: Act, now: datetime) -> Receipt:
    """Put the line's treatment of incoming calls back; raises NotFound, Invalid and StaleVersion."""
    line = access_line(access, object_id, Action.CHANGE_CALL_SETTINGS)
    settings, old = settings_of(line.pk), act.old("call_settings")
    if "entries" in old:
        old["entries"] = tuple(EntryChoice(**entry) for entry in old["entries"])
    return change_incoming(
        actor=actor_for(access.user, undoing=True),
        line_id=line.pk,
        choice=replace(choice_of(settings), **old),
        seen_version=act.version("call_settings", settings.version),
        now=now,
    )


def put_back_availability(*, access: Access, object_id: int, act: Act, now: datetime) -> Receipt:
    """Put the line's availability back; raises NotFound and StaleVersion."""
    line = access_line(access, object_id, Action.CHANGE_CALL_SETTINGS)
    settings, old = settings_of(line.pk), act.old("call_settings")
    return change_availability(
        actor=actor_for(access.user, undoing=True),
        line_id=line.pk,
        dnd=old.get("dnd", settings.dnd),
        seen_version=act.version("call_settings", settings.version),
        now=now,
    )


def put_back_call_settings(*, access: Access, object_id: int, act: Act, now: datetime) -> Receipt:
    """Put names, identity, barring and speed dials back; raises NotFound, Invalid and StaleVersion."""
    line = access_line(access, object_id, Action.CHANGE_CALL_SETTINGS)
    settings, old = settings_of(line.pk), act.old("line") | act.old("call_settings")
    if "barred" in old:
        old["barred"] = frozenset(old["barred"])
    if "speed_dials" in old:
        old["speed_dials"] = tuple(SpeedDialChoice(**dial) for dial in old["speed_dials"])
    return change_call_settings(
        actor=actor_for(access.user, undoing=True),
        line_id=line.pk,
        choice=replace(call_settings_choice_of(line, settings), **old),
        seen=Seen(act.version("line", line.version), act.version("call_settings", settings.version)),
        now=now,
    )
