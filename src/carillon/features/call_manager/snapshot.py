"""A choice that is not saved yet -> the call settings decisions would use."""

from __future__ import annotations

from carillon.calls.directory import CallSettings as CallSettingsValue
from carillon.features.call_manager.models import CallSettings
from carillon.features.call_manager.queries import CHOICE_FIELDS, IncomingChoice
from carillon.features.lines.snapshot import SettingsRow, ring_entries, settings_value


def settings_with(saved: CallSettings, choice: IncomingChoice) -> CallSettingsValue:
    """Return the saved settings with this choice in place of theirs (no query)."""
    values = {name: getattr(choice, name) for name in CHOICE_FIELDS}
    row = SettingsRow(id=saved.pk, version=saved.version, dnd=saved.dnd, **values)
    entries = (entry for entry in choice.entries if entry.mode == choice.mode)
    return settings_value(
        row, ring_entries((entry.dialled, entry.start, entry.seconds, entry.confirm) for entry in entries)
    )
