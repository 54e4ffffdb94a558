"""A decision as one line of the journal: plain data that stands alone, with the names of the time of the call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

from carillon.asterisk.steps.protocol import StepRequest
from carillon.calls.commands import (
    Collect,
    Command,
    Deposit,
    OutsideLeg,
    PhoneLeg,
    RecordGreeting,
    Release,
    Ring,
)
from carillon.calls.directory import Directory, Line, LineKey
from carillon.calls.step import Step
from carillon.calls.trace import Facts, TraceEntry


def decision_line(
    request: StepRequest, step: Step, directory: Directory | None, *, at: datetime
) -> dict[str, Any]:
    """Return the line for one step."""
    return {
        "at": at.isoformat(timespec="milliseconds"),
        "call": request.linked,
        "channel_id": request.channel,
        "event": request.event,
        "group": directory.group.id if directory is not None else None,
        "facts": _facts(step.facts, directory),
        "trace": [_trace(entry) for entry in step.trace],
        "command": _command(step.command) if step.command is not None else None,
    }


def _facts(facts: Facts, directory: Directory | None) -> dict[str, Any]:
    caller = _line(facts.caller_line, directory)
    called = _line(facts.called_line, directory)
    return {
        "call_type": facts.call_type,
        "caller": {
            "line": facts.caller_line,
            "number": facts.caller_number or facts.caller.number,
            "name": facts.caller.name,
            "extension": caller.extension if caller else "",
            "withheld": facts.caller.withheld,
        },
        "dialled": facts.dialled,
        "call_class": facts.call_class,
        "called": {
            "line": facts.called_line,
            "number": facts.called_number or (called.number if called else ""),
            "name": called.name if called else "",
            "extension": called.extension if called else "",
        },
        "forwarded_from": facts.forwarded_from,
        "cause": facts.cause,
        "sip_code": facts.sip_code,
    }


def _line(line: int | None, directory: Directory | None) -> Line | None:
    """Return the line if the decision looked at it."""
    if line is None or directory is None:
        return None
    found = directory.loaded.get(LineKey(line))  # type: ignore[arg-type]
    return found if isinstance(found, Line) else None


def _trace(entry: TraceEntry) -> Mapping[str, Any]:
    return {
        "rule": entry.rule,
        "result": entry.result,
        "refs": [{"kind": ref.kind, "id": ref.id, "version": ref.version} for ref in entry.refs],
        "details": dict(entry.details),
    }


def _command(command: Command) -> dict[str, Any]:
    match command:
        case Ring(legs=legs, seconds=seconds):
            return {"verb": "ring", "seconds": seconds, "legs": [_leg(leg) for leg in legs]}
        case Release(cause=cause, sip_code=code):
            return {"verb": "release", "cause": cause, "sip_code": code}
        case Deposit(mailbox=mailbox):
            return {"verb": "deposit", "mailbox": mailbox}
        case Collect(max_digits=most):
            return {"verb": "collect", "max_digits": most}
        case RecordGreeting(mailbox=mailbox):
            return {"verb": "record_greeting", "mailbox": mailbox}
        case _:
            assert_never(command)


def _leg(leg: PhoneLeg | OutsideLeg) -> dict[str, Any]:
    match leg:
        case PhoneLeg(endpoint=endpoint, line=line):
            return {"endpoint": endpoint, "line": line}
        case OutsideLeg(trunk=trunk, number=number):
            return {"trunk": trunk, "number": number}
        case _:
            assert_never(leg)
