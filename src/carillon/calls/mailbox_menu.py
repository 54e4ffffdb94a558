"""What every turn in a mailbox shares: the menu, a question for one key, taking leave."""

from __future__ import annotations

from dataclasses import replace

from carillon.calls.commands import Collect, Prompt
from carillon.calls.directory import Mailbox, Message
from carillon.calls.model import FinalCause
from carillon.calls.prompts import Announcement, message_count, sounds
from carillon.calls.scene import Outcome, Scene, moved, release
from carillon.calls.state import CallState, Phase

IDLE_ATTEMPTS = 3
KEY_SECONDS = 5


def open_menu(
    scene: Scene,
    state: CallState,
    mailbox: Mailbox,
    messages: tuple[Message, ...],
    lead: tuple[Prompt, ...] = (),
) -> Outcome:
    """Say how many messages there are, and wait for a key (mailbox_keys.menu_key)."""
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


def refuse_former(scene: Scene, state: CallState, mailbox: Mailbox) -> Outcome:
    """Say goodbye to the former subscriber of a mailbox that was reset while he was in it."""
    scene.note("mailbox", "reset_meanwhile", mailbox.ref)
    return leave(state)


def leave(state: CallState) -> Outcome:
    """Say goodbye and end the call."""
    return release(state, FinalCause.VOICEMAIL, 200, Announcement.GOODBYE)
