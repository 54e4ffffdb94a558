"""The decision trace: which rule, resting on which setting at which version, led the call where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from carillon.calls.model import E164, CallClass, FinalCause, Identity, LineId, Ref


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One decision of a call.

    `rule` is a stable word such as `emergency`, `class_of_call`, `forward_all`, `no_answer`; `result` what it
    decided (`permitted`, `forwarded`, `to_voicemail`, ...); `refs` the settings that decided, with versions.
    """

    rule: str
    result: str
    refs: tuple[Ref, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


class CallType(StrEnum):
    """How a call crosses the group's border; it follows the caller and the first party called."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the journal keeps of a step for the call record.

    `caller` keeps the name and number even when they are withheld (the record says so beside them);
    `caller_number` and `forwarded_from` (the first line that forwarded) are E.164 or empty; `called_number` is
    E.164 or a short code; `called_*` is the party now tried. `cause` and `sip_code` are what the call ends with
    if the step's command is its last: for a ring nobody answered, that the caller gave up.
    """

    call_type: CallType | None = None
    caller_line: LineId | None = None
    caller: Identity = field(default_factory=Identity)
    caller_number: E164 | None = None
    dialled: str = ""
    call_class: CallClass | None = None
    called_number: str = ""
    called_line: LineId | None = None
    forwarded_from: E164 | None = None
    cause: FinalCause | None = None
    sip_code: int = 0
