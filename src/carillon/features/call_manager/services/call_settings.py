"""The page of call settings: the line's names, what it shows of itself, what it may call, its speed dials."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.calls.directory import Line as LineValue
from carillon.calls.model import CallClass
from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    check_name,
    differing,
    record_changes,
)
from carillon.features.business_groups.snapshot import load_group
from carillon.features.call_manager.models import CallSettings, SpeedDial
from carillon.features.call_manager.queries import (
    CallSettingsChoice,
    Seen,
    SpeedDialChoice,
    call_settings_choice_of,
    settings_of,
)
from carillon.features.call_manager.services.changes import settings_change, write_settings
from carillon.features.call_manager.services.numbers import NumberCheck
from carillon.features.call_manager.snapshot import classes_offered, line_with
from carillon.features.lines.models import Line
from carillon.features.lines.services import check_names, line_change, lock_line
from carillon.features.lines.snapshot import load_line

MOST_SPEED_DIALS = 99
LONGEST_SPEED_DIAL_NAME = 35
LINE_FIELDS = ("name", "calling_name", "withhold_identity", "barred")
SETTINGS_FIELDS = ("call_waiting", "reject_anonymous")


def change_call_settings(
    *, actor: Actor, line_id: int, choice: CallSettingsChoice, seen: Seen, now: datetime
) -> Receipt:
    """Save the page: the line and its call settings, both or neither; what is saved already changes nothing.

    Raises NotFound, Invalid (fields of CallSettingsChoice, and `speed_dials.<index>.<field>`) and StaleVersion for
    the object that was changed meanwhile.
    """
    with transaction.atomic():
        line, config_version = lock_line(line_id)
        saved = settings_of(line_id)
        before = call_settings_choice_of(line, saved)
        after = _checked(line, choice, before)
        wanted = {name: _stored(line, name, getattr(after, name)) for name in LINE_FIELDS}
        of_line = line_change(line=line, wanted=wanted, seen_version=seen.line)
        of_settings = _write_settings(line, saved, before, after, seen.settings)
        changes = [change for change in (of_settings, of_line) if change is not None]
        if not changes:
            return Receipt("line", line.pk, line.version, line.group_id, config_version, now)
        return record_changes(actor=actor, changes=changes, now=now)


def _write_settings(
    line: Line, saved: CallSettings, before: CallSettingsChoice, after: CallSettingsChoice, seen: int
) -> Change | None:
    """Write what differs of the call settings; return what is to be recorded, if anything does."""
    old, new = differing(_recorded(before), _recorded(after))
    if not new:
        return None
    columns = {name: value for name, value in new.items() if name in SETTINGS_FIELDS}
    version = write_settings(saved.pk, seen, columns)
    if "speed_dials" in new:
        _replace_speed_dials(saved, after.speed_dials)
    return settings_change(line, saved.pk, old, new, version)


def preview_call_settings(*, line: Line, choice: CallSettingsChoice) -> LineValue:
    """Return the line as calls would see it with this choice saved; raises NotFound and Invalid."""
    value = load_line(line.pk)
    if value is None:
        raise NotFound("line", line.pk)
    before = call_settings_choice_of(line, settings_of(line.pk))
    return line_with(value, line, _checked(line, choice, before))


def _checked(line: Line, choice: CallSettingsChoice, before: CallSettingsChoice) -> CallSettingsChoice:
    """Return the choice as it is stored, or raise Invalid with every field that breaks a rule."""
    names, errors = check_names(name=choice.name, calling_name=choice.calling_name)
    offered = {one.value for one in classes_offered(line)}
    unknown = choice.barred - offered - before.barred
    if unknown:
        errors["barred"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": min(unknown)[:20]})
    # A bar on a class that the class of service does not permit now stays for the day it does.
    barred = (choice.barred & offered) | (before.barred - offered)
    checked = replace(choice, name=names["name"], calling_name=names["calling_name"], barred=barred)
    dials, dial_errors = _checked_dials(line, checked, before) if not unknown else ((), {})
    if errors or dial_errors:
        raise Invalid(errors | dial_errors)
    return replace(checked, speed_dials=dials)


def _checked_dials(
    line: Line, choice: CallSettingsChoice, before: CallSettingsChoice
) -> tuple[tuple[SpeedDialChoice, ...], dict[str, Problem]]:
    """Check the speed dials; one that is not changed may have become wrong since."""
    value, group = load_line(line.pk), load_group(line.group_id)
    if value is None or group is None:
        raise NotFound("line", line.pk)
    check = NumberCheck(line_with(value, line, choice), group)
    if len(choice.speed_dials) > MOST_SPEED_DIALS:
        check.errors["speed_dials"] = Problem(ErrorCode.TOO_MANY, {"limit": MOST_SPEED_DIALS})
        return (), check.errors
    dials = []
    for index, dial in enumerate(choice.speed_dials):
        dials.append(_checked_dial(check, index, dial))
        if dials[-1] in before.speed_dials:
            check.errors.pop(f"speed_dials.{index}.number", None)
    return tuple(dials), check.errors


def _checked_dial(check: NumberCheck, index: int, dial: SpeedDialChoice) -> SpeedDialChoice:
    name, problem = check_name(dial.name, limit=LONGEST_SPEED_DIAL_NAME)
    if problem is not None:
        check.errors[f"speed_dials.{index}.name"] = problem
    return SpeedDialChoice(name, check.destination(f"speed_dials.{index}.number", dial.number.strip()))


def _stored(line: Line, name: str, value: Any) -> Any:
    """Return a field as its column holds it; the same classes in another order are no change."""
    if name != "barred":
        return value
    return (
        line.barred if frozenset(line.barred) == value else [one.value for one in CallClass if one in value]
    )


def _recorded(choice: CallSettingsChoice) -> dict[str, Any]:
    """Return what belongs to the call settings, as the record keeps it."""
    fields: dict[str, Any] = {name: getattr(choice, name) for name in SETTINGS_FIELDS}
    return fields | {"speed_dials": [asdict(dial) for dial in choice.speed_dials]}


def _replace_speed_dials(settings: CallSettings, dials: tuple[SpeedDialChoice, ...]) -> None:
    settings.speed_dials.all().delete()
    SpeedDial.objects.bulk_create(
        SpeedDial(settings=settings, position=position, **asdict(dial))
        for position, dial in enumerate(dials, start=1)
    )
