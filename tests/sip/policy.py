"""What a test phone does with a call that comes in: a closed set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Ring, and answer after `after` seconds; then send this tone (Hz) if there is one."""

    after: float = 0.0
    hertz: float = 0.0


@dataclass(frozen=True, slots=True)
class RingOnly:
    """Ring for as long as the caller likes."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with this final code at once (486 busy, 603 declined, 503, ...)."""

    code: int = 486


@dataclass(frozen=True, slots=True)
class Silent:
    """Say nothing at all, as a dead network does."""


Policy = Answer | RingOnly | Refuse | Silent
