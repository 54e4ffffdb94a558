"""callcontrol's own server, over real sockets: every request gets one answer, and nothing can hold it up."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from carillon.callcontrol import server as served
from carillon.callcontrol.server import Answer, Request, Server

pytestmark = pytest.mark.asyncio

SECRET = b"X-Carillon-Engine: s3cret\r\n"


class Service:
    """Answers with what it was asked; `hold` makes it wait."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        await self.hold.wait()
        return Answer(200, request.body.upper())


class Caller:
    """One connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))

    def post(self, body: bytes, *headers: bytes, path: bytes = b"/step") -> None:
        self.send(b"POST ", path, b" HTTP/1.1\r\nHost: x\r\n", SECRET, *headers)
        self.send(b"Content-Length: %d\r\n\r\n" % len(body), body)

    async def answer(self) -> tuple[int, bytes]:
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            return int(head.split(b" ")[1]), await self.reader.readexactly(length)

    async def ended(self) -> bool:
        async with asyncio.timeout(5):
            return await self.reader.read() == b""


@pytest_asyncio.fixture
async def service() -> Service:
    return Service()


@pytest_asyncio.fixture
async def server(service: Service) -> AsyncIterator[Server]:
    made = Server(service, secret_header="x-carillon-engine")
    yield made
    await made.stop(grace=0)


@pytest_asyncio.fixture
async def caller(server: Server) -> AsyncIterator[Caller]:
    port = await server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield Caller(reader, writer)
    writer.close()


async def test_requests_of_one_connection_are_answered_one_after_another(
    caller: Caller, service: Service
) -> None:
    for body in (b"one", b"", b"three"):
        caller.post(body, path=b"/step?x=1")
        assert await caller.answer() == (200, body.upper())
    assert service.asked[0] == Request("POST", "/step", b"s3cret", b"one")


async def test_a_request_may_come_in_pieces(caller: Caller, service: Service) -> None:
    for sign in b"POST /step HTTP/1.1\r\n" + SECRET + b"content-length: 4\r\n\r\nwhat":
        caller.send(bytes([sign]))
        await caller.writer.drain()
        await asyncio.sleep(0)
    assert await caller.answer() == (200, b"WHAT")
    assert service.asked[0].secret == b"s3cret"


async def test_whoever_wants_to_be_told_to_go_on_is_told(caller: Caller) -> None:
    caller.send(b"POST /step HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    async with asyncio.timeout(5):
        assert await caller.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    caller.send(b"ok")
    assert await caller.answer() == (200, b"OK")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"\x16\x03\x01 this is no HTTP\r\n\r\n", 400),
        (b"POST /step HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 20000\r\n\r\n" + b"a" * 20000, 413),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * (served.LONGEST_REQUEST + 1), 413),
    ],
)
async def test_what_is_no_request_is_refused_and_the_connection_ends(
    caller: Caller, service: Service, asked: bytes, status: int
) -> None:
    caller.send(asked)
    assert await caller.answer() == (status, b"")
    assert await caller.ended()
    assert service.asked == []


async def test_a_request_before_the_answer_to_the_last_ends_the_connection(
    caller: Caller, service: Service
) -> None:
    service.hold.clear()
    caller.post(b"one")
    while not service.asked:
        await asyncio.sleep(0)
    caller.post(b"two")
    assert await caller.answer() == (400, b"")
    service.hold.set()
    assert await caller.ended()
    assert [request.body for request in service.asked] == [b"one"]


async def test_a_connection_is_closed_after_its_answer_if_it_asks_for_that(caller: Caller) -> None:
    caller.post(b"bye", b"Connection: close\r\n")
    assert await caller.answer() == (200, b"BYE")
    assert await caller.ended()


async def test_stopping_lets_what_is_being_answered_finish(
    server: Server, caller: Caller, service: Service
) -> None:
    service.hold.clear()
    caller.post(b"last")
    while not service.asked:
        await asyncio.sleep(0)
    stopping = asyncio.ensure_future(server.stop(grace=5))
    await asyncio.sleep(0)
    service.hold.set()
    assert await caller.answer() == (200, b"LAST")
    await stopping
    assert await caller.ended()


async def test_a_connection_that_says_nothing_is_closed_in_time(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setattr(served, "IDLE_SECONDS", 0.06)
    port = await server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
