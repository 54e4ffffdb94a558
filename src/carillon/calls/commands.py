"""What a decision may order: the closed set of commands, and the effects that go with them."""

from __future__ import annotations

from dataclasses import dataclass

from carillon.calls.model import (
    E164,
    EndpointName,
    FinalCause,
    Identity,
    Language,
    LineId,
    MailboxId,
    SetupStep,
    TrunkName,
)
from carillon.errors import CarillonError


@dataclass(frozen=True, slots=True)
class Sound:
    """A prompt of the installed sound packages, by its name without language or ending: `vm-intro`."""

    name: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of ours, by its token (`[a-z0-9-]`): a greeting, a name or a message."""

    token: str


Prompt = Sound | Recording


@dataclass(frozen=True, slots=True)
class PhoneLeg:
    """Ring one phone from `start` seconds on for `seconds`."""

    endpoint: EndpointName
    line: LineId
    start: int = 0
    seconds: int = 0
    """0 means to the end of the ring."""


@dataclass(frozen=True, slots=True)
class OutsideLeg:
    """Call a number through a carrier from `start` seconds on for `seconds` (0: to the end of the ring).

    `number` is E.164 or a short national code (911, 411); `confirm` asks whoever answers to press 1;
    `diverted_by` is the E.164 number of the line that forwards, for the Diversion header (RFC 5806), and
    `diversions` how many forwards the call then has behind it (the header's counter).
    """

    trunk: TrunkName
    number: str
    shown: Identity
    start: int = 0
    seconds: int = 0
    confirm: bool = False
    diverted_by: E164 | None = None
    emergency: bool = False
    diversions: int = 0


Leg = PhoneLeg | OutsideLeg


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring the legs; the first to answer takes the call and the others stop. `shown` is for phone legs."""

    legs: tuple[Leg, ...]
    seconds: int
    shown: Identity
    language: Language


@dataclass(frozen=True, slots=True)
class Release:
    """Play the prompts before answer (`times` times), then release with this SIP code and Reason (RFC 3326).

    A code of 200 means the call was answered: the prompts are played and the call is simply ended. `reason` is
    the whole value of the Reason header, empty for none.
    """

    cause: FinalCause
    sip_code: int
    language: Language
    prompts: tuple[Prompt, ...] = ()
    times: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """Answer, play the greeting and a tone, record a message for the mailbox."""

    mailbox: MailboxId
    greeting: tuple[Prompt, ...]
    max_seconds: int
    language: Language


@dataclass(frozen=True, slots=True)
class Collect:
    """Answer if need be, play the prompts (a key interrupts them) and collect up to `max_digits` digits."""

    prompts: tuple[Prompt, ...]
    max_digits: int
    first_seconds: int
    language: Language


@dataclass(frozen=True, slots=True)
class RecordGreeting:
    """Play a tone and record the mailbox's greeting, or its subscriber's name, under this token."""

    mailbox: MailboxId
    token: str
    max_seconds: int
    language: Language


Command = Ring | Release | Deposit | Collect | RecordGreeting


@dataclass(frozen=True, slots=True)
class MarkHeard:
    """The subscriber has heard this message."""

    message: int
    resets: int = 0


@dataclass(frozen=True, slots=True)
class DeleteMessage:
    """The subscriber deletes this message."""

    message: int
    resets: int = 0


@dataclass(frozen=True, slots=True)
class UseGreeting:
    """The recording with this token becomes the mailbox's greeting."""

    mailbox: MailboxId
    token: str
    resets: int = 0


@dataclass(frozen=True, slots=True)
class UseName:
    """The recording with this token becomes the name that the mailbox's system greeting says."""

    mailbox: MailboxId
    token: str
    resets: int = 0


@dataclass(frozen=True, slots=True)
class PassSetup:
    """A step of the mailbox's setup was skipped, or is done already: nobody is asked for it again."""

    mailbox: MailboxId
    step: SetupStep
    resets: int = 0


@dataclass(frozen=True, slots=True)
class KeepUndisturbed:
    """As long as the calling channel lives, its line is busy to a second call."""


Write = MarkHeard | DeleteMessage | UseGreeting | UseName | PassSetup
"""Writes that callcontrol makes before it answers the step, into a mailbox that was reset `resets` times and no more."""
Effect = Write | KeepUndisturbed


class FormerSubscriber(CarillonError):
    """The mailbox was reset since the caller opened it: it is another subscriber's, and nothing was written."""
