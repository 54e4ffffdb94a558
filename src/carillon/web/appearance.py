"""What a line shows of itself, to whom, in words: from the values the call engine's own functions return."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from carillon.calls.directory import Line
from carillon.calls.identity import Appearance
from carillon.calls.model import CallClass, Identity, LineType
from carillon.calls.permissions import ALWAYS, COMMON_AREA
from carillon.web.forms import CLASS_NAMES
from carillon.web.names import isolated
from carillon.web.numbers import national


def describe_appearance(said: Appearance, line: Line, *, own: bool) -> list[str]:
    """Return the sentences on what colleagues, the outside and emergency services see of the line now.

    `own` addresses the subscriber himself.
    """
    sentences = [_inside(said.inside, own=own) + " " + _outside(said.outside)]
    emergency = said.emergency
    shown = {identity.number for identity in said.outside if not identity.withheld}
    if emergency is not None and (line.withhold_identity or shown != {emergency.number}):
        sentences.append(
            _("Emergency services always see %(number)s.") % {"number": national(emergency.number)}
        )
    if line.settings.reject_anonymous:
        sentences.append(_("Callers who withhold their number are turned away with an announcement."))
    return sentences


def not_offered(offered: Iterable[CallClass], *, kind: str, class_of_service: Any) -> list[tuple[str, str]]:
    """Return each class of call the line may not make whatever its own barring, and why, in words."""
    known = frozenset(offered)
    common_area = kind == LineType.COMMON_AREA
    found = []
    for one in CallClass:
        if one in known or one in ALWAYS:
            continue
        if common_area and one not in COMMON_AREA:
            reason = _("A common-area line may not make these calls.")
        else:
            reason = _("The class of service “%(name)s” does not permit them.") % {
                "name": class_of_service.name
            }
        found.append((capfirst(str(CLASS_NAMES[one.value])), reason))
    return found


def _inside(identity: Identity, *, own: bool) -> str:
    if identity.withheld:
        return (
            _("Your colleagues see neither the name nor the number.")
            if own
            else _("Colleagues see neither the name nor the number.")
        )
    who = {"who": _name_first(identity)}
    return _("Your colleagues see: %(who)s.") % who if own else _("Colleagues see: %(who)s.") % who


def _outside(identities: tuple[Identity, ...]) -> str:
    if not identities:
        return _("No call of this line leaves the company.")
    if all(identity.withheld for identity in identities):
        return _("Outside, the name and the number are withheld.")
    who = _("; or ").join(_number_first(identity) for identity in identities)
    if len(identities) > 1:
        return _("Outside, depending on the carrier: %(who)s.") % {"who": who}
    return _("Outside: %(who)s.") % {"who": who}


def _name_first(identity: Identity) -> str:
    return ", ".join(part for part in (isolated(identity.name), national(identity.number)) if part)


def _number_first(identity: Identity) -> str:
    return ", ".join(part for part in (national(identity.number), isolated(identity.name)) if part)
