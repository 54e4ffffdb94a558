"""An open page that follows the states of lines, without the browser: server-sent events as they arrive."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Collection

from tests.stack.portal import Portal


class Following:
    """One stream; `states` is what the page shows, `events` every event's name in order."""

    def __init__(self, port: int, portal: Portal, line_ids: Collection[int]) -> None:
        cookies = "; ".join(f"{m.key}={m.value}" for m in portal.cookies.values())
        self._request = (
            f"GET /lines/live/?ids={','.join(map(str, line_ids))} HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{port}\r\nCookie: {cookies}\r\nAccept: text/event-stream\r\n\r\n"
        ).encode()
        self._port = port
        self.status = 0
        self.headers = ""
        self.states: dict[str, str] = {}
        self.events: list[str] = []
        self._changed = asyncio.Condition()
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> Following:
        """Ask, and read on in the background."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(self._request)
        self.headers = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.status = int(self.headers.split(" ", 2)[1])
        self._reading = asyncio.create_task(self._read(reader))
        return self

    async def until(self, condition: Callable[[Following], object], *, within: float) -> float:
        """Wait until the page shows what is wanted; return how many seconds it took."""
        began = time.monotonic()
        async with self._changed:
            async with asyncio.timeout(within):
                await self._changed.wait_for(lambda: condition(self))
        return time.monotonic() - began

    async def close(self) -> None:
        """Leave the page."""
        self._writer.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Take each event; the lengths of the chunks between them are passed over, a chunk of 0 ends the stream."""
        name = "message"
        async for raw in reader:
            line = raw.decode().strip()
            if line == "0":
                break
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                await self._take(name, line[6:])
                name = "message"
        await self._take("closed", "")

    async def _take(self, name: str, data: str) -> None:
        async with self._changed:
            self.events.append(name)
            if name == "message":
                self.states.update({line: state["text"] for line, state in json.loads(data).items()})
            self._changed.notify_all()
