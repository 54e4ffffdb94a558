"""How a process proves that it still works: each probe asks it something and waits at most a second."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

PROBE_SECONDS = 1.0


def http_answers(
    host: str, port: int, path: str, headers: Mapping[str, str]
) -> Callable[[], Awaitable[bool]]:
    """Return a probe: an HTTP GET that must be answered with a status below 500."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")

    async def probe() -> bool:
        first = await _first_line(host, port, request)
        words = first.split()
        return (
            len(words) >= 2 and words[0].startswith(b"HTTP/") and words[1].isdigit() and int(words[1]) < 500
        )

    return probe


def manager_greets(host: str, port: int) -> Callable[[], Awaitable[bool]]:
    """Return a probe: Asterisk's manager interface must send its banner (a stopped Asterisk only accepts)."""

    async def probe() -> bool:
        return (await _first_line(host, port, b"")).startswith(b"Asterisk Call Manager")

    return probe


async def _first_line(host: str, port: int, request: bytes) -> bytes:
    """Return the first line a TCP server sends after `request`; empty when it refuses or is silent."""
    writer = None
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(request)
            return await reader.readline()
    except (OSError, TimeoutError, ValueError):  # ValueError: a line without end, from something else's port
        return b""
    finally:
        if writer is not None:
            writer.close()


def sip_answers(host: str, port: int) -> Callable[[], Awaitable[bool]]:
    """Return a probe: a SIP OPTIONS over UDP (RFC 3261 section 11) must be answered, whatever the answer."""

    async def probe() -> bool:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[bool] = loop.create_future()
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Answer(answered), remote_addr=(host, port)
            )
        except OSError:
            return False
        try:
            own_host, own_port = transport.get_extra_info("sockname")[:2]
            transport.sendto(options_request(host=host, port=port, own=f"{own_host}:{own_port}"))
            async with asyncio.timeout(PROBE_SECONDS):
                return await answered
        except TimeoutError:
            return False
        finally:
            transport.close()

    return probe


def options_request(*, host: str, port: int, own: str) -> bytes:
    """Return a SIP OPTIONS request from `own` (address:port)."""
    token = secrets.token_hex(8)
    lines = (
        f"OPTIONS sip:{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP {own};rport;branch=z9hG4bK{token}",
        "Max-Forwards: 1",
        f"From: <sip:probe@{own}>;tag={token}",
        f"To: <sip:{host}:{port}>",
        f"Call-ID: {token}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:probe@{own}>",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


class _Answer(asyncio.DatagramProtocol):
    """Resolves the future at the first SIP response."""

    def __init__(self, answered: asyncio.Future[bool]) -> None:
        self._answered = answered

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._answered.done():
            self._answered.set_result(data.startswith(b"SIP/2.0 "))

    def error_received(self, exc: Exception) -> None:
        if not self._answered.done():
            self._answered.set_result(False)


def heart_beats(file: Path) -> Callable[[], Awaitable[bool]]:
    """Return a probe: the file must have been touched since the probe before."""
    last: int | None = None

    async def probe() -> bool:
        nonlocal last
        try:
            touched = file.stat().st_mtime_ns  # noqa: ASYNC240 - one stat of a local file
        except FileNotFoundError:
            return False
        before, last = last, touched
        if before is None:  # perhaps what a process of an earlier day left
            return False
        # compared with what it was, never with the clock: setting the machine's time freezes nobody
        return touched != before

    return probe


def is_stopped(pid: int) -> bool:
    """Return whether the kernel holds the process stopped (SIGSTOP); false when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "T"
