"""What callcontrol answers: steps from the engine, and the portal's and the worker's questions."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from carillon.asterisk.steps.protocol import StepRequest, encode_answer, parse_request
from carillon.callcontrol.changes import Changes
from carillon.callcontrol.database import Database, DatabaseAway
from carillon.callcontrol.decision_lines import decision_line
from carillon.callcontrol.journal import DecisionJournal
from carillon.callcontrol.listener import EngineAway
from carillon.callcontrol.live import LiveState
from carillon.callcontrol.steps import Decided, Decider, Pin, asking_for_pin
from carillon.calls.commands import FormerSubscriber, KeepUndisturbed, Write
from carillon.calls.events import NewPin, NewPinResult
from carillon.calls.model import EndpointName
from carillon.calls.state import CallState, Phase
from carillon.calls.state_codec import encode

log = logging.getLogger(__name__)
T = TypeVar("T")


class Lamps(Protocol):
    """Lights and darkens the message lamps of a mailbox's phones."""

    async def show(self, *, mailbox: int, new: int, old: int) -> None:
        """Tell the engine a mailbox's messages. Raises EngineAway."""


class Writes(Protocol):
    """The writes a step may need, made in a thread of their own."""

    def check_pin(self, mailbox: int, digits: str) -> Pin:
        """Compare digits with the mailbox's PIN; slow on purpose."""

    def check_new_pin(self, mailbox: int, digits: str) -> NewPin:
        """Check the first entry of a new PIN: fit, with its mark, or weak."""

    def replace_pin(self, mailbox: int, digits: str, mark: str, resets: int) -> NewPin:
        """Save the second entry of a new PIN if the mark stands for it and nobody reset the mailbox since: saved or different."""

    def apply(self, effect: Write) -> tuple[int, int, int] | None:
        """Make one write; return the mailbox and its new and old messages if they changed. Raises FormerSubscriber."""

    def endpoints_of_lines(self, lines: Sequence[int]) -> dict[int, list[str]]:
        """Return the phones of these lines; a line without phones is left out."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service is made of; wiring.py builds it."""

    decider: Decider
    reads: Database
    slow: Database
    writes: Writes
    journal: DecisionJournal
    live: LiveState
    lamps: Lamps
    changes: Changes
    catch_up: Callable[[], None]
    """Brings `live` up to this instant."""
    look_again: Callable[[Collection[EndpointName]], Awaitable[bool]]
    """Asks the engine itself for phones that seem unregistered; returns whether one of them is there after all."""
    locate: Callable[[str], str]
    now: Callable[[], datetime]


class CallControl:
    """The service's verbs, without HTTP."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def step(self, body: bytes) -> bytes:
        """Answer one step: decide, write it down, answer. Any error here makes the engine fall back."""
        request = parse_request(body)
        self._parts.catch_up()
        asking = asking_for_pin(request)
        pin = await self._check_pin(request, asking) if asking is not None else None

        def decide(fresh: bool) -> Decided:  # noqa: FBT001 - one meaning only
            return self._parts.decider.decide(request, fresh=fresh, pin=pin)

        decided = await self._decide(decide)
        if decided.absent and await self._parts.look_again(decided.absent):
            decided = await self._decide(decide)
        try:
            await self._make(request, decided)
        except FormerSubscriber:  # a reset came between deciding and writing; what is decided now knows of it
            decided = await self._parts.reads.run(lambda: decide(fresh=True))
        self._keep(request, decided)
        command = decided.step.command
        if command is None:
            return b""
        return encode_answer(encode(decided.step.state), command, locate=self._parts.locate)

    async def changed(self, group: int) -> dict[str, Any]:
        """Bring one group's part of the engine up to date; say which version is in force."""
        version = await self._parts.changes.apply_group(group)
        return {"group": group, "config_version": version, "applied": version is not None}

    async def lamp(self, *, mailbox: int, new: int, old: int) -> dict[str, Any]:
        """Show a mailbox's messages on its phones."""
        await self._parts.lamps.show(mailbox=mailbox, new=new, old=old)
        return {"mailbox": mailbox}

    async def states(self, wanted: Sequence[int]) -> dict[str, Any]:
        """Return what these lines are doing now; one without phones is left out."""
        owned = await self._parts.slow.run(lambda: self._parts.writes.endpoints_of_lines(wanted))
        self._parts.catch_up()
        live = self._parts.live
        lines = {}
        for line, endpoints in owned.items():
            live.learn(line, endpoints)
            activity = live.activity(endpoints)
            lines[str(line)] = {
                "registered": activity.registered,
                "calls": activity.calls,
                "ringing": activity.ringing,
                "undisturbed": activity.undisturbed,
            }
        return {"lines": lines, "complete": live.complete}

    async def _decide(self, work: Callable[[bool], T]) -> T:
        """Run in the database thread; when the database is away, here, from what was seen last."""
        try:
            return await self._parts.reads.run(lambda: work(True))  # noqa: FBT003 - one meaning only
        except DatabaseAway:
            return work(False)  # noqa: FBT003

    async def _check_pin(self, request: StepRequest, asking: CallState) -> Pin | NewPin:
        """Compare, check or save the digits as the state asks; what nobody can do now is not done."""
        writes, digits = self._parts.writes, request.digits
        mailbox = await self._decide(lambda fresh: self._parts.decider.mailbox_of(request, fresh=fresh))
        present = asking.phase is Phase.MAILBOX_PIN
        if mailbox is None or not digits:
            return Pin(ok=False) if present else NewPin(NewPinResult.WEAK)
        try:
            match asking.phase:
                case Phase.MAILBOX_PIN:
                    return await self._parts.slow.run(lambda: writes.check_pin(mailbox, digits))
                case Phase.MAILBOX_NEW_PIN:
                    return await self._parts.slow.run(lambda: writes.check_new_pin(mailbox, digits))
                case _:
                    mark, resets = asking.mark, asking.resets
                    return await self._parts.slow.run(
                        lambda: writes.replace_pin(mailbox, digits, mark, resets)
                    )
        except DatabaseAway:
            return Pin(ok=False) if present else NewPin(NewPinResult.LOST)

    async def _make(self, request: StepRequest, decided: Decided) -> None:
        """Make what a step brings with it, in order. Raises FormerSubscriber at the first write that is refused."""
        for effect in decided.step.effects:
            if isinstance(effect, KeepUndisturbed):
                self._parts.live.keep_undisturbed(request.channel)
            else:
                await self._apply(effect)

    async def _apply(self, effect: Write) -> None:
        """Make one write of a step; one that fails is logged, and the call goes on."""
        try:
            counts = await self._parts.slow.run(lambda: self._parts.writes.apply(effect))
        except DatabaseAway:
            log.exception("lost while the database is away: %s", effect)
            return
        if counts is not None:
            mailbox, new, old = counts
            with contextlib.suppress(EngineAway):  # it lights all lamps when it is back
                await self._parts.lamps.show(mailbox=mailbox, new=new, old=old)

    def _keep(self, request: StepRequest, decided: Decided) -> None:
        line = decision_line(request, decided.step, decided.directory, at=self._parts.now())
        self._parts.journal.write(line)
