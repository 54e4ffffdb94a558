"""What is sent to the portal is measured as it arrives: too much of it is read and dropped, never kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from django.template.loader import get_template

from carillon.web.middleware import HEADERS

MOST_BYTES = 25 * 1024 * 1024
"""More than the largest file a page takes, so that a file only a little too large is refused beside its field."""
MOST_DROPPED = 1024 * 1024 * 1024
"""A sender who goes on beyond this is not waited for."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]
"""Django's types of the three are narrower than the protocol's."""


class LargestBody:
    """An ASGI application that answers 413 in words for a body over `most` bytes, announced or not."""

    def __init__(self, application: Application, *, most: int = MOST_BYTES) -> None:
        self.application = application
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        body = _Body(receive, self.most)
        if _announced(scope) <= self.most:
            await self.application(scope, body.receive, send)
            if not body.too_large:
                return
        await body.drop()
        await _refuse(send)


class _Body:
    """Passes a body on until it is too large; the application is then told that the sender has left."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._size = 0
        self._ended = False
        self.too_large = False

    async def receive(self) -> Message:
        """Return the next message."""
        message = await self._next()
        if message["type"] == "http.request" and self._size > self._most:
            self.too_large = True
            return {"type": "http.disconnect"}
        return message

    async def drop(self) -> None:
        """Read the rest, keeping nothing: a browser shows an answer only once it has sent all."""
        while not self._ended and self._size <= MOST_DROPPED:
            await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:18])
    return 0


async def _refuse(send: Send) -> None:
    page = get_template("413.html").render().encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(page)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
    ]
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": page})
