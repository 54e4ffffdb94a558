"""The subscriber's own recordings by telephone, his name and his greeting: at the first sign-in and from the menu."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from carillon.calls.commands import (
    Effect,
    PassSetup,
    Prompt,
    RecordGreeting,
    Recording,
    UseGreeting,
    UseName,
)
from carillon.calls.directory import Mailbox
from carillon.calls.events import Recorded
from carillon.calls.mailbox_menu import ask_again, ask_key, leave, open_menu
from carillon.calls.model import SetupStep
from carillon.calls.prompts import sounds
from carillon.calls.scene import Outcome, Scene, moved
from carillon.calls.state import CallState, Phase

LONGEST_NAME_SECONDS = 10
LONGEST_GREETING_SECONDS = 180
EMPTY_ATTEMPTS = 3
_REVIEW = sounds("vm-review")
_CANCEL = sounds("vm-star-cancel")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one of the two recordings is: the request for it, its longest length and the write that uses it."""

    step: SetupStep
    request: str
    seconds: int
    use: type[UseName | UseGreeting]


_NAME = _Kind(SetupStep.NAME, "vm-rec-name", LONGEST_NAME_SECONDS, UseName)
_GREETING = _Kind(SetupStep.GREETING, "vm-rec-unv", LONGEST_GREETING_SECONDS, UseGreeting)
_KINDS = {
    Phase.MAILBOX_NAME: _NAME,
    Phase.MAILBOX_GREETING: _GREETING,
    Phase.MAILBOX_FIRST_NAME: _NAME,
    Phase.MAILBOX_FIRST_GREETING: _GREETING,
}
_SETUP = {SetupStep.NAME: Phase.MAILBOX_FIRST_NAME, SetupStep.GREETING: Phase.MAILBOX_FIRST_GREETING}

RECORDING_PHASES = frozenset(_KINDS)
"""Phases in which the subscriber records something of his own, or reviews it."""


def enter(scene: Scene, state: CallState, mailbox: Mailbox, lead: tuple[Prompt, ...] = ()) -> Outcome:
    """Open the menu, once a new subscriber has recorded or skipped what the setup of his mailbox asks for.

    What the mailbox has already is passed over.
    """
    return _set_up(scene, state, mailbox, mailbox.setup_due, lead)


def record_from_menu(state: CallState, phase: Phase) -> Outcome:
    """Ask for the recording of this phase; its end, or `*`, leads back to the menu."""
    return _ask(replace(state, attempt=0), phase)


def recording_key(scene: Scene, state: CallState, mailbox: Mailbox, key: str) -> Outcome:
    """Begin to record at silence or any key, then answer the review's keys; * skips or cancels at any moment."""
    if key == "*":
        return _skip(scene, state, mailbox)
    if not state.recording:
        return _record(scene, state, mailbox)
    return _review_key(scene, state, mailbox, key)


def after_recording(state: CallState, event: Recorded) -> Outcome:
    """Let the subscriber review what he recorded; an empty recording is made again, the third one ends the call."""
    if event.seconds > 0 and state.recording:
        return ask_key(replace(state, attempt=0), state.phase, _REVIEW)
    if state.attempt + 1 >= EMPTY_ATTEMPTS:
        return leave(state)
    return _ask(replace(state, attempt=state.attempt + 1), state.phase, sounds("vm-tooshort"))


def _review_key(scene: Scene, state: CallState, mailbox: Mailbox, key: str) -> Outcome:
    """1 uses the recording, 2 plays it, 3 records again, # leaves."""
    match key:
        case "1":
            return _use(scene, state, mailbox)
        case "2":
            played = (Recording(state.recording), *_REVIEW)
            return ask_key(replace(state, attempt=0), state.phase, played)
        case "3":
            return _record(scene, replace(state, attempt=0), mailbox)
        case "#":
            return leave(state)
        case _:
            return ask_again(state, state.phase, key, _REVIEW)


def _set_up(
    scene: Scene,
    state: CallState,
    mailbox: Mailbox,
    due: SetupStep | None,
    lead: tuple[Prompt, ...] = (),
    effects: tuple[Effect, ...] = (),
) -> Outcome:
    """Ask for the first thing that is due and that the mailbox does not have; when there is none, open the menu."""
    state = replace(state, attempt=0)
    if due is None:
        outcome = _menu(scene, state, mailbox, lead)
    elif mailbox.recorded_name if due is SetupStep.NAME else mailbox.greeting:
        passed = (*effects, PassSetup(mailbox.id, due, state.resets))
        return _set_up(scene, state, mailbox, _after(due), lead, passed)
    else:
        scene.note("mailbox", "setup_asked", mailbox.ref, step=due)
        outcome = _ask(state, _SETUP[due], lead)
    return replace(outcome, effects=effects)


def _after(step: SetupStep) -> SetupStep | None:
    return SetupStep.GREETING if step is SetupStep.NAME else None


def _menu(scene: Scene, state: CallState, mailbox: Mailbox, lead: tuple[Prompt, ...] = ()) -> Outcome:
    return open_menu(scene, state, mailbox, scene.directory.messages(mailbox.id), lead)


def _ask(state: CallState, phase: Phase, lead: tuple[Prompt, ...] = ()) -> Outcome:
    prompts = lead + sounds(_KINDS[phase].request) + _CANCEL
    return ask_key(replace(state, recording=""), phase, prompts)


def _record(scene: Scene, state: CallState, mailbox: Mailbox) -> Outcome:
    kind = _KINDS[state.phase]
    token = _token(kind, mailbox, scene.now)
    command = RecordGreeting(mailbox.id, token, kind.seconds, state.language)
    return moved(replace(state, recording=token), state.phase, command)


def _use(scene: Scene, state: CallState, mailbox: Mailbox) -> Outcome:
    """Use the recording; in the setup its own write says that this step is done."""
    kind = _KINDS[state.phase]
    scene.note("mailbox", f"{kind.step}_changed", mailbox.ref)
    effects = (kind.use(mailbox.id, state.recording, state.resets),)
    return _go_on(scene, state, mailbox, sounds("vm-msgsaved"), effects)


def _skip(scene: Scene, state: CallState, mailbox: Mailbox) -> Outcome:
    if state.phase not in _SETUP.values():
        return _menu(scene, state, mailbox)
    step = _KINDS[state.phase].step
    scene.note("mailbox", "setup_skipped", mailbox.ref, step=step)
    return _go_on(scene, state, mailbox, (), (PassSetup(mailbox.id, step, state.resets),))


def _go_on(
    scene: Scene, state: CallState, mailbox: Mailbox, lead: tuple[Prompt, ...], effects: tuple[Effect, ...]
) -> Outcome:
    """Go on with the setup, or back to the menu where the recording was made from it."""
    in_setup = state.phase in _SETUP.values()
    due = _after(_KINDS[state.phase].step) if in_setup else None
    return _set_up(scene, state, mailbox, due, lead, effects)


def _token(kind: _Kind, mailbox: Mailbox, now: datetime) -> str:
    """Name a new recording; the instant keeps it apart from every earlier one of the mailbox."""
    return f"{kind.step}-{mailbox.id}-{now.astimezone(UTC):%Y%m%dt%H%M%S%f}"
