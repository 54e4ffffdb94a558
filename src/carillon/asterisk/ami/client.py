"""One AMI connection that stays: connects, signs in, answers actions, hands events on, connects again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import cast

from carillon.asterisk.ami.protocol import BadPeer, Message, Reader, encode
from carillon.errors import CarillonError

log = logging.getLogger(__name__)

PING_SECONDS = 10.0
GATHER_SECONDS = 0.02
"""How long events may gather at the socket: waking up for each of a call's nine costs more than reading them does.
Whoever needs to know the present takes them over first (`Client.catch_up`)."""
READ_BYTES = 65536


class NotConnected(CarillonError):
    """There is no engine to ask just now."""


class ActionFailed(CarillonError):
    """Asterisk refused the action; `reason` is its word for it."""

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(f"{action}: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom to sign in."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)


@dataclass(slots=True)
class _Pending:
    answer: asyncio.Future[list[Message]]
    parts: list[Message] = field(default_factory=list)


class _Wire(asyncio.Protocol):
    """Hands each message on as it is read: at once while an action waits, else what has gathered meanwhile."""

    def __init__(self, dispatch: Callable[[Message], None], hurried: Callable[[], bool]) -> None:
        self.messages = Reader()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._dispatch = dispatch
        self._hurried = hurried
        self._transport: asyncio.Transport | None = None
        self._file = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._file = transport.get_extra_info("socket").fileno()

    def data_received(self, data: bytes) -> None:
        self._take(data)
        if self._transport is not None and not self._transport.is_closing() and not self._hurried():
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.resume)

    def connection_lost(self, error: Exception | None) -> None:
        self._file = -1
        if not self.ended.done():
            self.ended.set_exception(error or NotConnected())
        if self._transport is not None:
            self._transport.close()

    def resume(self) -> None:
        """Read on by itself."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def catch_up(self) -> None:
        """Take over what has arrived and was not read yet; an end of the connection is left to the transport."""
        with contextlib.suppress(OSError):  # nothing there, or a connection that has just broken
            while self._file >= 0 and (data := os.read(self._file, READ_BYTES)):
                self._take(data)

    def _take(self, data: bytes) -> None:
        try:
            for message in self.messages.feed(data):
                self._dispatch(message)
        except BadPeer as error:
            self.connection_lost(error)


class Client:
    """`run()` it in a task until cancelled.

    `on_event` gets every event that belongs to no action, in order, synchronously; `on_connected` is awaited
    after each sign-in (rebuild what is known from `action` there) and `on_lost` called when a connection ends.
    Events that arrive while `on_connected` runs are already handed on.
    """

    def __init__(
        self,
        account: Account,
        *,
        on_event: Callable[[Message], None],
        on_connected: Callable[[], Awaitable[None]],
        on_lost: Callable[[], None],
        retry_seconds: float = 0.5,
    ) -> None:
        self._account = account
        self._on_event = on_event
        self._on_connected = on_connected
        self._on_lost = on_lost
        self._retry = retry_seconds
        self._wire: asyncio.Transport | None = None
        self._reading: _Wire | None = None
        self._pending: dict[str, _Pending] = {}
        self._ids = count(1)
        self.banner = ""

    @property
    def connected(self) -> bool:
        """Return whether the engine is there and has let us in."""
        return self._wire is not None

    def catch_up(self) -> None:
        """Hand on every event that the engine has sent by now: what is known afterwards is of this instant."""
        if self._reading is not None:
            self._reading.catch_up()

    async def run(self) -> None:
        """Keep one connection for ever."""
        while True:
            try:
                await self._session()
            except (OSError, TimeoutError, NotConnected, ActionFailed, BadPeer) as error:
                log.debug("AMI connection ended: %s", error)
            await asyncio.sleep(self._retry)

    async def action(
        self, name: str, arguments: Mapping[str, str] | None = None, *, seconds: float = 5.0
    ) -> list[Message]:
        """Send one action; return its response followed by its list's events.

        Raise `NotConnected`, `ActionFailed`, `TimeoutError` after `seconds`, or `BadAction`.
        """
        if self._wire is None:
            raise NotConnected
        return await self._exchange(self._wire, name, arguments or {}, seconds)

    async def _exchange(
        self, wire: asyncio.Transport, name: str, arguments: Mapping[str, str], seconds: float
    ) -> list[Message]:
        action_id = str(next(self._ids))
        data = encode(name, action_id, arguments)
        pending = _Pending(asyncio.get_running_loop().create_future())
        self._pending[action_id] = pending
        if self._reading is not None:
            self._reading.resume()
        try:
            async with asyncio.timeout(seconds):
                wire.write(data)
                answer = await pending.answer
        finally:
            self._pending.pop(action_id, None)
        if not answer[0].succeeded:
            raise ActionFailed(name, answer[0].get("Message"))
        return answer

    async def _session(self) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(5):
            wire, protocol = await loop.create_connection(
                lambda: _Wire(self._dispatch, lambda: bool(self._pending)),
                self._account.host,
                self._account.port,
            )
        try:
            async with asyncio.TaskGroup() as group:
                ended = group.create_task(_wait(protocol.ended))
                await self._sign_in(wire)
                self.banner = protocol.messages.banner
                self._wire, self._reading = wire, protocol
                await self._on_connected()
                await self._keep_alive(ended)
        except* (OSError, TimeoutError, NotConnected, ActionFailed, BadPeer) as group_error:
            raise NotConnected from group_error
        finally:
            self._end(wire)

    async def _sign_in(self, wire: asyncio.Transport) -> None:
        arguments = {"Username": self._account.user, "Secret": self._account.secret, "Events": "on"}
        await self._exchange(wire, "Login", arguments, 5)

    async def _keep_alive(self, ended: asyncio.Task[None]) -> None:
        """Ask for a sign of life regularly: a frozen engine keeps its connection open."""
        while not ended.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(ended), PING_SECONDS)
            await self.action("Ping")

    def _dispatch(self, message: Message) -> None:
        pending = self._pending.get(message.action_id) if message.action_id else None
        if pending is None:
            if message.event:
                self._on_event(message)
            return
        pending.parts.append(message)
        whole = message.ends_list or (message.is_response and not message.begins_list)
        if whole and not pending.answer.done():
            pending.answer.set_result(pending.parts)

    def _end(self, wire: asyncio.Transport) -> None:
        was_in = self._wire is not None
        self._wire = self._reading = None
        wire.close()
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(NotConnected())
        if was_in:
            self._on_lost()


async def _wait(ended: asyncio.Future[None]) -> None:
    await ended
