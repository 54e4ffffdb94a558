"""What can happen to a call: the closed set of events a step answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from carillon.calls.model import E164, EndpointName, Identity, LineId, TrunkName


@dataclass(frozen=True, slots=True)
class StartFromLine:
    """A registered phone (or trunk line) dialled something; `dialled` is hostile input, as received."""

    line: LineId
    endpoint: EndpointName
    dialled: str


@dataclass(frozen=True, slots=True)
class StartFromTrunk:
    """A call arrived from a carrier for a number of this group.

    `caller` is what the carrier presented, already stripped of control characters; `diversions` counts the
    forwards the call had before it came (RFC 5806 Diversion or RFC 7044 History-Info entries).
    """

    trunk: TrunkName
    called: E164
    caller: Identity
    diversions: int = 0


class RingStatus(StrEnum):
    """How a ring ended without an answer, as the engine's Dial reports it."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"
    DECLINED = "declined"
    NOT_FOUND = "not_found"
    ANSWERED = "answered"
    """Answered, and the answering side has left."""


@dataclass(frozen=True, slots=True)
class RingEnded:
    """A `Ring` command ended; `sip_code` is the last SIP answer of the far side, 0 when unknown."""

    status: RingStatus
    sip_code: int = 0


@dataclass(frozen=True, slots=True)
class Entered:
    """A `Collect` command ended with these digits (empty: nothing was entered in time)."""

    digits: str


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The digits just entered were compared with the mailbox's PIN (callcontrol does it, with throttling)."""

    ok: bool
    blocked: bool = False


class NewPinResult(StrEnum):
    """What became of digits entered as a new PIN: of the first entry, of the second, or of either."""

    FIT = "fit"
    """The first entry: the rules accept it."""
    SAVED = "saved"
    """The second entry: it is the same, and is the mailbox's PIN now."""
    DIFFERENT = "different"
    """The second entry is not the first one."""
    WEAK = "weak"
    """It breaks a rule for PINs, or nothing was entered."""
    LOST = "lost"
    """Nobody could check or save it: the database is away."""


@dataclass(frozen=True, slots=True)
class NewPin:
    """The digits just entered as a new PIN were checked or saved (callcontrol does it).

    `mark` stands for the first entry until the second one; nobody reads a PIN out of it.
    """

    result: NewPinResult
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A `Deposit` or `RecordGreeting` command ended with the caller still there."""

    seconds: int


@dataclass(frozen=True, slots=True)
class HungUp:
    """The calling channel is gone; the answer to this event is ignored by the engine."""


Event = StartFromLine | StartFromTrunk | RingEnded | Entered | PinChecked | NewPin | Recorded | HungUp
