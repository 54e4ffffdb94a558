"""Keeps the engine's projection equal to the portal's rows: at once after a save, and again by looking."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from carillon.asterisk.objects import Objects
from carillon.callcontrol.database import Database, DatabaseAway

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
GROUPS_AT_ONCE = 50


class Target(Protocol):
    """The engine's projection (asterisk.projection.Projection)."""

    def applied_versions(self) -> dict[int, int]:
        """Return the version in force of each group."""

    def apply_groups(self, groups: list[tuple[int, int, Objects]]) -> int:
        """Bring groups up to date in one transaction; return the rows changed."""

    def forget_group(self, group_id: int) -> int:
        """Remove a group; return the rows removed."""

    def apply_trunks(self, objects: Objects) -> int:
        """Bring the carriers up to date; return the rows changed."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The portal's rows. `versions` may be one group's or all; `objects` come as they are at this instant."""

    versions: Callable[[], dict[int, int]]
    version: Callable[[int], int | None]
    objects: Callable[[list[int]], Mapping[int, Objects]]
    trunks: Callable[[], Objects]


class Changes:
    """Applies differences in a thread of its own, so that no step waits for it."""

    def __init__(self, origin: Origin, target: Target, thread: Database) -> None:
        self._origin = origin
        self._target = target
        self._thread = thread
        self._applied: dict[int, int] | None = None
        self._trunks: Objects | None = None

    async def apply_group(self, group: int) -> int | None:
        """Bring one group up to date and return its version in force, None when the database is away."""
        try:
            return await self._thread.run(lambda: self._apply_one(group))
        except DatabaseAway:
            return None

    async def watch(self) -> None:
        """Run for ever: look for groups whose version in force is not the portal's."""
        while True:
            try:
                while await self._thread.run(self._apply_some):
                    pass  # another part of a long list, with room for a save in between
            except DatabaseAway:
                log.info("the engine keeps what it has: the database is away")
            await asyncio.sleep(POLL_SECONDS)

    def _known(self) -> dict[int, int]:
        if self._applied is None:
            self._applied = self._target.applied_versions()
        return self._applied

    def _apply_one(self, group: int) -> int | None:
        self._apply_trunks()  # a saved carrier governs the next call as a saved line does
        version = self._origin.version(group)
        if version is None:
            self._forget(group)
            return None
        if self._known().get(group) != version:
            self._apply([(group, version)])
        return version

    def _apply_some(self) -> bool:
        """Bring some groups up to date; return whether there are more."""
        self._apply_trunks()
        wanted, applied = self._origin.versions(), self._known()
        for group in applied.keys() - wanted.keys():
            self._forget(group)
        behind = [(group, version) for group, version in wanted.items() if applied.get(group) != version]
        self._apply(behind[:GROUPS_AT_ONCE])
        return len(behind) > GROUPS_AT_ONCE

    def _apply(self, groups: list[tuple[int, int]]) -> None:
        """Apply the rows as they are now: at least as new as `version`, which a later look corrects."""
        if not groups:
            return
        found = self._origin.objects([group for group, _ in groups])
        changed = self._target.apply_groups(
            [(group, version, found[group]) for group, version in groups if group in found]
        )
        self._known().update(groups)
        if changed:
            log.info("the engine's projection: %d rows changed for %d group(s)", changed, len(groups))

    def _forget(self, group: int) -> None:
        self._target.forget_group(group)
        self._known().pop(group, None)

    def _apply_trunks(self) -> None:
        trunks = self._origin.trunks()
        if trunks != self._trunks:
            self._target.apply_trunks(trunks)
            self._trunks = trunks
