"""A save reaches the engine's projection at once: the group's rows, and the carriers'."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import pytest

from carillon.asterisk.objects import Objects, TrunkRow, trunk_objects
from carillon.callcontrol.changes import Changes, Origin

pytestmark = pytest.mark.asyncio
T = TypeVar("T")
GROUP = 7


class Inline:
    """A database thread without the thread."""

    async def run(self, work: Callable[[], T]) -> T:
        return work()

    async def watch(self) -> None:
        pass

    def close(self) -> None:
        pass


class Engine:
    """What the engine was given, in order."""

    def __init__(self) -> None:
        self.groups: list[tuple[int, int]] = []
        self.trunks: list[Objects] = []

    def applied_versions(self) -> dict[int, int]:
        return {}

    def apply_groups(self, groups: list[tuple[int, int, Objects]]) -> int:
        self.groups += [(group, version) for group, version, _ in groups]
        return len(groups)

    def forget_group(self, group_id: int) -> int:
        return 0

    def apply_trunks(self, objects: Objects) -> int:
        self.trunks.append(objects)
        return 1


def carrier(host: str) -> Objects:
    return trunk_objects([TrunkRow("carrier-1", host, 5060, "udp", "", "secret")])


async def test_a_saved_carrier_is_applied_with_the_groups_change() -> None:
    rows: dict[str, Objects] = {"trunks": carrier("192.0.2.1")}
    engine = Engine()

    def objects(groups: list[int]) -> Mapping[int, Objects]:
        return {group: {} for group in groups}

    origin = Origin(
        versions=lambda: {GROUP: 1}, version=lambda _: 1, objects=objects, trunks=lambda: rows["trunks"]
    )
    changes = Changes(origin, engine, Inline())
    assert await changes.apply_group(GROUP) == 1
    assert (engine.groups, engine.trunks) == ([(GROUP, 1)], [carrier("192.0.2.1")])
    rows["trunks"] = carrier("192.0.2.2")
    await changes.apply_group(GROUP)
    await changes.apply_group(GROUP)
    assert engine.groups == [(GROUP, 1)], "an unchanged group is left alone"
    assert engine.trunks == [carrier("192.0.2.1"), carrier("192.0.2.2")]
