"""What every change of a line's call settings shares: the row, its version, the record of the change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carillon.features.audit.services import Change, write_version
from carillon.features.call_manager.models import CallSettings
from carillon.features.lines.models import Line
from carillon.features.lines.services import department_path


def write_settings(settings_id: int, seen_version: int, values: dict[str, Any]) -> int:
    """Write the values if the settings have this version; return the new one. Raises StaleVersion."""
    rows = CallSettings.objects.all()
    return write_version(
        rows, kind="call_settings", object_id=settings_id, seen_version=seen_version, values=values
    )


def settings_change(
    line: Line, settings_id: int, old: Mapping[str, Any], new: Mapping[str, Any], version: int
) -> Change:
    """Return the change as the record keeps it."""
    return Change(
        kind="call_settings",
        object_id=settings_id,
        label=f"{line.number} {line.name}",
        action="change",
        version=version,
        group_id=line.group_id,
        department_path=department_path(line),
        old=old,
        new=new,
    )
