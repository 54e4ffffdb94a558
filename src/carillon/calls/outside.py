"""Calls that leave the group: by which carrier, under which identity, and what follows when they fail."""

from __future__ import annotations

from dataclasses import replace

from carillon.calls.commands import OutsideLeg, Ring
from carillon.calls.directory import Line, Route
from carillon.calls.events import RingEnded, RingStatus
from carillon.calls.identity import shown_for_emergency, shown_for_forward, shown_inside, shown_outside
from carillon.calls.model import CallClass, FinalCause, Identity
from carillon.calls.numbering import understand
from carillon.calls.prompts import Announcement
from carillon.calls.routes import routes_for, tries_next
from carillon.calls.scene import Outcome, Scene, moved, release
from carillon.calls.state import CallState, Phase

RING_SECONDS = 180
"""How long an outside number may ring; its own network usually gives up earlier."""

_RELEASES = {
    RingStatus.ANSWERED: (FinalCause.ANSWERED, 200),
    RingStatus.BUSY: (FinalCause.BUSY, 486),
    RingStatus.NO_ANSWER: (FinalCause.NO_ANSWER, 480),
    RingStatus.DECLINED: (FinalCause.REJECTED, 603),
    RingStatus.NOT_FOUND: (FinalCause.INVALID_NUMBER, 404),
    RingStatus.UNAVAILABLE: (FinalCause.UNREACHABLE, 480),
    RingStatus.FAILED: (FinalCause.NETWORK_FAILURE, 503),
}


def call_outside(scene: Scene, state: CallState, number: str, call_class: CallClass) -> Outcome:
    """Ring a number outside the group by its first route.

    `number` is E.164 or a short code; a call that was forwarded leaves as one of the last line in `hops`.
    """
    emergency = call_class is CallClass.EMERGENCY
    return _try_route(scene, replace(state, number=number, emergency=emergency, attempt=0), call_class)


def after_outside_ring(scene: Scene, state: CallState, event: RingEnded) -> Outcome:
    """Go on after an outside ring ended: the next route, or a release with the far side's cause."""
    call_class = CallClass.EMERGENCY if state.emergency else _outside_class(scene, state)
    routes = routes_for(scene.group, call_class)
    if tries_next(event, emergency=state.emergency) and state.attempt + 1 < len(routes):
        scene.note(
            "route", "next", routes[state.attempt + 1].ref, status=event.status, sip=str(event.sip_code)
        )
        return _try_route(scene, replace(state, attempt=state.attempt + 1), call_class)
    cause, code = _RELEASES[event.status]
    if event.status is not RingStatus.ANSWERED and 400 <= event.sip_code < 700:
        code = event.sip_code
    scene.note("outside", event.status, sip=str(event.sip_code))
    announcement = Announcement.NO_CIRCUIT if cause is FinalCause.NETWORK_FAILURE else None
    return release(state, cause, code, announcement)


def outside_identity(scene: Scene, state: CallState, forwarder: Line | None, route: Route) -> Identity:
    """Return the identity a call of this state shows on this route, forwarded by `forwarder` if any."""
    origin = scene.line(state.origin)
    if state.emergency:
        return shown_for_emergency(origin, scene.group, route)
    if forwarder is not None:
        return shown_for_forward(state.caller, origin, forwarder, scene.group, route)
    if origin is not None:
        return shown_outside(origin, scene.group, route, withheld=state.caller.withheld)
    return shown_inside(state.caller)


def _try_route(scene: Scene, state: CallState, call_class: CallClass) -> Outcome:
    routes = routes_for(scene.group, call_class)
    if state.attempt >= len(routes):
        scene.note("route", "none", scene.group.ref, call_class=call_class)
        return release(state, FinalCause.NETWORK_FAILURE, 503, Announcement.NO_CIRCUIT)
    route = routes[state.attempt]
    forwarder = scene.line(state.hops[-1]) if state.hops else None
    shown = outside_identity(scene, state, forwarder, route)
    scene.note("route", "chosen", route.ref, trunk=route.trunk, call_class=call_class)
    scene.note("identity", _identity_word(shown, forwarder), forwarder.ref if forwarder else None)
    leg = OutsideLeg(
        route.trunk,
        state.number,
        shown,
        diverted_by=forwarder.number if forwarder else None,
        emergency=state.emergency,
        diversions=len(state.hops) + state.diversions,
    )
    ring = Ring((leg,), RING_SECONDS, shown_inside(state.caller), state.language)
    return moved(state, Phase.RINGING_OUTSIDE, ring)


def _outside_class(scene: Scene, state: CallState) -> CallClass:
    """Give the class of the number being called outside; a forward's differs from what the caller dialled."""
    meaning = understand(state.number, scene.group)
    return meaning.call_class or CallClass.INTERNATIONAL


def _identity_word(shown: Identity, forwarder: Line | None) -> str:
    if shown.withheld:
        return "withheld"
    return "shown_forwarded" if forwarder else "shown"
