"""A choice that is not saved yet -> the line and call settings decisions would use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from carillon.calls.directory import CallSettings as CallSettingsValue
from carillon.calls.directory import Line as LineValue
from carillon.calls.model import CallClass
from carillon.calls.permissions import ALWAYS
from carillon.features.call_manager.models import CallSettings
from carillon.features.call_manager.queries import CHOICE_FIELDS, CallSettingsChoice, IncomingChoice
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import SettingsRow, permitted_classes, ring_entries, settings_value


def settings_with(saved: CallSettings, choice: IncomingChoice) -> CallSettingsValue:
    """Return the saved settings with this choice in place of theirs (no query)."""
    values = {name: getattr(choice, name) for name in CHOICE_FIELDS}
    row = SettingsRow(
        id=saved.pk,
        version=saved.version,
        dnd=saved.dnd,
        reject_anonymous=saved.reject_anonymous,
        **values,
    )
    entries = (entry for entry in choice.entries if entry.mode == choice.mode)
    return settings_value(
        row, ring_entries((entry.dialled, entry.start, entry.seconds, entry.confirm) for entry in entries)
    )


def line_with(value: LineValue, line: Line, choice: CallSettingsChoice) -> LineValue:
    """Return the line with this choice in place of what is saved; `value` is the line as it is saved."""
    settings = replace(
        value.settings, call_waiting=choice.call_waiting, reject_anonymous=choice.reject_anonymous
    )
    return replace(
        value,
        name=choice.calling_name or choice.name,
        withhold_identity=choice.withhold_identity,
        permitted=_permitted(line, choice.barred),
        settings=settings,
    )


def classes_offered(line: Line) -> frozenset[CallClass]:
    """Return the classes the line may call or bar: what its type and class of service permit, less what always passes."""
    return _permitted(line, ()) - ALWAYS


def _permitted(line: Line, barred: Iterable[str]) -> frozenset[CallClass]:
    return permitted_classes(
        line_id=line.pk,
        kind=line.kind,
        barred=list(barred),
        class_of_service_id=line.class_of_service_id,
        permitted=line.class_of_service.permitted,
    )
