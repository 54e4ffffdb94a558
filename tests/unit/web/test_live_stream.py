"""What a stream says, and when it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
import pytest_asyncio

from carillon.web.engine import LineState, LineStates
from carillon.web.live_hub import Reader, StateHub
from carillon.web.live_stream import stream

pytestmark = pytest.mark.asyncio

ENDED = b"event: ended\ndata: 1\n\n"
BEAT = b"event: beat\ndata: 1\n\n"


class FakeCallcontrol:
    """One line, ringing or not."""

    def __init__(self) -> None:
        self.state = LineState(registered=2)

    async def ask(self, lines: Sequence[int]) -> LineStates:
        return LineStates(dict.fromkeys(lines, self.state), complete=True)


@pytest.fixture
def callcontrol() -> FakeCallcontrol:
    return FakeCallcontrol()


@pytest_asyncio.fixture
async def reader(callcontrol: FakeCallcontrol) -> AsyncIterator[Reader]:
    hub = StateHub(callcontrol.ask, pause=lambda _seconds: asyncio.sleep(0.01))
    with hub.reading({5}, owner=1) as made:
        yield made


def events(
    reader: Reader,
    *,
    language: str = "en",
    still_allowed: Callable[[], bool] = lambda: True,
    beat: float = 5,
    check: float = 60,
) -> AsyncIterator[bytes]:
    return stream(reader, language=language, still_allowed=still_allowed, beat=beat, check=check)


def told(event: bytes) -> dict[str, dict[str, str]]:
    assert event.startswith(b"data: ")
    assert event.endswith(b"\n\n")
    read: dict[str, dict[str, str]] = json.loads(event[6:])
    return read


@pytest.mark.parametrize(
    ("language", "connected", "ringing"),
    [("en", "Connected (2 phones)", "Ringing"), ("fr", "Connectée (2 téléphones)", "En sonnerie")],
)
async def test_states_are_told_in_the_readers_language(
    reader: Reader, callcontrol: FakeCallcontrol, language: str, connected: str, ringing: str
) -> None:
    source = events(reader, language=language)
    assert told(await anext(source)) == {"5": {"kind": "registered", "text": connected}}
    callcontrol.state = LineState(registered=2, calls=1, ringing=1)
    assert told(await anext(source)) == {"5": {"kind": "busy", "text": ringing}}


async def test_a_quiet_stream_beats(reader: Reader) -> None:
    source = events(reader, beat=0.03)
    await anext(source)
    assert [await anext(source) for _ in range(3)] == [BEAT] * 3


async def test_a_stream_ends_with_the_right_to_see_it(reader: Reader) -> None:
    answers = [True, False]
    source = events(reader, still_allowed=lambda: answers.pop(0), beat=0.03, check=0)
    assert [event async for event in source][1:] == [BEAT, ENDED]
    assert answers == []


async def test_a_stream_ends_when_the_process_stops(reader: Reader) -> None:
    source = events(reader, beat=60)
    await anext(source)
    reader.hub.close()
    async with asyncio.timeout(1):
        assert ENDED not in [event async for event in source]
