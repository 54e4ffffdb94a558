"""One question for all readers, changes only, and honest about what is not known."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from carillon.web.engine import LineState, LineStates
from carillon.web.live_hub import ASK_SECONDS, MISSES, StateHub

pytestmark = pytest.mark.asyncio

FREE, RINGING = LineState(registered=1), LineState(registered=1, calls=1, ringing=1)


class FakeCallcontrol:
    """Answers for the lines asked about; `silent` gives no answer, `complete` false one that knows nothing."""

    def __init__(self) -> None:
        self.states: dict[int, LineState] = {}
        self.silent = False
        self.complete = True
        self.broken = False
        self.asked: list[list[int]] = []

    async def ask(self, lines: Sequence[int]) -> LineStates | None:
        self.asked.append(list(lines))
        if self.broken:
            raise RuntimeError("a defect")
        if self.silent:
            return None
        return LineStates({line: self.states[line] for line in lines if line in self.states}, self.complete)


class FakeClock:
    """Time passes only by `tick`."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self._gate = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self._gate.clear()
        await self._gate.wait()

    async def tick(self) -> None:
        """Let one pause end and what follows happen."""
        self._gate.set()
        await settle()


async def settle() -> None:
    """Let every task that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def callcontrol() -> FakeCallcontrol:
    made = FakeCallcontrol()
    made.states = {1: FREE, 2: FREE}
    return made


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hub(callcontrol: FakeCallcontrol, clock: FakeClock) -> StateHub:
    return StateHub(callcontrol.ask, pause=clock.pause)


async def test_a_reader_is_told_everything_once_and_then_what_changes(
    hub: StateHub, callcontrol: FakeCallcontrol, clock: FakeClock
) -> None:
    with hub.reading({1, 2, 3}, owner=1) as reader:
        assert await reader.changes(within=1) == {1: FREE, 2: FREE, 3: LineState()}
        await clock.tick()
        assert await reader.changes(within=0.01) == {}
        callcontrol.states[2] = RINGING
        await clock.tick()
        assert await reader.changes(within=1) == {2: RINGING}
        assert set(clock.waited) == {ASK_SECONDS}


async def test_readers_share_one_question_a_second(
    hub: StateHub, callcontrol: FakeCallcontrol, clock: FakeClock
) -> None:
    with hub.reading({1}, owner=1) as first, hub.reading({1, 2}, owner=2) as second:
        await settle()
        assert callcontrol.asked == [[1, 2]]
        callcontrol.states[1] = RINGING
        await clock.tick()
        assert callcontrol.asked == [[1, 2]] * 2
        assert await first.changes(within=1) == {1: RINGING}
        assert await second.changes(within=1) == {1: RINGING, 2: FREE}
        with hub.reading({2}, owner=3) as third:  # known already: told at once, no question for it
            assert await third.changes(within=1) == {2: FREE}
            assert len(callcontrol.asked) == 2
    assert callcontrol.asked[-1] == [1, 2]


async def test_many_lines_are_asked_about_in_parts(hub: StateHub, callcontrol: FakeCallcontrol) -> None:
    with hub.reading(range(1, 1202), owner=1) as reader:
        await settle()
        assert [len(lines) for lines in callcontrol.asked] == [500, 500, 201]
        assert len(await reader.changes(within=1)) == 1201


@pytest.mark.parametrize("fault", ["silent", "incomplete", "broken"])
async def test_the_last_states_stand_for_a_moment_and_are_unknown_then(
    hub: StateHub, callcontrol: FakeCallcontrol, clock: FakeClock, fault: str
) -> None:
    with hub.reading({1}, owner=1) as reader:
        assert await reader.changes(within=1) == {1: FREE}
        callcontrol.silent, callcontrol.broken = fault == "silent", fault == "broken"
        callcontrol.complete = fault != "incomplete"
        for _ in range(MISSES - 1):
            await clock.tick()
        assert await reader.changes(within=0.01) == {}
        await clock.tick()
        assert await reader.changes(within=1) == {1: None}
        callcontrol.silent = callcontrol.broken = False
        callcontrol.complete = True
        await clock.tick()
        assert await reader.changes(within=1) == {1: FREE}


async def test_without_readers_nothing_is_asked_and_nothing_kept(
    hub: StateHub, callcontrol: FakeCallcontrol, clock: FakeClock
) -> None:
    for _ in range(50):
        with hub.reading({1, 2}, owner=7):
            await settle()
            assert hub.streams_of(7) == 1
    assert len(callcontrol.asked) == 1
    await clock.tick()
    asked = len(callcontrol.asked)
    await clock.tick()
    assert len(callcontrol.asked) == asked
    assert (hub.streams_of(7), hub.states_of({1, 2})) == (0, {})
    with hub.reading({1}, owner=7) as reader:
        assert await reader.changes(within=1) == {1: FREE}


async def test_closing_wakes_every_reader(hub: StateHub, clock: FakeClock) -> None:
    with hub.reading({1}, owner=1) as reader:
        await reader.changes(within=1)
        waiting = asyncio.create_task(reader.changes(within=60))
        await settle()
        hub.close()
        assert await asyncio.wait_for(waiting, 1) == {}
        assert hub.closed
