"""The words call decisions are made of: identifiers, classes of call, languages, identities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

GroupId = NewType("GroupId", int)
LineId = NewType("LineId", int)
MailboxId = NewType("MailboxId", int)
DepartmentId = NewType("DepartmentId", int)
EndpointName = NewType("EndpointName", str)
"""The SIP user of one phone, unique on the platform, `[a-z0-9-]` only."""
TrunkName = NewType("TrunkName", str)
"""The engine's endpoint of a carrier, unique on the platform, `[a-z0-9-]` only."""
E164 = NewType("E164", str)
"""A number in international form with its plus sign, as ITU-T E.164 has it: `+15145550123`."""


class Language(StrEnum):
    """The languages an announcement can be heard in."""

    FRENCH = "fr"
    ENGLISH = "en"


class CallClass(StrEnum):
    """The class of a dialled number; the first matching row decides (numbering.classify)."""

    EMERGENCY = "emergency"
    FEATURE = "feature"
    INTERNAL = "internal"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    DIRECTORY_ASSISTANCE = "directory_assistance"
    OPERATOR = "operator"
    MOBILE = "mobile"
    LOCAL = "local"
    LONG_DISTANCE = "long_distance"
    INTERNATIONAL = "international"


class LineType(StrEnum):
    """What a line is; only lines that may hold phones ring (`rings`)."""

    USER = "user"
    BASIC = "basic"
    COMMON_AREA = "common_area"
    EASY_ATTENDANT = "easy_attendant"
    PREMIUM_ATTENDANT = "premium_attendant"
    PILOT = "pilot"
    MAILBOX_ONLY = "mailbox_only"
    VIRTUAL_EXTENSION = "virtual_extension"
    TRUNK = "trunk"


class SetupStep(StrEnum):
    """What a new subscriber has neither recorded nor skipped yet; the greeting comes after the name."""

    NAME = "name"
    GREETING = "greeting"


class FinalCause(StrEnum):
    """Why a call ended, as the call log says it."""

    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CALLER_GAVE_UP = "caller_gave_up"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    LIMIT_REACHED = "limit_reached"
    NOT_PERMITTED = "not_permitted"
    ACCOUNT_CODE = "account_code"
    INVALID_NUMBER = "invalid_number"
    NETWORK_FAILURE = "network_failure"


@dataclass(frozen=True, slots=True)
class Ref:
    """A setting a decision rests on: the object's kind (`call_settings`, `line`, ...), id and version."""

    kind: str
    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a called party is told is calling.

    `number` is what is shown (an extension, a national or an E.164 number), empty when unknown;
    `withheld` means the name and number stay hidden from the called party (RFC 3323 `id`).
    """

    number: str = ""
    name: str = ""
    withheld: bool = False
