"""The small state of one call, carried on its channel between two steps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from carillon.calls.model import CallClass, GroupId, Identity, Language, LineId


class Phase(StrEnum):
    """What the call was last told to do."""

    RINGING_LINE = "line"
    RINGING_OUTSIDE = "outside"
    DEPOSITING = "deposit"
    MAILBOX_NUMBER = "mb-number"
    MAILBOX_PIN = "mb-pin"
    MAILBOX_NEW_PIN = "mb-new-pin"
    MAILBOX_NEW_PIN_AGAIN = "mb-pin-again"
    MAILBOX_MENU = "mb-menu"
    MAILBOX_MESSAGE = "mb-message"
    MAILBOX_GREETING = "mb-greeting"
    MAILBOX_NAME = "mb-name"
    MAILBOX_FIRST_NAME = "mb-first-name"
    MAILBOX_FIRST_GREETING = "mb-first-greet"
    RELEASING = "release"


MAILBOX_PHASES = frozenset(phase for phase in Phase if phase.name.startswith("MAILBOX_"))
"""Phases of a subscriber in his own mailbox."""


@dataclass(frozen=True, slots=True)
class CallState:
    """Everything a later step must remember of the call; a few hundred bytes when encoded.

    `origin` is the calling line (None for a carrier); `target` the line whose treatment is running; `hops` the
    lines that forwarded so far, in order; `number` what is called outside; `attempt` the index of the route or
    of the mailbox attempt; `message` the id of the message being heard; `recording` the token of a greeting
    or name being recorded; `mark` what stands for a new PIN between its two entries; `resets` how often the
    mailbox had been reset when the caller opened it; `call_class` the class of what was dialled, None for a call
    from a carrier or a refused one.
    """

    phase: Phase
    group: GroupId
    caller: Identity
    language: Language
    origin: LineId | None = None
    target: LineId | None = None
    hops: tuple[LineId, ...] = ()
    number: str = ""
    dialled: str = ""
    emergency: bool = False
    attempt: int = 0
    message: int = 0
    diversions: int = 0
    call_class: CallClass | None = None
    recording: str = ""
    mark: str = ""
    resets: int = 0
