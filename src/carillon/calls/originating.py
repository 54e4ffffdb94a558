"""The originating side: what a line dialled, whether it may, and where the call goes."""

from __future__ import annotations

from dataclasses import replace

from carillon.calls.commands import KeepUndisturbed
from carillon.calls.destination import (
    Emergency,
    ForOneCall,
    NotANumber,
    Outside,
    OwnLine,
    Reached,
    Unassigned,
    VoicemailAccess,
    find_destination,
)
from carillon.calls.directory import Directory, Line
from carillon.calls.events import StartFromLine, StartFromTrunk
from carillon.calls.feature_codes import Feature
from carillon.calls.forwarding import MOST_FORWARDS
from carillon.calls.identity import clean_name, of_line, of_outsider
from carillon.calls.model import E164, CallClass, FinalCause, Identity
from carillon.calls.numbering import DIALLED
from carillon.calls.outside import call_outside
from carillon.calls.permissions import may_call
from carillon.calls.prompts import Announcement
from carillon.calls.retrieval import open_mailbox
from carillon.calls.scene import Outcome, Scene, release
from carillon.calls.state import CallState, Phase
from carillon.calls.terminating import arrive

LONGEST_DIALLED = 64
CALL_REJECTED = 'Q.850;cause=21;text="{}"'
"""The Reason header (RFC 3326) of a call that a rule of the group refuses."""


def start_from_line(scene: Scene, event: StartFromLine) -> Outcome:
    """Decide the first step of a call that a line makes; an emergency number passes before anything else."""
    line = scene.line(event.line)
    state = CallState(
        phase=Phase.RELEASING,
        group=scene.group.id,
        caller=of_line(line) if line else Identity(),
        language=line.language if line else scene.group.language,
        origin=line.id if line else None,
        dialled=_as_dialled(event.dialled),
    )
    codes, destination = _understand(event.dialled, scene.directory)
    state = _with_codes(scene, state, codes)
    if isinstance(destination, Emergency):
        outcome = _call_emergency(scene, state, line, destination)
    elif line is None:
        scene.note("line", "unknown")
        return release(state, FinalCause.NOT_PERMITTED, 403)
    else:
        outcome = _stopped(scene, state, line) or _connect(scene, state, line, destination)
    if Feature.NO_CALL_WAITING in codes:
        outcome = replace(outcome, effects=(*outcome.effects, KeepUndisturbed()))
    return outcome


def start_from_trunk(scene: Scene, event: StartFromTrunk) -> Outcome:
    """Decide the first step of a call that a carrier brought for a number of the group."""
    called = event.called if DIALLED.fullmatch(event.called) else ""
    state = CallState(
        phase=Phase.RELEASING,
        group=scene.group.id,
        caller=of_outsider(event.caller, scene.group),
        language=scene.group.language,
        number=called,
        dialled=_as_dialled(event.called),
        diversions=max(0, min(event.diversions, MOST_FORWARDS)),
    )
    scene.note("incoming", "from_trunk", trunk=event.trunk, diversions=str(state.diversions))
    owner = scene.directory.number(E164(called)) if called else None
    line = scene.line(owner.line) if owner else None
    if line is None:
        scene.note("called_number", "not_available", scene.group.ref)
        return release(state, FinalCause.INVALID_NUMBER, 404, Announcement.NOT_AVAILABLE)
    scene.note("called_number", "line", line.ref)
    return arrive(scene, state, line)


def _understand(dialled: str, directory: Directory) -> tuple[tuple[Feature, ...], Reached]:
    """Return the codes for this call, in the order they were dialled, and what the number after them leads to.

    Such a code needs a number: nothing, or another kind of code, is not one.
    """
    codes: tuple[Feature, ...] = ()
    destination = find_destination(dialled, directory)
    while isinstance(destination, ForOneCall):
        codes = (*codes, destination.feature)
        if not destination.number:
            return codes, NotANumber(incomplete=True)
        destination = find_destination(destination.number, directory)
    if codes and isinstance(destination, VoicemailAccess):
        destination = NotANumber(incomplete=False)
    return codes, destination


def _with_codes(scene: Scene, state: CallState, codes: tuple[Feature, ...]) -> CallState:
    """Let the codes decide for this call whether the caller is shown; the last one dialled counts."""
    withheld = state.caller.withheld
    for code in codes:
        scene.note("feature_code", code, scene.group.ref)
        withheld = {Feature.HIDE_NUMBER: True, Feature.SHOW_NUMBER: False}.get(code, withheld)
    return replace(state, caller=replace(state.caller, withheld=withheld))


def _call_emergency(scene: Scene, state: CallState, line: Line | None, to: Emergency) -> Outcome:
    scene.note("emergency", "permitted", line.ref if line else None, code=to.code)
    state = replace(state, call_class=CallClass.EMERGENCY)
    return call_outside(scene, state, to.code, CallClass.EMERGENCY)


def _stopped(scene: Scene, state: CallState, line: Line) -> Outcome | None:
    """Refuse every call of a line that is suspended or locked."""
    if line.suspended:
        scene.note("suspended", "refused", line.ref)
        return _refuse(state, Announcement.LOCKED, "line suspended")
    if line.locked:
        scene.note("administrative_lock", "refused", line.ref)
        return _refuse(state, Announcement.LOCKED, "line locked")
    return None


def _connect(scene: Scene, state: CallState, line: Line, destination: Reached) -> Outcome:
    match destination:
        case VoicemailAccess():
            scene.note("dialled", "voicemail", scene.group.ref)
            return open_mailbox(scene, replace(state, call_class=CallClass.FEATURE), line)
        case OwnLine() | Unassigned():
            return _call_inside(scene, replace(state, call_class=CallClass.INTERNAL), line, destination)
        case Outside(number, call_class):
            state = replace(state, call_class=call_class, number=number)
            refusal = _not_permitted(scene, state, line, call_class)
            return refusal or call_outside(scene, state, number, call_class)
        case NotANumber(incomplete):
            scene.note("dialled", "not_valid", scene.group.ref, incomplete=str(incomplete).lower())
            code = 484 if incomplete else 404
            return release(state, FinalCause.INVALID_NUMBER, code, Announcement.NOT_VALID)
        case _:
            return _call_emergency(scene, state, line, destination)


def _call_inside(scene: Scene, state: CallState, line: Line, to: OwnLine | Unassigned) -> Outcome:
    state = replace(state, number=to.number)
    refusal = _not_permitted(scene, state, line, CallClass.INTERNAL)
    if refusal:
        return refusal
    target = scene.line(to.line) if isinstance(to, OwnLine) else None
    if target is None:
        scene.note("dialled", "number_not_available", to.ref, number=to.number)
        return release(state, FinalCause.INVALID_NUMBER, 404, Announcement.NOT_AVAILABLE)
    scene.note("dialled", "line", to.ref, target.ref, number=to.number)
    return arrive(scene, state, target)


def _not_permitted(scene: Scene, state: CallState, line: Line, call_class: CallClass) -> Outcome | None:
    permitted = may_call(line, call_class)
    result = "permitted" if permitted else "refused"
    scene.note("class_of_call", result, line.class_of_service, line.ref, call_class=call_class)
    return None if permitted else _refuse(state, Announcement.NOT_PERMITTED, "class of call not permitted")


def _refuse(state: CallState, announcement: Announcement, reason: str) -> Outcome:
    return release(state, FinalCause.NOT_PERMITTED, 403, announcement, CALL_REJECTED.format(reason))


def _as_dialled(text: str) -> str:
    """Keep what was dialled for the record, harmless and short."""
    return clean_name(text)[:LONGEST_DIALLED]
