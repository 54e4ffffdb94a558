"""The way into a mailbox by telephone: its PIN, then what is due of its setup, then the menu."""

from __future__ import annotations

from dataclasses import replace

from carillon.calls.commands import Collect, Prompt
from carillon.calls.directory import Line, Mailbox
from carillon.calls.events import Entered, PinChecked
from carillon.calls.model import FinalCause
from carillon.calls.own_recordings import enter
from carillon.calls.prompts import Announcement, sounds
from carillon.calls.scene import Outcome, Scene, moved, release
from carillon.calls.state import CallState, Phase

PIN_ATTEMPTS = 3
LONGEST_PIN = 20
PIN_SECONDS = 10


def open_mailbox(scene: Scene, state: CallState, line: Line) -> Outcome:
    """Open the calling line's own mailbox: ask for its PIN, unless the subscriber chose to skip it.

    A temporary PIN is asked for all the same: who replaces it must know it.
    """
    mailbox = line.mailbox
    if mailbox is None:
        scene.note("mailbox", "none", line.ref)
        return release(state, FinalCause.NOT_PERMITTED, 403, Announcement.NOT_PERMITTED)
    state = replace(state, target=line.id, number=line.number, attempt=0, resets=mailbox.resets)
    if mailbox.portal_locked:
        return _blocked(scene, state, mailbox)
    if mailbox.skip_pin and not mailbox.pin_temporary:
        scene.note("mailbox", "pin_skipped", mailbox.ref)
        return enter(scene, state, mailbox)
    scene.note("mailbox", "pin_asked", mailbox.ref)
    return _ask_pin(state)


def awaits_pin(state: CallState) -> bool:
    """Whether the digits the caller enters next are the PIN of the mailbox of `state.target`."""
    return state.phase is Phase.MAILBOX_PIN


def after_pin(scene: Scene, state: CallState, mailbox: Mailbox, event: PinChecked | Entered) -> Outcome:
    """Enter the mailbox after a right PIN, or ask for a new one; ask again after a wrong one, three times in all.

    Digits that nobody compared with the PIN count as wrong.
    """
    if isinstance(event, PinChecked) and event.blocked:
        return _blocked(scene, state, mailbox)
    if isinstance(event, PinChecked) and event.ok:
        scene.note("mailbox", "pin_accepted", mailbox.ref)
        if mailbox.pin_temporary:
            return ask_new_pin(scene, replace(state, attempt=0), mailbox)
        return enter(scene, state, mailbox)
    scene.note("mailbox", "pin_refused", mailbox.ref, attempt=str(state.attempt + 1))
    if state.attempt + 1 >= PIN_ATTEMPTS:
        return release(state, FinalCause.NOT_PERMITTED, 403, Announcement.WRONG_PIN)
    return _ask_pin(replace(state, attempt=state.attempt + 1), sounds("vm-incorrect"))


def ask_new_pin(scene: Scene, state: CallState, mailbox: Mailbox, lead: tuple[Prompt, ...] = ()) -> Outcome:
    """Ask for the first of the two entries of a new PIN."""
    scene.note("mailbox", "new_pin_asked", mailbox.ref, attempt=str(state.attempt + 1))
    return ask_pin(replace(state, mark=""), Phase.MAILBOX_NEW_PIN, (*lead, *sounds("vm-newpassword")))


def ask_pin(state: CallState, phase: Phase, prompts: tuple[Prompt, ...]) -> Outcome:
    """Play the prompts and wait for the digits of a PIN."""
    return moved(state, phase, Collect(prompts, LONGEST_PIN, PIN_SECONDS, state.language))


def _ask_pin(state: CallState, lead: tuple[Prompt, ...] = ()) -> Outcome:
    return ask_pin(state, Phase.MAILBOX_PIN, (*lead, *sounds("vm-password")))


def _blocked(scene: Scene, state: CallState, mailbox: Mailbox) -> Outcome:
    scene.note("mailbox", "portal_lock", mailbox.ref)
    return release(state, FinalCause.NOT_PERMITTED, 403, Announcement.NOT_PERMITTED)
