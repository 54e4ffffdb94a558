"""Forwards: where a line may send its calls, and how many times a call may be sent on."""

from __future__ import annotations

from dataclasses import dataclass

from carillon.calls.destination import Emergency, NotANumber, Outside, OwnLine, Unassigned, find_destination
from carillon.calls.directory import Line, Route
from carillon.calls.model import E164, CallClass, Ref
from carillon.calls.permissions import may_call
from carillon.calls.routes import routes_for
from carillon.calls.scene import Scene
from carillon.calls.state import CallState

MOST_FORWARDS = 5


@dataclass(frozen=True, slots=True)
class ToLine:
    """The forward leads to a line of the group."""

    line: Line
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class ToOutside:
    """The forward leads outside, first by this route."""

    number: str
    call_class: CallClass
    route: Route


@dataclass(frozen=True, slots=True)
class Refused:
    """The forward cannot be followed; `reason` is a stable word for the trace."""

    reason: str
    ref: Ref | None = None


Forward = ToLine | ToOutside | Refused


def may_forward(state: CallState) -> bool:
    """Whether the call may be sent on once more, counting what happened before it reached the group."""
    return len(state.hops) + state.diversions < MOST_FORWARDS


def find_forward(scene: Scene, line: Line, dialled: str) -> Forward:
    """Say where the line's forward to `dialled` leads; it is permitted and routed as a call of that line."""
    match find_destination(dialled, scene.directory):
        case OwnLine(target, number, ref):
            return _to_line(scene, line, OwnLine(target, number, ref))
        case Outside(number, call_class):
            return _to_outside(scene, line, number, call_class)
        case Unassigned(_, ref):
            return Refused("number_not_available", ref)
        case Emergency():
            return Refused("emergency_number", line.settings.ref)
        case NotANumber():
            return Refused("invalid_number", line.settings.ref)
        case _:
            return Refused("feature_code", line.settings.ref)


def number_of(forward: ToLine | ToOutside) -> E164 | str:
    """Return the number a forward leads to, for the trace."""
    return forward.line.number if isinstance(forward, ToLine) else forward.number


def _to_line(scene: Scene, line: Line, own: OwnLine) -> Forward:
    target = scene.line(own.line)
    if target is None:
        return Refused("number_not_available", own.ref)
    if not may_call(line, CallClass.INTERNAL):
        return Refused("not_permitted", line.class_of_service or line.ref)
    return ToLine(target, own.ref)


def _to_outside(scene: Scene, line: Line, number: str, call_class: CallClass) -> Forward:
    if not may_call(line, call_class):
        return Refused("not_permitted", line.class_of_service or line.ref)
    routes = routes_for(scene.group, call_class)
    if not routes:
        return Refused("no_route", scene.group.ref)
    return ToOutside(number, call_class, routes[0])
