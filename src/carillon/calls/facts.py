"""What the call record keeps of a step, taken from the state and the command."""

from __future__ import annotations

from typing import assert_never

from carillon.calls.commands import Collect, Command, Deposit, RecordGreeting, Release, Ring
from carillon.calls.identity import caller_number
from carillon.calls.model import CallClass, FinalCause
from carillon.calls.scene import Scene
from carillon.calls.state import CallState, Phase
from carillon.calls.trace import CallType, Facts

_INSIDE = frozenset({CallClass.INTERNAL, CallClass.FEATURE})
_RINGING = frozenset({Phase.RINGING_LINE, Phase.RINGING_OUTSIDE})


def facts_of(scene: Scene, state: CallState, command: Command | None) -> Facts:
    """Return the facts of a call in this state that was just given this command (None: it hung up)."""
    cause, sip_code = _end(state, command)
    origin = scene.line(state.origin)
    forwarder = scene.line(state.hops[0]) if state.hops else None
    return Facts(
        call_type=_call_type(state),
        caller_line=state.origin,
        caller=state.caller,
        caller_number=caller_number(state.caller, origin, scene.group),
        dialled=state.dialled,
        call_class=state.call_class,
        called_number=state.number,
        called_line=state.target,
        forwarded_from=forwarder.number if forwarder else None,
        cause=cause,
        sip_code=sip_code,
    )


def _call_type(state: CallState) -> CallType:
    if state.origin is None and state.call_class is None:
        return CallType.INCOMING
    return CallType.INTERNAL if state.call_class in _INSIDE else CallType.OUTGOING


def _end(state: CallState, command: Command | None) -> tuple[FinalCause | None, int]:
    """Return the cause and SIP code if this command is the last; (None, 0) leaves what was said before."""
    match command:
        case Release(cause=cause, sip_code=sip_code):
            return cause, sip_code
        case Ring():
            return FinalCause.CALLER_GAVE_UP, 487
        case Deposit() | Collect() | RecordGreeting():
            return FinalCause.VOICEMAIL, 200
        case None:
            return (FinalCause.CALLER_GAVE_UP, 487) if state.phase in _RINGING else (None, 0)
        case _:
            assert_never(command)
