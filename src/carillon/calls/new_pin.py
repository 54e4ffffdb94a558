"""A temporary PIN is replaced: the new one is entered twice before anything else of the mailbox."""

from __future__ import annotations

from dataclasses import replace

from carillon.calls.directory import Mailbox
from carillon.calls.events import Entered, NewPin, NewPinResult, PinChecked
from carillon.calls.model import FinalCause
from carillon.calls.own_recordings import enter
from carillon.calls.prompts import Announcement, sounds
from carillon.calls.retrieval import ask_new_pin, ask_pin
from carillon.calls.scene import Outcome, Scene, release
from carillon.calls.state import CallState, Phase

NEW_PIN_PHASES = frozenset({Phase.MAILBOX_NEW_PIN, Phase.MAILBOX_NEW_PIN_AGAIN})
NEW_PIN_ROUNDS = 3


def after_new_pin(
    scene: Scene, state: CallState, mailbox: Mailbox, event: NewPin | Entered | PinChecked
) -> Outcome:
    """Ask for the second entry, enter the mailbox once the PIN is saved, or begin again: three rounds in all.

    Digits that nobody checked count as refused. A PIN that was replaced in the portal meanwhile ends the questions.
    """
    match event, state.phase:
        case NewPin(NewPinResult.SAVED), Phase.MAILBOX_NEW_PIN_AGAIN:
            scene.note("mailbox", "new_pin_saved", mailbox.ref)
            return enter(scene, replace(state, mark=""), mailbox, sounds("vm-passchanged"))
        case _ if not mailbox.pin_temporary:
            scene.note("mailbox", "pin_replaced_elsewhere", mailbox.ref)
            return enter(scene, replace(state, mark=""), mailbox)
        case NewPin(NewPinResult.FIT, mark), Phase.MAILBOX_NEW_PIN if mark:
            return ask_pin(
                replace(state, mark=mark), Phase.MAILBOX_NEW_PIN_AGAIN, sounds("vm-reenterpassword")
            )
        case NewPin(NewPinResult.LOST), _:
            scene.note("mailbox", "new_pin_lost", mailbox.ref)
            return release(state, FinalCause.VOICEMAIL, 200, Announcement.PIN_NOT_SAVED)
        case NewPin(NewPinResult.DIFFERENT), Phase.MAILBOX_NEW_PIN_AGAIN:
            return _another_round(scene, state, mailbox, Announcement.PINS_DIFFER)
        case _:
            return _another_round(scene, state, mailbox, Announcement.WEAK_PIN)


def _another_round(scene: Scene, state: CallState, mailbox: Mailbox, why: Announcement) -> Outcome:
    """Say what was wrong and ask anew; the third time say goodbye, and the PIN stays temporary."""
    scene.note("mailbox", "new_pin_refused", mailbox.ref, why=why.name.lower())
    if state.attempt + 1 >= NEW_PIN_ROUNDS:
        return release(replace(state, mark=""), FinalCause.NOT_PERMITTED, 403, why)
    return ask_new_pin(scene, replace(state, attempt=state.attempt + 1), mailbox, why.prompts()[:1])
