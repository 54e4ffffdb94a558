"""The read-only picture of one business group that a decision may look at.

A decision asks for one thing at a time. What the picture does not hold yet raises `NotLoaded` with the key;
callcontrol loads that key and runs the same pure function again, so no rule ever waits or reads a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from carillon.calls.feature_codes import DEFAULTS, FeatureCodes
from carillon.calls.model import (
    E164,
    CallClass,
    DepartmentId,
    EndpointName,
    GroupId,
    Identity,
    Language,
    LineId,
    LineType,
    MailboxId,
    Ref,
    SetupStep,
    TrunkName,
)


@dataclass(frozen=True, slots=True)
class Route:
    """One way out of the group for some classes of call; routes are tried in their order.

    `own_numbers_only` says the carrier refuses foreign caller numbers (see identity.for_forwarded_call).
    """

    ref: Ref
    trunk: TrunkName
    classes: frozenset[CallClass]
    own_numbers_only: bool = False
    carries_unicode_names: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A business group's numbering and routing, at configuration version `version`."""

    id: GroupId
    ref: Ref
    version: int
    name: str
    language: Language
    timezone: str
    home_region: str = "CA"
    """ISO 3166-1 alpha-2 region whose numbering plan the group dials in."""
    outside_prefix: str = ""
    seven_digit_area_code: str = ""
    """Area code put before 7 dialled digits; empty where 7-digit dialling is off."""
    local_area_codes: frozenset[str] = frozenset()
    domestic_regions: frozenset[str] = frozenset({"CA", "US"})
    main_number: E164 | None = None
    show_main_number: bool = False
    emergency_callback: E164 | None = None
    feature_codes: FeatureCodes = DEFAULTS
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class ToVoicemail:
    """Send the call to the line's own mailbox."""


@dataclass(frozen=True, slots=True)
class ToNumber:
    """Send the call to what a user of the line would dial: an extension or a telephone number."""

    dialled: str


@dataclass(frozen=True, slots=True)
class BusyTone:
    """Release the call with busy (SIP 486)."""


Treatment = ToVoicemail | ToNumber | BusyTone


@dataclass(frozen=True, slots=True)
class AccountPhone:
    """Ring all registered phones of the line."""


@dataclass(frozen=True, slots=True)
class RingEntry:
    """One ringing period: the line's own phones (`dialled` empty) or a number, from `start` for `seconds`."""

    dialled: str
    start: int = 0
    seconds: int = 0
    """0 means until the no-answer delay (ring together)."""
    confirm: bool = True
    """An outside number must press 1 to take the call."""


@dataclass(frozen=True, slots=True)
class RingTogether:
    """Ring the line's phones and these numbers at once."""

    others: tuple[RingEntry, ...]


@dataclass(frozen=True, slots=True)
class RingInOrder:
    """A timeline of ringing periods that may overlap; its end is the no-answer moment."""

    entries: tuple[RingEntry, ...]


@dataclass(frozen=True, slots=True)
class ForwardAll:
    """Forward every call to this number."""

    to: ToNumber


Incoming = AccountPhone | RingTogether | RingInOrder | ForwardAll


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How a line treats its calls (incoming calls and availability pages)."""

    ref: Ref
    dnd: bool = False
    incoming: Incoming = field(default_factory=AccountPhone)
    no_answer_seconds: int = 20
    no_answer: Treatment = field(default_factory=ToVoicemail)
    busy: Treatment = field(default_factory=ToVoicemail)
    unavailable: ToNumber | None = None
    """Forward if unavailable: used when no phone of the line is registered."""
    call_waiting: bool = True
    reject_anonymous: bool = False
    """Callers who hide who they are hear why and do not ring."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A line's voicemail; `greeting` and `recorded_name` are tokens of recordings, empty for none.

    A temporary PIN opens the mailbox only to be replaced; what is due of its setup is asked for before the menu.
    """

    id: MailboxId
    ref: Ref
    greeting: str = ""
    recorded_name: str = ""
    setup_due: SetupStep | None = None
    skip_pin: bool = False
    pin_temporary: bool = False
    portal_locked: bool = False
    full: bool = False
    resets: int = 0
    """How often it was given to another subscriber; who came in before the last time has no business in it."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One SIP phone (endpoint) of a line."""

    endpoint: EndpointName


@dataclass(frozen=True, slots=True)
class Line:
    """A directory number with its settings, as decisions see it."""

    id: LineId
    ref: Ref
    group: GroupId
    number: E164
    name: str
    language: Language
    settings: CallSettings
    type: LineType = LineType.USER
    extension: str = ""
    department: DepartmentId | None = None
    phones: tuple[Phone, ...] = ()
    mailbox: Mailbox | None = None
    permitted: frozenset[CallClass] = frozenset(CallClass)
    """Classes the class of service allows, less the line's own barring."""
    class_of_service: Ref | None = None
    withhold_identity: bool = False
    suspended: bool = False
    locked: bool = False
    locked_incoming_rings: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of the group; `line` is None where its number has no line."""

    ref: Ref
    digits: str
    number: E164
    line: LineId | None


@dataclass(frozen=True, slots=True)
class NumberOwner:
    """A number inside the group's blocks; `line` is None where no line has it."""

    number: E164
    line: LineId | None


@dataclass(frozen=True, slots=True)
class Message:
    """One voicemail message; `token` names its audio on the engine's side."""

    id: int
    token: str
    received: datetime
    caller: Identity
    seconds: int
    heard: bool


@dataclass(frozen=True, slots=True)
class LineKey:
    """Ask for a line by its id."""

    line: LineId


@dataclass(frozen=True, slots=True)
class ExtensionKey:
    """Ask whether these digits are an extension of the group."""

    digits: str


@dataclass(frozen=True, slots=True)
class NumberKey:
    """Ask whether this number is inside the group's blocks, and whose it is."""

    number: E164


@dataclass(frozen=True, slots=True)
class MessagesKey:
    """Ask for a mailbox's messages, oldest first; never kept between two steps."""

    mailbox: MailboxId


Key = LineKey | ExtensionKey | NumberKey | MessagesKey
Value = Line | Extension | NumberOwner | tuple[Message, ...] | None


class NotLoaded(Exception):
    """The decision needs this key, which the picture does not hold yet."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Directory:
    """One group's picture: the group itself and what has been loaded of the rest."""

    group: Group
    loaded: Mapping[Key, Value] = field(default_factory=dict)

    def _get(self, key: Key) -> Value:
        try:
            return self.loaded[key]
        except KeyError:
            raise NotLoaded(key) from None

    def line(self, line: LineId) -> Line | None:
        """Return the line, or None when it no longer exists."""
        value = self._get(LineKey(line))
        return value if isinstance(value, Line) else None

    def extension(self, digits: str) -> Extension | None:
        """Return the group's extension with exactly these digits, or None."""
        value = self._get(ExtensionKey(digits))
        return value if isinstance(value, Extension) else None

    def number(self, number: E164) -> NumberOwner | None:
        """Return who holds the number inside this group, or None when it is outside its blocks."""
        value = self._get(NumberKey(number))
        return value if isinstance(value, NumberOwner) else None

    def messages(self, mailbox: MailboxId) -> tuple[Message, ...]:
        """Return the mailbox's messages, oldest first."""
        value = self._get(MessagesKey(mailbox))
        return value if isinstance(value, tuple) else ()
