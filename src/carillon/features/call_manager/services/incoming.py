"""Changing how a line treats its calls: what is accepted, and the writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.calls.directory import Line as LineValue
from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import (
    Actor,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    differing,
    record_change,
)
from carillon.features.business_groups.snapshot import load_group
from carillon.features.call_manager.choices import IncomingMode, TreatmentKind
from carillon.features.call_manager.models import RingEntry
from carillon.features.call_manager.queries import (
    CHOICE_FIELDS,
    EntryChoice,
    IncomingChoice,
    choice_of,
    settings_of,
)
from carillon.features.call_manager.services.changes import settings_change, write_settings
from carillon.features.call_manager.services.numbers import NumberCheck
from carillon.features.call_manager.snapshot import settings_with
from carillon.features.lines.services import lock_line
from carillon.features.lines.snapshot import load_line

DELAY = (5, 120)
PERIOD = (0, 300)
MAX_ENTRIES = 10


def change_incoming(
    *, actor: Actor, line_id: int, choice: IncomingChoice, seen_version: int, now: datetime
) -> Receipt:
    """Save the page of incoming calls; saving again what is saved already changes nothing and succeeds.

    Raises NotFound, Invalid (fields of IncomingChoice, and `entries.<index>.<field>`) and StaleVersion.
    """
    with transaction.atomic():
        line, config_version = lock_line(line_id)
        saved = settings_of(line_id)
        before = choice_of(saved)
        after = _checked(line_id, choice, before)
        old, new = differing(_recorded(before), _recorded(after))
        if not new:
            return Receipt("call_settings", saved.pk, saved.version, line.group_id, config_version, now)
        columns = {name: value for name, value in new.items() if name in CHOICE_FIELDS}
        version = write_settings(saved.pk, seen_version, columns)
        if "entries" in new:
            _replace_entries(saved.pk, after)
        change = settings_change(line, saved.pk, old, new, version)
        return record_change(actor=actor, change=change, now=now)


def change_availability(
    *, actor: Actor, line_id: int, dnd: bool, seen_version: int, now: datetime
) -> Receipt:
    """Make the line available, or set do-not-disturb; raises NotFound and StaleVersion."""
    with transaction.atomic():
        line, config_version = lock_line(line_id)
        saved = settings_of(line_id)
        if saved.dnd == dnd:
            return Receipt("call_settings", saved.pk, saved.version, line.group_id, config_version, now)
        version = write_settings(saved.pk, seen_version, {"dnd": dnd})
        change = settings_change(line, saved.pk, {"dnd": saved.dnd}, {"dnd": dnd}, version)
        return record_change(actor=actor, change=change, now=now)


def preview(*, line_id: int, choice: IncomingChoice) -> LineValue:
    """Return the line as calls would see it with this choice saved; raises NotFound and Invalid."""
    line = load_line(line_id)
    if line is None:
        raise NotFound("line", line_id)
    saved = settings_of(line_id)
    return replace(line, settings=settings_with(saved, _checked(line_id, choice, choice_of(saved))))


def _replace_entries(settings_id: int, choice: IncomingChoice) -> None:
    RingEntry.objects.filter(settings_id=settings_id).delete()
    positions: Counter[str] = Counter()
    rows = []
    for entry in choice.entries:
        positions[entry.mode] += 1
        rows.append(RingEntry(settings_id=settings_id, position=positions[entry.mode], **asdict(entry)))
    RingEntry.objects.bulk_create(rows)


def _recorded(choice: IncomingChoice) -> dict[str, Any]:
    """Return the choice as the record keeps it; entries by mode, each in its order."""
    return {**asdict(choice), "entries": [asdict(entry) for entry in sorted(choice.entries, key=_mode)]}


def _mode(entry: EntryChoice) -> str:
    return entry.mode


def _checked(line_id: int, choice: IncomingChoice, before: IncomingChoice) -> IncomingChoice:
    """Return the choice as it is stored, or raise Invalid with every field that breaks a rule."""
    line = load_line(line_id)
    group = load_group(line.group) if line is not None else None
    if line is None or group is None:
        raise NotFound("line", line_id)
    check = _Check(line, group)
    checked = replace(check.numbers(choice, before), entries=check.entries(choice, before))
    check.delays_and_kinds(choice)
    if check.errors:
        raise Invalid(check.errors)
    return checked


class _Check(NumberCheck):
    """Checks one choice for one line, gathering what is wrong field by field."""

    def numbers(self, choice: IncomingChoice, before: IncomingChoice) -> IncomingChoice:
        """Check the four destinations; one that is neither used nor changed may have become wrong since."""
        used = {
            "forward_to": choice.mode == IncomingMode.FORWARD,
            "no_answer_to": choice.no_answer == TreatmentKind.NUMBER,
            "busy_to": choice.busy == TreatmentKind.NUMBER,
            "unavailable_to": bool(choice.unavailable_to.strip()),
        }
        stored: dict[str, Any] = {}
        for field, needed in used.items():
            typed = getattr(choice, field).strip()
            if not needed and typed in {"", getattr(before, field)}:
                stored[field] = typed
            else:
                stored[field] = self.destination(field, typed)
        return replace(choice, **stored)

    def entries(self, choice: IncomingChoice, before: IncomingChoice) -> tuple[EntryChoice, ...]:
        """Check the ringing periods; one that is neither in use nor changed may have become wrong since."""
        checked = tuple(
            entry if entry.mode != choice.mode and entry in before.entries else self._entry(index, entry)
            for index, entry in enumerate(choice.entries)
        )
        in_force = [entry for entry in checked if entry.mode == choice.mode]
        if choice.mode in {IncomingMode.IN_ORDER, IncomingMode.TOGETHER} and not in_force:
            self.errors["entries"] = Problem(ErrorCode.EMPTY_TIMELINE)
        for mode in (IncomingMode.IN_ORDER, IncomingMode.TOGETHER):
            if sum(entry.mode == mode for entry in checked) > MAX_ENTRIES:
                self.errors["entries"] = Problem(ErrorCode.TOO_MANY, {"limit": MAX_ENTRIES})
        return checked

    def _entry(self, index: int, entry: EntryChoice) -> EntryChoice:
        together = entry.mode == IncomingMode.TOGETHER
        if not together and entry.mode != IncomingMode.IN_ORDER:
            self.errors[f"entries.{index}.mode"] = Problem(
                ErrorCode.UNKNOWN_CHOICE, {"value": entry.mode[:20]}
            )
        self._range(f"entries.{index}.start", entry.start, *PERIOD)
        # Together, 0 seconds means "until the no-answer delay"; a period of a timeline must last.
        self._range(f"entries.{index}.seconds", entry.seconds, 0 if together else 1, PERIOD[1])
        if not entry.dialled.strip() and not together:
            return replace(entry, dialled="")
        return replace(entry, dialled=self.destination(f"entries.{index}.dialled", entry.dialled.strip()))

    def delays_and_kinds(self, choice: IncomingChoice) -> None:
        """Check the delay, the closed choices, and that voicemail is chosen only where there is a mailbox."""
        self._range("no_answer_seconds", choice.no_answer_seconds, *DELAY)
        closed = {
            "mode": IncomingMode.values,
            "no_answer": TreatmentKind.values,
            "busy": TreatmentKind.values,
        }
        for field, values in closed.items():
            value = getattr(choice, field)
            if value not in values:
                self.errors[field] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": str(value)[:20]})
            elif value == TreatmentKind.VOICEMAIL and self.line.mailbox is None:
                self.errors[field] = Problem(ErrorCode.NO_MAILBOX)

    def _range(self, field: str, value: int, low: int, high: int) -> None:
        if not low <= value <= high:
            self.errors[field] = Problem(ErrorCode.OUT_OF_RANGE, {"low": low, "high": high})
