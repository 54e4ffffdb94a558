"""Listening to one's messages by telephone: PIN, menu, messages and greeting, one key at a time."""

from __future__ import annotations

from dataclasses import replace

from carillon.calls.commands import Collect, Prompt
from carillon.calls.directory import Line, Mailbox, Message
from carillon.calls.events import Entered, PinChecked
from carillon.calls.model import FinalCause
from carillon.calls.prompts import Announcement, message_count, sounds
from carillon.calls.scene import Outcome, Scene, moved, release
from carillon.calls.state import CallState, Phase

PIN_ATTEMPTS = 3
IDLE_ATTEMPTS = 3
LONGEST_PIN = 20
PIN_SECONDS = 10
KEY_SECONDS = 5


def open_mailbox(scene: Scene, state: CallState, line: Line) -> Outcome:
    """Open the calling line's own mailbox: ask for its PIN, unless the subscriber chose to skip it.

    A temporary PIN is asked for all the same: who replaces it must know it.
    """
    mailbox = line.mailbox
    if mailbox is None:
        scene.note("mailbox", "none", line.ref)
        return release(state, FinalCause.NOT_PERMITTED, 403, Announcement.NOT_PERMITTED)
    state = replace(state, target=line.id, number=line.number, attempt=0)
    if mailbox.portal_locked:
        return _blocked(scene, state, mailbox)
    if mailbox.skip_pin and not mailbox.pin_temporary:
        scene.note("mailbox", "pin_skipped", mailbox.ref)
        return open_menu(scene, state, mailbox, scene.directory.messages(mailbox.id))
    scene.note("mailbox", "pin_asked", mailbox.ref)
    return _ask_pin(state)


def awaits_pin(state: CallState) -> bool:
    """Whether the digits the caller enters next are the PIN of the mailbox of `state.target`."""
    return state.phase is Phase.MAILBOX_PIN


def after_pin(scene: Scene, state: CallState, mailbox: Mailbox, event: PinChecked | Entered) -> Outcome:
    """Open the menu after a right PIN, or ask for a new one; ask again after a wrong one, three times in all.

    Digits that nobody compared with the PIN count as wrong.
    """
    if isinstance(event, PinChecked) and event.blocked:
        return _blocked(scene, state, mailbox)
    if isinstance(event, PinChecked) and event.ok:
        scene.note("mailbox", "pin_accepted", mailbox.ref)
        if mailbox.pin_temporary:
            return ask_new_pin(scene, replace(state, attempt=0), mailbox)
        return open_menu(scene, state, mailbox, scene.directory.messages(mailbox.id))
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


def open_menu(
    scene: Scene,
    state: CallState,
    mailbox: Mailbox,
    messages: tuple[Message, ...],
    lead: tuple[Prompt, ...] = (),
) -> Outcome:
    """Say how many messages there are, and wait for a key: 1 listens, 0 records a greeting, # leaves."""
    new = sum(not message.heard for message in messages)
    count = message_count(new, len(messages) - new, state.language)
    scene.note("mailbox", "menu", mailbox.ref, new=str(new), old=str(len(messages) - new))
    state = replace(state, attempt=0, message=0, recording="")
    return ask_key(state, Phase.MAILBOX_MENU, lead + count + sounds("vm-instructions"))


def ask_key(state: CallState, phase: Phase, prompts: tuple[Prompt, ...]) -> Outcome:
    """Play the prompts, which a key interrupts, and wait for one key."""
    return moved(state, phase, Collect(prompts, 1, KEY_SECONDS, state.language))


def ask_again(state: CallState, phase: Phase, key: str, prompts: tuple[Prompt, ...]) -> Outcome:
    """Ask once more after silence or a key that means nothing; take leave after three of them in a row."""
    if state.attempt + 1 >= IDLE_ATTEMPTS:
        return leave(state)
    lead = sounds("pm-invalid-option") if key else ()
    return ask_key(replace(state, attempt=state.attempt + 1), phase, lead + prompts)


def leave(state: CallState) -> Outcome:
    """Say goodbye and end the call."""
    return release(state, FinalCause.VOICEMAIL, 200, Announcement.GOODBYE)


def _ask_pin(state: CallState, lead: tuple[Prompt, ...] = ()) -> Outcome:
    return ask_pin(state, Phase.MAILBOX_PIN, (*lead, *sounds("vm-password")))


def _blocked(scene: Scene, state: CallState, mailbox: Mailbox) -> Outcome:
    scene.note("mailbox", "portal_lock", mailbox.ref)
    return release(state, FinalCause.NOT_PERMITTED, 403, Announcement.NOT_PERMITTED)
