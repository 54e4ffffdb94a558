"""One RTP stream each way (RFC 3550): G.711 mu-law in 20 ms packets, and digits by RFC 4733."""

from __future__ import annotations

import asyncio
import random
import struct
from dataclasses import dataclass

import numpy as np
from tests.sip import audio

PACKET = 160
DIGITS = "0123456789*#ABCD"


@dataclass(frozen=True, slots=True)
class Packet:
    """One received packet: loop time of arrival, payload type, payload."""

    at: float
    kind: int
    payload: bytes


class RtpStream(asyncio.DatagramProtocol):
    """A socket of its own per call; it keeps everything received."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.remote: tuple[str, int] | None = None
        self.port = 0
        self.closed = False
        self._transport: asyncio.DatagramTransport | None = None
        self._sequence = random.randrange(1000)
        self._stamp = random.randrange(100000)
        self._source = random.getrandbits(32)
        self._arrived = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None

    async def open(self, host: str = "127.0.0.1") -> None:
        """Bind a free port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))
        self.port = self._transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        """Stop sending and release the port; what was received stays."""
        if self._sending is not None:
            self._sending.cancel()
        if self._transport is not None:
            self._transport.close()
        self.closed = True
        self._arrived.set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep a packet."""
        if len(data) > 12:
            now = asyncio.get_running_loop().time()
            self.packets.append(Packet(now, data[1] & 0x7F, data[12 + 4 * (data[0] & 0x0F) :]))
            self._arrived.set()

    def error_received(self, exc: Exception) -> None:
        """Ignore: the far side has closed its port."""

    def _send(self, kind: int, payload: bytes, stamp: int, *, marker: bool = False) -> None:
        head = struct.pack(
            "!BBHII", 0x80, kind | (0x80 if marker else 0), self._sequence & 0xFFFF, stamp, self._source
        )
        self._sequence += 1
        if self._transport is not None and self.remote is not None:
            self._transport.sendto(head + payload, self.remote)

    async def send(self, samples: audio.Samples) -> None:
        """Send audio in real time, 20 ms at a time."""
        loop = asyncio.get_running_loop()
        data = audio.to_mulaw(samples)
        due = loop.time()
        for start in range(0, len(data), PACKET):
            self._send(0, data[start : start + PACKET].ljust(PACKET, b"\xff"), self._stamp)
            self._stamp += PACKET
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))  # the pace of RTP, not a wait for something

    def start_sending(self, samples: audio.Samples) -> None:
        """Send this audio over and over until the call ends."""

        async def forever() -> None:
            while True:
                await self.send(samples)

        self._sending = asyncio.get_running_loop().create_task(forever())

    async def press(self, digits: str, *, seconds: float = 0.1, pause: float = 0.1) -> None:
        """Send digits as telephone events."""
        for digit in digits:
            event, stamp = DIGITS.index(digit), self._stamp
            steps = max(1, int(seconds / 0.02))
            for step in range(1, steps + 1):
                self._send(101, struct.pack("!BBH", event, 10, step * PACKET), stamp, marker=step == 1)
                await asyncio.sleep(0.02)
            for _ in range(3):
                self._send(101, struct.pack("!BBH", event, 0x80 | 10, steps * PACKET), stamp)
            self._stamp += int((seconds + pause) * audio.RATE)
            await self.send(np.zeros(int(pause * audio.RATE), dtype=np.float32))

    def received(self, *, since: float = 0.0) -> audio.Samples:
        """Return the audio received since a loop time, packets joined in order of arrival."""
        return audio.from_mulaw(b"".join(p.payload for p in self.packets if p.kind == 0 and p.at >= since))

    def events(self) -> str:
        """Return the digits received as telephone events, each once."""
        found, last = "", (-1, False)
        for packet in self.packets:
            if packet.kind == 101 and len(packet.payload) >= 4:
                now = (packet.payload[0], bool(packet.payload[1] & 0x80))
                if now[1] and last != now:
                    found += DIGITS[now[0]]
                last = now
        return found

    async def until(self, seconds: float, *, within: float) -> audio.Samples:
        """Wait until that much audio was received in all, or the stream was closed; return what came."""
        async with asyncio.timeout(within):
            while self.received().size < seconds * audio.RATE and not self.closed:
                self._arrived.clear()
                await self._arrived.wait()
        return self.received()
