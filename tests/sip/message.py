"""SIP messages (RFC 3261) as values: parsing, reading and writing, without any socket.

Bytes that are not UTF-8 survive a round trip (surrogateescape), so hostile values can be sent and inspected as is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

COMPACT = {
    "i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type",
    "f": "from", "s": "subject", "k": "supported", "t": "to", "v": "via", "o": "event", "u": "allow-events",
}  # fmt: skip


class BadMessage(ValueError):
    """These bytes are no SIP message."""


@dataclass(slots=True)
class Message:
    """One request or response: the start line, the headers in order, the body."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def is_request(self) -> bool:
        """Whether this is a request."""
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """The method: of the request itself, or of the CSeq of a response."""
        return self.start.split(" ", 1)[0] if self.is_request else self.get("CSeq").split(" ")[-1]

    @property
    def uri(self) -> str:
        """The request URI ("" in a response)."""
        parts = self.start.split(" ")
        return parts[1] if self.is_request and len(parts) > 1 else ""

    @property
    def status(self) -> int:
        """The status code (0 in a request)."""
        return 0 if self.is_request else int(self.start.split(" ")[1])

    @property
    def cseq(self) -> int:
        """The sequence number."""
        return int(self.get("CSeq", "0").split(" ")[0])

    @property
    def branch(self) -> str:
        """The branch of the topmost Via, which names the transaction."""
        return parameter(self.all("Via")[0] if self.all("Via") else "", "branch")

    def all(self, name: str) -> list[str]:
        """Return every value of a header, in order; compact forms count."""
        wanted = name.lower()
        return [v for n, v in self.headers if COMPACT.get(n.lower(), n.lower()) == wanted]

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a header."""
        found = self.all(name)
        return found[0] if found else default

    def to_bytes(self) -> bytes:
        """Serialise, with the right Content-Length."""
        lines = [
            self.start,
            *(f"{n}: {v}" for n, v in self.headers if n.lower() not in {"content-length", "l"}),
        ]
        head = "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""])
        return head.encode("utf-8", "surrogateescape") + self.body


def parse(data: bytes) -> Message:
    """Read one message; raise BadMessage when there is no start line or a header has no colon."""
    head, _, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    text = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "surrogateescape"))
    start, *lines = text.split("\r\n")
    if "SIP/2.0" not in start:
        raise BadMessage(start[:80])
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadMessage(line[:80])
        headers.append((name.strip(), value.strip()))
    return Message(start, headers, body)


class Framing:
    """Cuts a TCP or TLS stream into messages by Content-Length."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages completed by these bytes; keep-alive CRLFs are dropped."""
        self._rest += data
        found: list[Message] = []
        while True:
            self._rest = self._rest.lstrip(b"\r\n")
            end = self._rest.find(b"\r\n\r\n")
            if end < 0:
                return found
            message = parse(self._rest[: end + 4])
            size = end + 4 + int(message.get("Content-Length", "0"))
            if len(self._rest) < size:
                return found
            found.append(parse(self._rest[:size]))
            self._rest = self._rest[size:]


def parameter(value: str, name: str) -> str:
    """Return a header parameter (`;name=value`) outside the angle brackets, "" when it is missing."""
    outside = re.sub(r"<[^>]*>", "", value)
    found = re.search(rf';\s*{re.escape(name)}\s*=\s*("[^"]*"|[^;,\s]*)', outside, re.IGNORECASE)
    return found.group(1).strip('"') if found else ""


@dataclass(frozen=True, slots=True)
class Address:
    """A name-addr: display name and URI."""

    name: str
    uri: str

    @property
    def user(self) -> str:
        """The user part of the URI, without parameters."""
        found = re.match(r"(?:sips?|tel):([^@;>]*)", self.uri)
        return found.group(1) if found else ""


def address(value: str) -> Address:
    """Read `"Name" <sip:user@host>;tag=x` or a bare URI."""
    found = re.match(r'\s*("(?:[^"\\]|\\.)*"\s*|[^<]*)<([^>]*)>', value)
    if not found:
        return Address("", value.split(";", maxsplit=1)[0].strip())
    name = found.group(1).strip()
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Address(name, found.group(2))


def quoted(name: str) -> str:
    """Return a display name as a quoted string (RFC 3261 section 25.1)."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
