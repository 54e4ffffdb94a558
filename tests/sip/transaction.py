"""Client transactions: a request, its retransmissions over UDP (RFC 3261 section 17.1), its responses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from tests.sip.message import Message

T1 = 0.5


class NoAnswer(TimeoutError):
    """No final response came in time."""


class ClientTransaction:
    """Sends one request until something answers; responses are read in order."""

    def __init__(self, request: Message, send: Callable[[bytes], None], *, resend: bool) -> None:
        self.request = request
        self._send = send
        self._responses: asyncio.Queue[Message] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None
        self._resend = resend

    def start(self) -> None:
        """Send, and send again at 0.5, 1.5, 3.5... s until a response arrives."""
        self._again(T1)

    def _again(self, wait: float) -> None:
        self._send(self.request.to_bytes())
        if self._resend and wait < 32:
            self._timer = asyncio.get_running_loop().call_later(wait, self._again, wait * 2)

    def stop(self) -> None:
        """Send no more."""
        if self._timer is not None:
            self._timer.cancel()

    def receive(self, response: Message) -> None:
        """Take a response that belongs to this transaction."""
        self.stop()
        self._responses.put_nowait(response)

    async def responses(self, within: float) -> AsyncIterator[Message]:
        """Yield each response up to and with the final one; raise NoAnswer after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while True:
                    response = await self._responses.get()
                    yield response
                    if response.status >= 200:
                        return
        except TimeoutError:
            raise NoAnswer(self.request.start) from None
        finally:
            self.stop()

    async def final(self, within: float) -> Message:
        """Wait for the final response."""
        try:
            async with asyncio.timeout(within):
                while (response := await self._responses.get()).status < 200:
                    continue
                return response
        except TimeoutError:
            raise NoAnswer(self.request.start) from None
        finally:
            self.stop()
