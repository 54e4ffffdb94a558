"""Loads what decisions ask for, keeps it as long as the group's version stands, and remembers it for bad days.

Used in the database thread. With the database away, the same questions are answered from the last values seen.
"""

from __future__ import annotations

from collections import ChainMap, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from carillon.callcontrol.live import LiveState
from carillon.calls.directory import (
    Directory,
    Extension,
    ExtensionKey,
    Group,
    Key,
    Line,
    LineKey,
    Message,
    MessagesKey,
    NotLoaded,
    NumberKey,
    NumberOwner,
    Value,
)
from carillon.errors import CarillonError

MOST_GROUPS = 2_000
MOST_IDENTITIES = 50_000
MOST_VALUES_PER_GROUP = 20_000


class NeverSeen(CarillonError):
    """The database is away and this was never read before."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whose endpoint or number it is, and how the group's configuration stands at this instant."""

    group: int
    version: int
    line: int | None


@dataclass(frozen=True, slots=True)
class Sources:
    """The queries behind the directory; each may raise a database error."""

    find_endpoint: Callable[[str], tuple[int, int, int | None] | None]
    find_number: Callable[[str], tuple[int, int, int | None] | None]
    config_version: Callable[[int], int | None]
    load_group: Callable[[int], Group | None]
    load_line: Callable[[int], Line | None]
    load_extension: Callable[[int, str], Extension | None]
    load_number: Callable[[int, str], NumberOwner | None]
    load_messages: Callable[[int], tuple[Message, ...]]


@dataclass(slots=True)
class _Picture:
    """One group at one version, and the last values seen at any version."""

    group: Group
    version: int
    loaded: dict[Key, Value] = field(default_factory=dict)
    seen: dict[Key, Value] = field(default_factory=dict)


class DirectoryLoader:
    """The pictures of the groups that had calls lately."""

    def __init__(self, sources: Sources, live: LiveState) -> None:
        self._sources = sources
        self._live = live
        self._pictures: OrderedDict[int, _Picture] = OrderedDict()
        self._endpoints: OrderedDict[str, Known] = OrderedDict()
        self._numbers: OrderedDict[str, Known] = OrderedDict()

    def endpoint(self, name: str, *, fresh: bool) -> Known | None:
        """Return whose phone this is, or None. One query when `fresh`, else the last answer."""
        return self._identify(name, self._endpoints, self._sources.find_endpoint, fresh=fresh)

    def number(self, number: str, *, fresh: bool) -> Known | None:
        """Return who holds this E.164 number, or None. One or two queries when `fresh`, else the last answer."""
        return self._identify(number, self._numbers, self._sources.find_number, fresh=fresh)

    def version(self, group: int, *, fresh: bool) -> int | None:
        """Return the group's configuration version, or None when it is gone. One query when `fresh`."""
        if fresh:
            return self._sources.config_version(group)
        picture = self._pictures.get(group)
        if picture is None:
            raise NeverSeen
        return picture.version

    def directory(self, group: int, version: int, *, fresh: bool) -> Directory | None:
        """Return the picture of the group at `version`; what it holds already costs no query."""
        picture = self._pictures.get(group)
        if not fresh:
            if picture is None:
                raise NeverSeen
            return Directory(group=picture.group, loaded=ChainMap(picture.loaded, picture.seen))
        if picture is None or picture.version != version:
            loaded = self._sources.load_group(group)
            if loaded is None:
                self._pictures.pop(group, None)
                return None
            seen = _newest({**picture.seen, **picture.loaded}) if picture else {}
            picture = self._pictures[group] = _Picture(group=loaded, version=version, seen=seen)
            _bound(self._pictures, MOST_GROUPS)
        self._pictures.move_to_end(group)
        return Directory(group=picture.group, loaded=picture.loaded)

    def load(self, directory: Directory, key: Key, *, fresh: bool) -> Directory:
        """Return the directory with the key's value. Raises NeverSeen when the database is away."""
        if not fresh:
            raise NeverSeen from NotLoaded(key)
        value = self._value(directory.group.id, key)
        if isinstance(value, Line):
            self._live.learn(value.id, (phone.endpoint for phone in value.phones))
        if isinstance(key, MessagesKey):  # they change without a new version: kept for this step only
            return Directory(group=directory.group, loaded={**directory.loaded, key: value})
        if isinstance(directory.loaded, dict):
            directory.loaded[key] = value
            if len(directory.loaded) > MOST_VALUES_PER_GROUP:
                del directory.loaded[next(iter(directory.loaded))]
            picture = self._pictures.get(directory.group.id)
            if picture is not None and picture.loaded is not directory.loaded:
                picture.seen[key] = value
        return directory

    def _value(self, group: int, key: Key) -> Value:
        match key:
            case LineKey(line):
                found = self._sources.load_line(line)
                return found if found is not None and found.group == group else None
            case ExtensionKey(digits):
                return self._sources.load_extension(group, digits)
            case NumberKey(number):
                return self._sources.load_number(group, number)
            case MessagesKey(mailbox):
                return self._sources.load_messages(mailbox)
            case _:
                assert_never(key)

    def _identify(
        self,
        name: str,
        kept: OrderedDict[str, Known],
        find: Callable[[str], tuple[int, int, int | None] | None],
        *,
        fresh: bool,
    ) -> Known | None:
        if not fresh:
            known = kept.get(name)
            if known is None:
                raise NeverSeen
            picture = self._pictures.get(known.group)
            return Known(known.group, picture.version if picture else known.version, known.line)
        found = find(name)
        if found is None:
            kept.pop(name, None)
            return None
        known = kept[name] = Known(*found)
        kept.move_to_end(name)
        _bound(kept, MOST_IDENTITIES)
        return known


def _bound(kept: OrderedDict[str, Known] | OrderedDict[int, _Picture], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _newest(values: dict[Key, Value]) -> dict[Key, Value]:
    """Keep the values read last: a group that changes all the time must not grow for ever."""
    surplus = len(values) - MOST_VALUES_PER_GROUP
    return dict(list(values.items())[surplus:]) if surplus > 0 else values
