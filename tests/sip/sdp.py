"""The little SDP (RFC 4566) a G.711 test phone needs."""

from __future__ import annotations

import re

SEND_RECEIVE = "sendrecv"


def offer(host: str, port: int, *, version: int = 1, direction: str = SEND_RECEIVE) -> bytes:
    """Return an offer or answer of PCMU with telephone events (payload type 101)."""
    lines = [
        "v=0", f"o=- 20518 {version} IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0",
        f"m=audio {port} RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16", "a=ptime:20", f"a={direction}",
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n").encode()


def media_address(body: bytes) -> tuple[str, int] | None:
    """Return where the far side wants its audio, or None when the body has no audio."""
    text = body.decode("ascii", "replace")
    port, host = (
        re.search(r"^m=audio (\d+)", text, re.MULTILINE),
        re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE),
    )
    return (host.group(1), int(port.group(1))) if port and host else None


def direction(body: bytes) -> str:
    """Return sendrecv, sendonly, recvonly or inactive."""
    found = re.search(rb"^a=(sendrecv|sendonly|recvonly|inactive)", body, re.MULTILINE)
    return found.group(1).decode() if found else SEND_RECEIVE
