"""Serves callcontrol over HTTP/1.1 on loopback: requests are parsed, handed on and answered, each with one write.

A server of our own because it stands in the way of every call, and the engine opens a connection for each: a general
one spends more on the connection than the decision takes. What it does not need it refuses: no pipelining, no
chunked answers, small requests only.
"""

from __future__ import annotations

import asyncio
import http
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

import httptools

log = logging.getLogger(__name__)

LONGEST_BODY = 16 * 1024
LONGEST_REQUEST = 64 * 1024
"""Bytes of one request, its headers included."""
IDLE_SECONDS = 30.0
"""How long a connection may stay without a whole request."""
BACKLOG = 2048
TEXT, JSON = "text/plain", "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came; `secret` is the header that proves where from, empty without one."""

    method: str
    path: str
    secret: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back; the status is one of HTTP's."""

    status: int
    body: bytes = b""
    kind: str = TEXT


Application = Callable[[Request], Awaitable[Answer]]


class Server:
    """`start()` it, and `stop()` it in the end. `application` answers every request and raises nothing."""

    def __init__(self, application: Application, *, secret_header: str) -> None:
        self.application = application
        self.secret_header = secret_header.encode()
        self.connections: set[_Connection] = set()
        self._listening: asyncio.Server | None = None
        self._sweeping: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port (a free one for 0). Raises OSError when it is taken."""
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(lambda: _Connection(self), host, port, backlog=BACKLOG)
        self._sweeping = asyncio.ensure_future(self._sweep())
        return int(self._listening.sockets[0].getsockname()[1])

    async def stop(self, *, grace: float) -> None:
        """Take no more connections, give the requests in progress `grace` seconds, and close everything."""
        if self._listening is None or self._sweeping is None:
            return
        self._listening.close()
        self._sweeping.cancel()
        busy = [connection.answering for connection in self.connections if connection.answering]
        if busy:
            await asyncio.wait(busy, timeout=grace)
        for connection in list(self.connections):
            connection.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(IDLE_SECONDS / 3)
            oldest = time.monotonic() - IDLE_SECONDS
            for connection in list(self.connections):
                if connection.answering is None and connection.since < oldest:
                    connection.close()


class _Connection(asyncio.Protocol):
    """One connection; its methods beginning with `on_` are called by the parser."""

    def __init__(self, server: Server) -> None:
        self.since = time.monotonic()
        self.answering: asyncio.Task[None] | None = None
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._begin()

    def _begin(self) -> None:
        self._path, self._secret, self._body, self._size = b"", b"", b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.connections.discard(self)

    def close(self) -> None:
        """Close it once what was written has left."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > LONGEST_REQUEST or self.answering is not None:
            self._refuse(413 if self.answering is None else 400)
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse(400)

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == self._server.secret_header:
            self._secret = value
        elif name == b"expect":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if len(self._body) <= LONGEST_BODY:
            self._body += body

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode("ascii", "replace")
        path = self._path.partition(b"?")[0].decode("ascii", "replace")
        request, keep = Request(method, path, self._secret, self._body), self._parser.should_keep_alive()
        self._begin()
        if self.answering is not None or self._parser.should_upgrade():
            self._refuse(400)
        elif len(request.body) > LONGEST_BODY:
            self._refuse(413)
        else:
            self.answering = asyncio.ensure_future(self._answer(request, keep=keep))

    async def _answer(self, request: Request, *, keep: bool) -> None:
        try:
            self._write(await self._server.application(request))
            self.since = time.monotonic()
            if not keep:
                self.close()
        except BaseException:
            self.close()
            raise
        finally:
            self.answering = None

    def _refuse(self, status: int) -> None:
        if not self._transport.is_closing():
            self._write(Answer(status))
            self.close()

    def _write(self, answer: Answer) -> None:
        phrase = http.HTTPStatus(answer.status).phrase
        head = (
            f"HTTP/1.1 {answer.status} {phrase}\r\n"
            f"content-type: {answer.kind}\r\ncontent-length: {len(answer.body)}\r\n\r\n"
        )
        self._transport.write(head.encode("ascii") + answer.body)
