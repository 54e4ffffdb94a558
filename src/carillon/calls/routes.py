"""Which carriers a call may leave by, and when the next one is tried."""

from __future__ import annotations

from carillon.calls.directory import Group, Route
from carillon.calls.events import RingEnded, RingStatus
from carillon.calls.model import CallClass

_NETWORK_TROUBLE = frozenset({RingStatus.FAILED, RingStatus.UNAVAILABLE, RingStatus.NOT_FOUND})


def routes_for(group: Group, call_class: CallClass) -> tuple[Route, ...]:
    """Return the routes for this class in the order they are tried.

    An emergency call may take every route of the group: those meant for it first, then all the others.
    """
    meant = tuple(route for route in group.routes if call_class in route.classes)
    if call_class is not CallClass.EMERGENCY:
        return meant
    return meant + tuple(route for route in group.routes if route not in meant)


def tries_next(event: RingEnded, *, emergency: bool) -> bool:
    """Whether a ring that ended so goes on to the next route.

    The carrier's own trouble does (no answer to the INVITE, or a 5xx); what the called party or the number
    itself caused does not. An emergency call goes on after every failure.
    """
    if emergency:
        return event.status is not RingStatus.ANSWERED
    carrier_failed = event.sip_code in (0, 408) or 500 <= event.sip_code < 600
    if event.status is RingStatus.NOT_FOUND:
        carrier_failed = 500 <= event.sip_code < 600
    return event.status in _NETWORK_TROUBLE and carrier_failed
