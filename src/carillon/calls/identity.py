"""Who the called party is told is calling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from carillon.calls.directory import Group, Line, Route
from carillon.calls.model import E164, CallClass, Identity
from carillon.calls.numbering import dialable, parse_incoming, reachable_from_outside
from carillon.calls.permissions import may_call
from carillon.calls.routes import routes_for

LONGEST_NAME = 64
LONGEST_OUTSIDE_NAME = 15
ANONYMOUS = "anonymous"
"""What a caller who hides has for a number where no Privacy header says so (RFC 3323, 4.1.1.3)."""
JOINERS = frozenset("\u200c\u200d")
"""Signs without a look of their own that a name keeps."""
_NEVER_OUTSIDE = frozenset({CallClass.EMERGENCY, CallClass.FEATURE, CallClass.INTERNAL})
_PRESENTED = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)
_LETTERS = str.maketrans({
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ß": "ss", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2014": "-",
})  # fmt: skip
_NOT_IN_A_PLAIN_NAME = re.compile(r"[^A-Za-z0-9 .,'()&/+-]", re.ASCII)


def clean_name(text: str) -> str:
    """Return a name without control, format or unassigned characters, its spaces single, at most 64 long.

    The joiners stay: without them the letters of some scripts, and some emoji, fall apart.
    """
    plain = text.isascii() and text.isprintable()  # as most are: nothing to look up
    kept = text if plain else "".join(_kept(sign) for sign in text)
    return " ".join(kept.split())[:LONGEST_NAME].rstrip()


def _kept(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cf" and sign not in JOINERS:
        return ""
    return " " if category[0] == "C" and sign not in JOINERS else sign


def plain_name(text: str) -> str:
    """Return a name as old networks carry it: transliterated to ASCII and shortened to 15 characters."""
    spelled = unicodedata.normalize("NFKD", clean_name(text).translate(_LETTERS))
    ascii_only = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    return " ".join(_NOT_IN_A_PLAIN_NAME.sub(" ", ascii_only).split())[:LONGEST_OUTSIDE_NAME].rstrip()


def of_line(line: Line) -> Identity:
    """Return a calling line as its own group knows it: its extension, else its number, with its name."""
    return Identity(line.extension or line.number, clean_name(line.name), withheld=line.withhold_identity)


def of_outsider(presented: Identity, group: Group) -> Identity:
    """Return an outside caller, cleaned, with the number in the form a phone of the group can call back."""
    number = presented.number if _PRESENTED.fullmatch(presented.number) else ""
    e164 = parse_incoming(number, group.home_region) if number else None
    shown = dialable(e164, group) if e164 else number
    withheld = presented.withheld or presented.number.lower() == ANONYMOUS
    return Identity(shown, clean_name(presented.name), withheld=withheld)


def shown_inside(caller: Identity) -> Identity:
    """Return what a phone of the group is shown; nothing of a withheld identity reaches it."""
    return Identity(withheld=True) if caller.withheld else caller


def shown_outside(line: Line, group: Group, route: Route, *, withheld: bool) -> Identity:
    """Return what the outside is shown for a call of this line.

    The number is the line's own or the group's main number. Withheld, the number still goes with the call for
    the carrier to vouch for (RFC 3323 `id`), the name does not.
    """
    main = group.main_number if group.show_main_number else None
    name = "" if withheld else _outside_name(line.name, route)
    return Identity(main or line.number, name, withheld=withheld)


def shown_for_emergency(line: Line | None, group: Group, route: Route) -> Identity:
    """Return what an emergency service is shown: a number it can call back, never withheld.

    That is the line's own number, or the group's emergency call-back number where the outside cannot reach it.
    """
    fallback = group.emergency_callback or group.main_number
    if line is None:
        return Identity(fallback or "", "")
    own = line.number if reachable_from_outside(line.number) else None
    return Identity(own or fallback or line.number, _outside_name(line.name, route))


def shown_for_forward(
    caller: Identity, origin: Line | None, forwarder: Line, group: Group, route: Route
) -> Identity:
    """Return what the outside is shown for a forwarded call: the original caller.

    A carrier that takes the group's own numbers only is given the forwarding line's number instead.
    """
    if route.own_numbers_only:
        return shown_outside(forwarder, group, route, withheld=forwarder.withhold_identity)
    if origin is not None:
        return shown_outside(origin, group, route, withheld=caller.withheld)
    number = caller_number(caller, None, group)
    name = "" if caller.withheld else _outside_name(caller.name, route)
    return Identity(number or "", name, withheld=caller.withheld)


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a line shows itself: inside, outside (once for each different way its routes tell it) and in an emergency.

    `outside` is empty where no call of the line leaves the group; `emergency` is None where none can.
    """

    inside: Identity
    outside: tuple[Identity, ...]
    emergency: Identity | None


def appearance(line: Line, group: Group) -> Appearance:
    """Return how a call of this line would show it, dialled without a code."""
    caller = of_line(line)
    classes = [one for one in CallClass if one not in _NEVER_OUTSIDE and may_call(line, one)]
    routes = [route for route in group.routes if not route.classes.isdisjoint(classes)]
    outside = (shown_outside(line, group, route, withheld=caller.withheld) for route in routes)
    emergency = routes_for(group, CallClass.EMERGENCY)
    return Appearance(
        shown_inside(caller),
        tuple(dict.fromkeys(outside)),
        shown_for_emergency(line, group, emergency[0]) if emergency else None,
    )


def caller_number(caller: Identity, origin: Line | None, group: Group) -> E164 | None:
    """Return the caller's number in E.164: the calling line's, or what the carrier presented if it is one."""
    if origin is not None:
        return origin.number
    return parse_incoming(caller.number, group.home_region) if caller.number else None


def _outside_name(name: str, route: Route) -> str:
    return clean_name(name) if route.carries_unicode_names else plain_name(name)
