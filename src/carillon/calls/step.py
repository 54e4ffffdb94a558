"""The decision function: one event of a call in, the next command out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from carillon.calls.commands import Command, Effect
from carillon.calls.directory import Directory, Mailbox
from carillon.calls.events import (
    Entered,
    Event,
    HungUp,
    NewPin,
    PinChecked,
    Recorded,
    RingEnded,
    StartFromLine,
    StartFromTrunk,
)
from carillon.calls.facts import facts_of
from carillon.calls.live import Live
from carillon.calls.mailbox_keys import heard, menu_key, message_key
from carillon.calls.mailbox_menu import refuse_former
from carillon.calls.model import FinalCause, Identity
from carillon.calls.new_pin import after_new_pin
from carillon.calls.originating import start_from_line, start_from_trunk
from carillon.calls.outside import after_outside_ring
from carillon.calls.own_recordings import RECORDING_PHASES, after_recording, recording_key
from carillon.calls.retrieval import after_pin
from carillon.calls.scene import Outcome, Scene, release
from carillon.calls.state import MAILBOX_PHASES, CallState, Phase
from carillon.calls.terminating import after_line_ring
from carillon.calls.trace import Facts, TraceEntry
from carillon.calls.voicemail import after_deposit


@dataclass(frozen=True, slots=True)
class Step:
    """What one event leads to; `command` is None only when the caller has hung up."""

    state: CallState
    command: Command | None
    trace: tuple[TraceEntry, ...]
    effects: tuple[Effect, ...]
    facts: Facts


def step(state: CallState | None, event: Event, *, directory: Directory, live: Live, now: datetime) -> Step:
    """Decide what a call does next; `state` is None on the first event, which starts the call.

    Total: an event that does not belong to the state ends the call cleanly. Raises `NotLoaded` when the
    directory lacks what the decision needs; the caller loads the key and asks again.
    """
    scene = Scene(directory, live, now)
    outcome = _decide(scene, state, event)
    facts = facts_of(scene, outcome.state, outcome.command)
    return Step(outcome.state, outcome.command, tuple(scene.trace), outcome.effects, facts)


def _decide(scene: Scene, state: CallState | None, event: Event) -> Outcome:
    match event:
        case StartFromLine():
            return start_from_line(scene, event)
        case StartFromTrunk():
            return start_from_trunk(scene, event)
        case HungUp():
            return _hung_up(scene, state or _blank(scene))
        case RingEnded() | Entered() | PinChecked() | NewPin() | Recorded():
            return _go_on(scene, state or _blank(scene), event)
        case _:
            assert_never(event)


def _go_on(
    scene: Scene, state: CallState, event: RingEnded | Entered | PinChecked | NewPin | Recorded
) -> Outcome:
    match event, state.phase:
        case RingEnded(), Phase.RINGING_LINE:
            return after_line_ring(scene, state, event)
        case RingEnded(), Phase.RINGING_OUTSIDE:
            return after_outside_ring(scene, state, event)
        case Recorded(seconds), Phase.DEPOSITING:
            return after_deposit(scene, state, seconds)
        case ((Entered() | PinChecked() | NewPin() | Recorded()), phase) if phase in MAILBOX_PHASES:
            return _in_mailbox(scene, state, event) or _stray(scene, state)
        case _:
            return _stray(scene, state)


def _in_mailbox(
    scene: Scene, state: CallState, event: Entered | PinChecked | NewPin | Recorded
) -> Outcome | None:
    """Answer a subscriber in his mailbox; one who opened it before it was reset hears and changes nothing more."""
    mailbox = _mailbox(scene, state)
    if mailbox is None:
        return None
    if mailbox.resets != state.resets:
        return refuse_former(scene, state, mailbox)
    return _answered(scene, state, mailbox, event)


def _answered(
    scene: Scene, state: CallState, mailbox: Mailbox, event: Entered | PinChecked | NewPin | Recorded
) -> Outcome | None:
    match event, state.phase:
        case Recorded(), phase if phase in RECORDING_PHASES:
            return after_recording(state, event)
        case ((Entered() | PinChecked() | NewPin()), Phase.MAILBOX_NEW_PIN | Phase.MAILBOX_NEW_PIN_AGAIN):
            return after_new_pin(scene, state, mailbox, event)
        case ((Entered() | PinChecked()), Phase.MAILBOX_PIN):
            return after_pin(scene, state, mailbox, event)
        case Entered(key), _:
            return _pressed(scene, state, mailbox, key)
        case _:
            return None


def _pressed(scene: Scene, state: CallState, mailbox: Mailbox, key: str) -> Outcome | None:
    match state.phase:
        case Phase.MAILBOX_MENU:
            return menu_key(scene, state, mailbox, key)
        case Phase.MAILBOX_MESSAGE:
            return message_key(scene, state, mailbox, key)
        case phase if phase in RECORDING_PHASES:
            return recording_key(scene, state, mailbox, key)
        case _:
            return None


def _hung_up(scene: Scene, state: CallState) -> Outcome:
    """Forget the call; a message that was being heard counts as heard."""
    scene.note("hang_up", state.phase)
    mailbox = _mailbox(scene, state) if state.phase is Phase.MAILBOX_MESSAGE else None
    present = mailbox is not None and mailbox.resets == state.resets
    effects = heard(state, scene.directory.messages(mailbox.id)) if mailbox and present else ()
    return Outcome(state, None, effects)


def _mailbox(scene: Scene, state: CallState) -> Mailbox | None:
    """Return the mailbox the caller is in, or None when it is gone."""
    line = scene.line(state.target)
    return line.mailbox if line is not None else None


def _stray(scene: Scene, state: CallState) -> Outcome:
    """End a call whose event does not belong to its state: it came twice, or its mailbox is gone."""
    scene.note("stray_event", "released", phase=state.phase)
    return release(state, FinalCause.NETWORK_FAILURE, 503)


def _blank(scene: Scene) -> CallState:
    """Return the state of a call whose first step was never answered."""
    return CallState(Phase.RELEASING, scene.group.id, Identity(), scene.group.language)
