"""How a user agent reaches its server: UDP, TCP or TLS on 127.0.0.1, one connection for its whole life."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from tests.sip.message import BadMessage, Framing, Message, parse

Receiver = Callable[[Message], None]


class Connection(asyncio.DatagramProtocol, asyncio.Protocol):
    """Sends bytes and hands over each message received; `host` and `port` are this side's."""

    def __init__(self, kind: str, receive: Receiver) -> None:
        self.kind = kind
        self.host, self.port = "127.0.0.1", 0
        self.lost = asyncio.Event()
        self._receive = receive
        self._framing = Framing()
        self._datagrams: asyncio.DatagramTransport | None = None
        self._stream: asyncio.Transport | None = None
        self._server = ("", 0)

    async def open(self, server: tuple[str, int], *, tls: ssl.SSLContext | None, port: int = 0) -> None:
        """Connect; `port` fixes this side's port (a carrier's address is configured)."""
        loop = asyncio.get_running_loop()
        self._server = server
        if self.kind == "udp":
            self._datagrams, _ = await loop.create_datagram_endpoint(
                lambda: self, local_addr=(self.host, port)
            )
            name = self._datagrams.get_extra_info("sockname")
        else:
            name_for_tls = server[0] if tls else None
            self._stream, _ = await loop.create_connection(
                lambda: self, *server, ssl=tls, server_hostname=name_for_tls
            )
            name = self._stream.get_extra_info("sockname")
        self.port = name[1]

    def send(self, data: bytes) -> None:
        """Send these bytes as they are."""
        if self._datagrams is not None:
            self._datagrams.sendto(data, self._server)
        elif self._stream is not None:
            self._stream.write(data)

    async def close(self) -> None:
        """Close the socket and wait until its port is free again."""
        for transport in (self._datagrams, self._stream):
            if transport is not None:
                transport.abort()  # without TLS's farewell, which a server need not answer
                await self.lost.wait()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand a datagram over; keep-alives and noise are dropped."""
        if data.strip():
            try:
                message = parse(data)
            except BadMessage:
                return
            self._receive(message)

    def data_received(self, data: bytes) -> None:
        """Hand over the messages these bytes complete."""
        for message in self._framing.feed(data):
            self._receive(message)

    def error_received(self, exc: Exception) -> None:
        """Ignore: nobody listens there now; retransmission goes on."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is gone."""
        self.lost.set()
