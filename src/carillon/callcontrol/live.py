"""What the engine does at this instant: registered phones, and the channels of each line.

Plain data, changed by the listener's events only. `complete` is false from the moment the engine's events are
lost until its whole state has been read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from carillon.calls.journal import endpoint_of
from carillon.calls.model import EndpointName, LineId


@dataclass(slots=True)
class Channel:
    """One channel of a phone; `linked` names the call it belongs to."""

    endpoint: str
    linked: str
    ringing: bool = False


@dataclass(frozen=True, slots=True)
class LineActivity:
    """A line's registered phones, its calls (ringing ones included) and how many of those ring.

    `undisturbed`: it makes one of them without call waiting.
    """

    registered: int
    calls: int
    ringing: int
    undisturbed: bool = False


class LiveState:
    """Implements `calls.directory.Live`; answers are for this instant and may be a few milliseconds old."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.complete = False
        self._now = now
        self._contacts: dict[str, tuple[float, ...]] = {}
        self._doubted: set[str] = set()
        self._channels: dict[str, Channel] = {}
        self._by_endpoint: dict[str, set[str]] = defaultdict(set)
        self._endpoints_of: dict[int, tuple[str, ...]] = {}
        self._undisturbed: set[str] = set()

    def registered(self, endpoint: EndpointName) -> bool | None:
        """Say whether the phone is registered; None while that is not known."""
        if not self.complete or endpoint in self._doubted:
            return None
        return self.contacts(endpoint) > 0

    def contacts(self, endpoint: str) -> int:
        """Count the phone's registrations that have not expired."""
        ends = self._contacts.get(endpoint)
        return sum(end > self._now().timestamp() for end in ends) if ends else 0

    def calls(self, line: LineId) -> int:
        """Count the distinct calls the line's phones take part in, ringing ones included."""
        return len({channel.linked for channel in self._of(self._endpoints_of.get(line, ()))})

    def undisturbed(self, line: LineId) -> bool:
        """Say whether a phone of the line makes a call without call waiting."""
        return self._without_waiting(self._endpoints_of.get(line, ()))

    def keep_undisturbed(self, unique: str) -> None:
        """For as long as this channel lives, its line takes no second call."""
        self._undisturbed.add(unique)

    def activity(self, endpoints: Iterable[str]) -> LineActivity:
        """Return what a line with these phones is doing."""
        endpoints = tuple(endpoints)
        channels = list(self._of(endpoints))
        return LineActivity(
            registered=sum(self.contacts(endpoint) > 0 for endpoint in endpoints),
            calls=len({channel.linked for channel in channels}),
            ringing=len({channel.linked for channel in channels if channel.ringing}),
            undisturbed=self._without_waiting(endpoints),
        )

    def learn(self, line: int, endpoints: Iterable[str]) -> None:
        """Remember which phones a line has."""
        self._endpoints_of[line] = tuple(endpoints)

    def doubt(self, endpoint: str) -> None:
        """The phone is registering, or no longer: nothing is known of it until its contacts are set."""
        self._doubted.add(endpoint)

    def trust(self, endpoint: str) -> None:
        """The phone only called: what was known of its registrations stands."""
        self._doubted.discard(endpoint)

    def set_contacts(self, endpoint: str, ends: Iterable[datetime]) -> None:
        """Take over when each of the phone's registrations ends (none: it is not registered)."""
        self._doubted.discard(endpoint)
        times = tuple(end.timestamp() for end in ends)
        if times:
            self._contacts[endpoint] = times
        else:
            self._contacts.pop(endpoint, None)

    def channel_seen(self, unique: str, name: str, linked: str, *, ringing: bool) -> None:
        """A channel exists, in this state."""
        endpoint = endpoint_of(name)
        if not endpoint:
            return
        self._channels[unique] = Channel(endpoint=endpoint, linked=linked, ringing=ringing)
        self._by_endpoint[endpoint].add(unique)

    def channel_gone(self, unique: str) -> None:
        """A channel has been hung up."""
        self._undisturbed.discard(unique)
        channel = self._channels.pop(unique, None)
        if channel is None:
            return
        channels = self._by_endpoint[channel.endpoint]
        channels.discard(unique)
        if not channels:
            del self._by_endpoint[channel.endpoint]

    def lost(self) -> None:
        """The engine's events no longer arrive: nothing is known until it has been read again."""
        self.complete = False

    def replace(self, fresh: LiveState) -> None:
        """Take over what was read from the engine; phones of lines already learnt are kept."""
        self._contacts, self._channels = fresh._contacts, fresh._channels
        self._by_endpoint = fresh._by_endpoint
        self._undisturbed &= fresh._channels.keys()
        self._doubted = set()
        self.complete = True

    def _without_waiting(self, endpoints: Iterable[str]) -> bool:
        uniques = (self._by_endpoint.get(endpoint, set()) for endpoint in endpoints)
        return any(not self._undisturbed.isdisjoint(of_phone) for of_phone in uniques)

    def _of(self, endpoints: Iterable[str]) -> Iterable[Channel]:
        for endpoint in endpoints:
            for unique in self._by_endpoint.get(endpoint, ()):
                yield self._channels[unique]
