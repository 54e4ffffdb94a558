"""AMI on the wire, sans-I/O: bytes in -> banners and messages out; actions in -> bytes out.

A message is lines `Key: value` ended by an empty line. A value never holds a line break: one in an action would
begin another action, so it is refused here, once, for every sender.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carillon.errors import CarillonError

END = b"\r\n\r\n"
LONGEST_MESSAGE = 65536
"""Bytes without an end of message after which the peer is no AMI server."""


class BadAction(CarillonError):
    """An action holds a line break or another control character; nothing was sent."""


class BadPeer(CarillonError):
    """What arrived is not AMI."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message from Asterisk, as it arrived; a repeated key keeps its first value in `get`.

    Of the twenty lines of an event five are read: each is looked for when it is asked for.
    """

    raw: bytes
    """Its lines, each with a line break before it."""

    def get(self, key: str, default: str = "") -> str:
        """Return the first value of `key`."""
        name = b"\r\n%b:" % key.encode()
        start = self.raw.find(name)
        if start < 0:
            return default
        start += len(name)
        end = self.raw.find(b"\r\n", start)
        value = self.raw[start : end if end >= 0 else None]
        return value.removeprefix(b" ").decode("utf-8", "replace")

    @property
    def event(self) -> str:
        """Return the event's name, empty for a response."""
        return self.get("Event")

    @property
    def action_id(self) -> str:
        """Return the id of the action this belongs to, empty for an event of its own."""
        return self.get("ActionID")

    @property
    def is_response(self) -> bool:
        """Return whether this answers an action."""
        return bool(self.get("Response"))

    @property
    def succeeded(self) -> bool:
        """Return whether the action was accepted."""
        return self.get("Response") in {"Success", "Goodbye", "Follows"}

    @property
    def begins_list(self) -> bool:
        """Return whether the answer follows as a list of events."""
        return self.get("EventList").lower() == "start"

    @property
    def ends_list(self) -> bool:
        """Return whether this is the last event of a list."""
        return self.get("EventList").lower() in {"complete", "cancelled"}


@dataclass(slots=True)
class Reader:
    """Feed it bytes as they arrive; it returns the whole messages among them. One per connection."""

    banner: str = ""
    _rest: bytes = field(default=b"", repr=False)

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages completed by `data`; raise `BadPeer` when it cannot be AMI."""
        self._rest += data
        if not self.banner:
            line, found, rest = self._rest.partition(b"\r\n")
            if not found:
                self._check_length()
                return []
            if not line.startswith(b"Asterisk Call Manager"):
                raise BadPeer(line[:80])
            self.banner, self._rest = line.decode("ascii", "replace"), rest
        *whole, self._rest = self._rest.split(END)
        self._check_length()
        return [Message(b"\r\n" + part) for part in whole if part]

    def _check_length(self) -> None:
        if len(self._rest) > LONGEST_MESSAGE:
            raise BadPeer("endless message")


def encode(action: str, action_id: str, arguments: Mapping[str, str]) -> bytes:
    """Return the bytes of one action; raise `BadAction` if a key or value could break out of its line."""
    lines = [("Action", action), ("ActionID", action_id), *arguments.items()]
    for name, value in lines:
        if not all(sign.isprintable() for sign in name + value) or ":" in name:
            raise BadAction(name)
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n"
