"""Follows the engine's events over AMI: live state, restarts of the engine, message lamps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carillon.asterisk.ami.client import Account, ActionFailed, Client, NotConnected
from carillon.asterisk.ami.protocol import Message
from carillon.asterisk.ami.snapshot import (
    ALL_REGISTRATIONS,
    authenticated,
    channel,
    message_lamp,
    registration_of,
    registrations,
)
from carillon.callcontrol.database import DatabaseAway
from carillon.callcontrol.journal import DecisionJournal, engine_start
from carillon.callcontrol.live import LiveState
from carillon.callcontrol.suspects import Suspects
from carillon.calls.journal import endpoint_of
from carillon.calls.model import EndpointName
from carillon.errors import CarillonError
from carillon.features.voicemail.queries import Counts

log = logging.getLogger(__name__)

LIST_SECONDS = 60.0
LAMPS_PER_SECOND = 50
MOST_LOOKS = 10
LOOK_SECONDS = 0.5
"""A step has two seconds in all."""
_RINGING = "5"
_CALLING = "4"
"""Asterisk's channel states (AST_STATE_RINGING, AST_STATE_RING): a phone that is called, one that calls."""


class EngineAway(CarillonError):
    """The engine cannot be told anything now."""


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """Where the engine is: its AMI account, its control socket, and where we note which engine we have seen."""

    account: Account
    control_socket: Path
    engine_mark: Path


class Listener:
    """`run()` it in a task. Keeps the live state true, and tells the journal when the engine has restarted."""

    def __init__(
        self,
        settings: ListenerSettings,
        *,
        live: LiveState,
        journal: DecisionJournal,
        now: Callable[[], datetime],
        lamps: Callable[[], Awaitable[Sequence[Counts]]],
    ) -> None:
        self._settings = settings
        self._live = live
        self._journal = journal
        self._now = now
        self._lamps = lamps
        self._client = Client(
            settings.account, on_event=self.on_event, on_connected=self._connected, on_lost=self._lost
        )
        self._waiting: list[Message] | None = None
        self._since: datetime | None = None
        self._lost_at: datetime | None = None
        self._version = ""
        self._suspects = Suspects(live, self._read_registration)
        self._lighting: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Follow the engine for ever, through its restarts and ours."""
        await self._client.run()

    def catch_up(self) -> None:
        """Take over every event that has arrived: a phone that registered before it was called is registered."""
        self._client.catch_up()

    async def look_again(self, absent: Collection[EndpointName]) -> bool:
        """Ask the engine for phones that seem unregistered; return whether one of them is registered after all.

        It has answered a REGISTER a moment before it says so here, and a call may come in between. Of very many phones
        the first are asked for; while the engine does not answer, nothing else is known of them.
        """
        asked = sorted(absent)[:MOST_LOOKS]
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                found = await asyncio.gather(*(self._read_registration(name) for name in asked))
        except (NotConnected, TimeoutError):
            return False
        for name, ends in zip(asked, found, strict=True):
            if ends:
                self._live.set_contacts(name, ends)
        return any(found)

    async def show(self, *, mailbox: int, new: int, old: int) -> None:
        """Light or darken a mailbox's lamps. Raises EngineAway."""
        try:
            await self._client.action("Originate", message_lamp(mailbox, new, old))
        except (NotConnected, ActionFailed, TimeoutError) as reason:
            raise EngineAway from reason

    def health(self) -> dict[str, Any]:
        """Say whether the engine is followed, since when, and which it is."""
        return {
            "ami": self._client.connected and self._live.complete,
            "since": self._since.isoformat() if self._since else None,
            "asterisk": self._version,
        }

    def on_event(self, message: Message) -> None:
        """Take over one event; while the whole state is being read, events wait for it."""
        if self._waiting is not None:
            self._waiting.append(message)
        else:
            apply_event(self._live, message)
            if message.event == "SuccessfulAuth":
                self._suspects.look_again(authenticated(message))
            elif message.event == "Newchannel" and message.get("ChannelState") == _CALLING:
                self._suspects.explain(endpoint_of(channel(message).name))

    async def _connected(self) -> None:
        self._waiting = []
        self._version = (await self._client.action("CoreSettings"))[0].get("AsteriskVersion")
        restarted = self._note_engine()
        fresh = LiveState(self._now)
        await self._read_registrations(fresh)
        for leg in await self._client.action("CoreShowChannels", seconds=LIST_SECONDS):
            if leg.event == "CoreShowChannel":
                _see_channel(fresh, leg)
        waiting, self._waiting = self._waiting, None
        for message in waiting:
            apply_event(fresh, message)
        self._live.replace(fresh)
        for message in waiting:
            self._suspects.look_again(authenticated(message))
        self._since = self._now()
        log.info("following the engine, Asterisk %s", self._version)
        if restarted:
            self._lighting = asyncio.ensure_future(self._light_all())

    async def _read_registrations(self, live: LiveState) -> None:
        """Read when every phone's registration ends, into a live state that knows of none yet."""
        try:
            answer = await self._client.action("DBGetTree", ALL_REGISTRATIONS, seconds=LIST_SECONDS)
        except ActionFailed:  # how Asterisk says that there are none
            return
        ends: dict[str, list[datetime]] = {}
        for one in registrations(answer):
            ends.setdefault(one.endpoint, []).append(one.expires)
        for name, times in ends.items():
            live.set_contacts(name, times)

    async def _read_registration(self, endpoint: str) -> list[datetime]:
        """Return when the phone's registration ends; nothing when it has none."""
        try:
            answer = await self._client.action("PJSIPShowEndpoint", {"Endpoint": endpoint})
        except ActionFailed:  # the phone no longer exists
            return []
        found = registration_of(endpoint, answer)
        return [found.expires] if found else []

    def _lost(self) -> None:
        log.warning("the engine's events have stopped")
        self._waiting = None
        self._since = None
        self._lost_at = self._now()
        self._live.lost()

    def _note_engine(self) -> bool:
        """Write to the journal that the engine started, unless it is the one seen before; return whether it was."""
        try:
            status = self._settings.control_socket.stat()
        except FileNotFoundError:
            log.warning("the engine's control socket is missing: a restart would go unnoticed")
            return False
        mark = f"{status.st_mtime_ns}-{status.st_ino}"
        file = self._settings.engine_mark
        if file.is_file() and file.read_text(encoding="ascii") == mark:
            return False
        started = datetime.fromtimestamp(status.st_mtime, tz=UTC)
        lost = self._lost_at if self._lost_at is not None and self._lost_at <= started else None
        self._journal.write(engine_start(started, lost=lost))
        file.write_text(mark, encoding="ascii")
        return True

    async def _light_all(self) -> None:
        """Tell a freshly started engine what every mailbox holds."""
        try:
            for counts in await self._lamps():
                await self.show(mailbox=counts.mailbox_id, new=counts.new, old=counts.old)
                await asyncio.sleep(1 / LAMPS_PER_SECOND)
        except (DatabaseAway, EngineAway):
            log.warning("not every message lamp could be lit")


def apply_event(live: LiveState, message: Message) -> None:
    """Change the live state by one event of the engine."""
    match message.event:
        case "Newchannel" | "Newstate":
            _see_channel(live, message)
        case "Hangup":
            live.channel_gone(channel(message).unique_id)
        case _:
            pass  # the engine's filter lets a few more through, for others


def _see_channel(live: LiveState, message: Message) -> None:
    leg = channel(message)
    ringing = message.get("ChannelState") == _RINGING
    live.channel_seen(leg.unique_id, leg.name, leg.linked_id, ringing=ringing)
