"""What sends calls to lines: settings of the group, and of other lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from carillon.features.call_manager.models import CallSettings, RingEntry, SpeedDial
from carillon.features.lines.models import Line
from carillon.web.statements import in_pieces

GROUP_NUMBERS = ("main_number", "emergency_callback")
_FORWARDS = ("forward_to", "no_answer_to", "busy_to", "unavailable_to")
_ORDER = (*GROUP_NUMBERS, *_FORWARDS, "entries", "speed_dials")


@dataclass(frozen=True, slots=True)
class Use:
    """What sends calls to a line: a setting, as the record names it, of another line (None: of the group)."""

    setting: str
    line: Line | None = None


def uses_of(line: Line) -> list[Use]:
    """Return every setting of the group that names the line's number or extension (three queries)."""
    return uses_among([line])[line.pk]


def uses_among(lines: Sequence[Line]) -> dict[int, list[Use]]:
    """Return the same for lines of one group, by id, without what they are to each other.

    Their group is joined, or read once; three queries for every 500 numbers and extensions.
    """
    found = {line.pk: _of_group(line) for line in lines}
    owners = {
        dialled: line.pk for line in lines for dialled in (line.number, line.extension_digits) if dialled
    }
    named: dict[tuple[int, str, int], Line] = {}
    for part in in_pieces(sorted(owners)):
        for setting, dialled, line in _naming(lines[0].group_id, part):
            if line.pk not in found:
                named[owners[dialled], setting, line.pk] = line
    in_order = sorted(named.items(), key=lambda one: (_ORDER.index(one[0][1]), one[1].name_key, one[1].pk))
    for (owner, setting, _line_id), line in in_order:
        found[owner].append(Use(setting, line))
    return found


def _of_group(line: Line) -> list[Use]:
    return [Use(name) for name in GROUP_NUMBERS if getattr(line.group, name) == line.number]


def _naming(group_id: int, numbers: Collection[str]) -> Iterator[tuple[str, str, Line]]:
    """Yield each setting of a line of the group that holds one of the numbers: its name, the number, the line."""
    wanted = frozenset(numbers)
    settings = CallSettings.objects.filter(line__group_id=group_id).select_related("line__department")
    forwarding = reduce(or_, (Q(**{f"{name}__in": wanted}) for name in _FORWARDS))
    for row in settings.filter(forwarding):
        held = ((name, getattr(row, name)) for name in _FORWARDS)
        yield from ((name, number, row.line) for name, number in held if number in wanted)
    rings = RingEntry.objects.filter(settings__line__group_id=group_id, dialled__in=wanted)
    for ring in rings.select_related("settings__line__department"):
        yield "entries", ring.dialled, ring.settings.line
    dials = SpeedDial.objects.filter(settings__line__group_id=group_id, number__in=wanted)
    for dial in dials.select_related("settings__line__department"):
        yield "speed_dials", dial.number, dial.settings.line
