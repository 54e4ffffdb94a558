"""What one step works with, and what it comes to; the modules of rules pass these along."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from carillon.calls.commands import Command, Effect, Release
from carillon.calls.directory import Directory, Group, Line
from carillon.calls.live import Live
from carillon.calls.model import FinalCause, LineId, Ref
from carillon.calls.prompts import Announcement
from carillon.calls.state import CallState, Phase
from carillon.calls.trace import TraceEntry


@dataclass(frozen=True, slots=True)
class Scene:
    """The picture, the engine's live facts and the instant of one step, and the trace it writes."""

    directory: Directory
    live: Live
    now: datetime
    trace: list[TraceEntry] = field(default_factory=list)

    @property
    def group(self) -> Group:
        """The business group the call belongs to."""
        return self.directory.group

    def line(self, line: LineId | None) -> Line | None:
        """Return the line, or None when there is none or it no longer exists."""
        return None if line is None else self.directory.line(line)

    def note(self, rule: str, result: str, *refs: Ref | None, **details: str) -> None:
        """Write one entry of the decision trace."""
        self.trace.append(TraceEntry(rule, result, tuple(ref for ref in refs if ref), details))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule decided: the state to carry on, the command, and writes to make before it is answered."""

    state: CallState
    command: Command | None
    effects: tuple[Effect, ...] = ()


def moved(state: CallState, phase: Phase, command: Command | None, *effects: Effect) -> Outcome:
    """Return the outcome of giving this command and waiting in this phase."""
    return Outcome(replace(state, phase=phase), command, effects)


def release(
    state: CallState,
    cause: FinalCause,
    sip_code: int,
    announcement: Announcement | None = None,
    reason: str = "",
    times: int = 1,
) -> Outcome:
    """Return the outcome of releasing the call, in the caller's language."""
    prompts = announcement.prompts() if announcement else ()
    command = Release(cause, sip_code, state.language, prompts, times, reason)
    return moved(state, Phase.RELEASING, command)
