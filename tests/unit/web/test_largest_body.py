"""A body that is too large is read, dropped and refused in words, whether its size was announced or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carillon.web.largest_body import LargestBody, Message, Receive, Scope, Send

pytestmark = pytest.mark.asyncio
MOST = 1000


class Portal:
    """Reads the whole body as Django does, then answers 200."""

    def __init__(self) -> None:
        self.got = b""
        self.left = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left = True
                return
            self.got += message.get("body", b"")
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})


class Sender:
    """Sends a body in parts and keeps what comes back."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.answer: list[Message] = []
        self._parts: Iterator[bytes] = iter(parts)
        self.sent = 0

    async def receive(self) -> Message:
        body = next(self._parts)
        self.sent += 1
        return {"type": "http.request", "body": body, "more_body": self.sent < len(self.parts)}

    async def send(self, message: Message) -> None:
        self.answer.append(message)


def scope(length: int | None) -> Scope:
    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return {"type": "http", "headers": headers}


@pytest.mark.parametrize("announced", [True, False])
async def test_what_fits_passes_untouched(announced: bool) -> None:
    portal, sender = Portal(), Sender([b"a" * 600, b"b" * 400])
    await LargestBody(portal, most=MOST)(scope(1000 if announced else None), sender.receive, sender.send)
    assert (len(portal.got), sender.answer[0]["status"]) == (1000, 200)


@pytest.mark.parametrize("announced", [True, False])
async def test_what_does_not_is_dropped_and_refused_in_words(announced: bool) -> None:
    portal, sender = Portal(), Sender([b"a" * 600] * 50)
    await LargestBody(portal, most=MOST)(scope(30_000 if announced else None), sender.receive, sender.send)
    assert len(portal.got) <= MOST
    assert portal.left is not announced
    assert sender.sent == 50
    start, body = sender.answer
    assert start["status"] == 413
    assert b"This is too large" in body["body"]
    assert (b"x-content-type-options", b"nosniff") in start["headers"]


async def test_a_length_that_lies_changes_nothing() -> None:
    portal, sender = Portal(), Sender([b"a" * 600] * 3)
    await LargestBody(portal, most=MOST)(scope(10), sender.receive, sender.send)
    assert sender.answer[0]["status"] == 413


async def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def portal(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    await LargestBody(portal)({"type": "lifespan"}, Sender([]).receive, Sender([]).send)
    assert seen == ["lifespan"]
