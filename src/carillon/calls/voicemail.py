"""Leaving a message: the greeting a caller hears, and a mailbox that can take no more."""

from __future__ import annotations

from enum import StrEnum

from carillon.calls.commands import Deposit, Prompt, Recording
from carillon.calls.directory import Line, Mailbox
from carillon.calls.model import FinalCause
from carillon.calls.numbering import format_national
from carillon.calls.prompts import Announcement, digits, sounds
from carillon.calls.scene import Outcome, Scene, moved, release
from carillon.calls.state import CallState, Phase

LONGEST_MESSAGE_SECONDS = 300


class Greeting(StrEnum):
    """What the system greeting says of the person called."""

    ON_THE_PHONE = "vm-isonphone"
    UNAVAILABLE = "vm-isunavail"


def deposit(scene: Scene, state: CallState, line: Line, mailbox: Mailbox, greeting: Greeting) -> Outcome:
    """Let the caller leave a message for the line, in the line's language."""
    source = "personal" if mailbox.greeting else "name" if mailbox.recorded_name else "system"
    scene.note("voicemail", "to_voicemail", mailbox.ref, greeting=source)
    words = _greeting(scene, line, mailbox, greeting)
    command = Deposit(mailbox.id, words, LONGEST_MESSAGE_SECONDS, line.language)
    return moved(state, Phase.DEPOSITING, command)


def refuse_full(
    scene: Scene, state: CallState, mailbox: Mailbox, cause: FinalCause, sip_code: int
) -> Outcome:
    """Tell the caller that the mailbox is full; nothing is recorded and the call is not charged."""
    scene.note("voicemail", "mailbox_full", mailbox.ref)
    return release(state, cause, sip_code, Announcement.MAILBOX_FULL)


def after_deposit(scene: Scene, state: CallState, seconds: int) -> Outcome:
    """End the call of a caller who stayed on after his message."""
    scene.note("voicemail", "recorded", seconds=str(seconds))
    return release(state, FinalCause.VOICEMAIL, 200)


def _greeting(scene: Scene, line: Line, mailbox: Mailbox, greeting: Greeting) -> tuple[Prompt, ...]:
    if mailbox.greeting:
        return (Recording(mailbox.greeting),)
    if mailbox.recorded_name:  # the same words go on after a name as after a number, in both languages
        return (Recording(mailbox.recorded_name), *sounds(greeting, "vm-intro"))
    who = line.extension or format_national(line.number, scene.group.home_region)
    return sounds("vm-theperson") + digits(who) + sounds(greeting, "vm-intro")
