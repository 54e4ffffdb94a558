"""The decision trace: which rule, resting on which setting at which version, led the call where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carillon.calls.model import Ref


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
