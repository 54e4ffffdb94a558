"""The AMI connection over a real socket: what gathers there is known when somebody asks, and soon in any case."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from carillon.asterisk.ami.client import GATHER_SECONDS, Account, Client, NotConnected
from carillon.asterisk.ami.protocol import Message

pytestmark = pytest.mark.asyncio
HALF = GATHER_SECONDS / 2


@dataclass
class Peer:
    """A server that lets everybody in and answers every action; `client` is signed in to it."""

    events: list[str] = field(default_factory=list)
    lost: int = 0
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError):
            while action := await reader.readuntil(b"\r\n\r\n"):
                number = action.split(b"ActionID: ")[1].split(b"\r\n")[0]
                writer.write(b"Response: Success\r\nActionID: %b\r\n\r\n" % number)
        writer.close()

    async def say(self, *names: str) -> None:
        """Send events, and wait until they have left; they arrive at once."""
        assert self.writer is not None
        self.writer.write(b"".join(b"Event: %b\r\n\r\n" % name.encode() for name in names))
        await self.writer.drain()

    def note(self, message: Message) -> None:
        self.events.append(message.event)

    def end(self) -> None:
        self.lost += 1

    async def enter(self) -> None:
        self.connected.set()


@pytest_asyncio.fixture
async def peer() -> Peer:
    return Peer()


@pytest_asyncio.fixture
async def client(peer: Peer) -> AsyncIterator[Client]:
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    account = Account("127.0.0.1", server.sockets[0].getsockname()[1], "callcontrol", "secret")
    client = Client(account, on_event=peer.note, on_connected=peer.enter, on_lost=peer.end, retry_seconds=60)
    task = asyncio.ensure_future(client.run())
    await asyncio.wait_for(peer.connected.wait(), 5)
    yield client
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    server.close()


async def test_what_has_arrived_is_known_to_whoever_asks(peer: Peer, client: Client) -> None:
    await peer.say("One")
    await asyncio.sleep(HALF)
    assert peer.events == ["One"]  # nothing had come for a while: it is read at once
    await peer.say("Two", "Three")
    assert peer.events == ["One"]
    client.catch_up()
    assert peer.events == ["One", "Two", "Three"]
    client.catch_up()
    await asyncio.sleep(3 * GATHER_SECONDS)
    assert peer.events == ["One", "Two", "Three"]


async def test_what_gathers_is_read_soon_though_nobody_asks(peer: Peer, client: Client) -> None:
    for name in ("One", "Two", "Three"):
        await peer.say(name)
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while len(peer.events) < 3:
            await asyncio.sleep(GATHER_SECONDS)
    assert peer.events == ["One", "Two", "Three"]


async def test_an_answer_is_read_at_once(peer: Peer, client: Client) -> None:
    await peer.say("One")
    await asyncio.sleep(HALF)
    loop = asyncio.get_running_loop()
    waits = [loop.time()]
    for _ in range(20):
        assert (await client.action("Ping"))[0].succeeded
        waits.append(loop.time())
    shortest = min(later - earlier for earlier, later in itertools.pairwise(waits))
    assert shortest < HALF


async def test_a_lost_connection_is_noticed_after_catching_up_too(peer: Peer, client: Client) -> None:
    assert peer.writer is not None
    await peer.say("One")
    peer.writer.close()
    await peer.writer.wait_closed()
    client.catch_up()
    assert peer.events == ["One"]
    async with asyncio.timeout(5):
        while not peer.lost:
            await asyncio.sleep(0.01)
    with pytest.raises(NotConnected):
        await client.action("Ping")
    client.catch_up()
