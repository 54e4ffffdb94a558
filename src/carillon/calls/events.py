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


@dataclass(frozen=True, slots=True)
class Recorded:
    """A `Deposit` or `RecordGreeting` command ended with the caller still there."""

    seconds: int


@dataclass(frozen=True, slots=True)
class HungUp:
    """The calling channel is gone; the answer to this event is ignored by the engine."""


Event = StartFromLine | StartFromTrunk | RingEnded | Entered | PinChecked | Recorded | HungUp
