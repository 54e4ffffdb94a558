"""Processes that die or freeze: calls go on, the supervisor replaces them, no record is lost or doubled."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from tests.sip import audio
from tests.sip.call import Call
from tests.sip.policy import Answer, RingOnly
from tests.stack.installation import Installation
from tests.stack.listening import hears, hears_tone
from tests.stack.postgres import Cluster
from tests.stack.scene import Scene

pytestmark = [pytest.mark.asyncio, pytest.mark.xdist_group("faults"), pytest.mark.timeout(180)]
REPLACED_WITHIN = 10.0
FALLBACK_WITHIN = 3.0


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own: nobody else's calls are disturbed."""
    running = Installation(tmp_path_factory.mktemp("faults"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest_asyncio.fixture
async def scene(victim: Installation) -> AsyncIterator[Scene]:
    """A scene on the installation that is hurt."""
    made = Scene(victim)
    try:
        yield made
    finally:
        await made.close()


async def replaced(scene: Scene, name: str, old: int) -> None:
    """Wait until the supervisor has replaced the process."""
    await asyncio.to_thread(scene.installation.wait_replaced, name, old, within=REPLACED_WITHIN)


async def flows(*calls: Call) -> None:
    """See half a second of new audio arrive on every call."""
    for call in calls:
        before = call.rtp.received().size / 8000
        await call.rtp.until(before + 0.5, within=2)
        assert call.rtp.received().size / 8000 >= before + 0.5
        assert call.up


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
async def test_a_call_connects_by_the_fallback_while_callcontrol_is(
    scene: Scene, number: signal.Signals
) -> None:
    company = await scene.company("AB")
    company.carrier.policy = Answer(hertz=440)
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=Answer(hertz=440))
    old = scene.installation.signal("callcontrol", number)
    inside, outside, emergency = await asyncio.gather(a.call("202"), a.call("4186530199"), a.call("911"))
    await asyncio.gather(*(c.answered(FALLBACK_WITHIN) for c in (inside, outside, emergency)))
    assert b.was_called()
    assert {c.dialled.lstrip("+") for c in company.carrier.was_called()} == {"14186530199", "911"}
    await replaced(scene, "callcontrol", old)
    await flows(inside, outside)
    await asyncio.gather(*(c.hangup() for c in (inside, outside, emergency)))
    again = await (await a.call("202")).answered()
    await again.hangup()
    records = await scene.records(company, count=4, within=5)
    assert {r["cause"] for r in records} == {"answered"}


async def test_the_first_message_of_a_mailbox_is_taken_by_the_fallback(scene: Scene) -> None:
    company = await scene.company("A")
    line = company.lines["A"]
    old = scene.installation.signal("callcontrol", signal.SIGSTOP)
    call = await scene.outside_call(company, line.number, caller="+14186530177")
    await call.answered(FALLBACK_WITHIN)
    await hears_tone(call, within=10)
    await call.rtp.send(audio.tone(500, 3.0))
    await call.hangup()
    await replaced(scene, "callcontrol", old)
    kept = await scene.until(
        lambda: scene.installation.do("messages", line_id=line.id), within=10, what="a message"
    )
    assert [m["caller_number"] for m in kept] == ["+14186530177"]
    assert 3 <= kept[0]["seconds"] <= 7
    assert not list((scene.installation.node / "deposits").glob("*.wav"))
    record = await scene.record(company, within=5)
    assert (record["cause"], record["caller_number"]) == ("voicemail", "+14186530177")
    assert record["dialled"] == line.number


async def test_an_established_call_outlives_callcontrol(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=Answer(hertz=440))
    call = await (await a.call("202")).answered()
    old = scene.installation.signal("callcontrol", signal.SIGKILL)
    await flows(call)
    await replaced(scene, "callcontrol", old)
    await flows(call)
    await b.calls[0].hangup()
    await call.ended()
    assert (await scene.record(company, within=4))["cause"] == "answered"


async def test_a_call_between_two_steps_resumes_in_the_new_callcontrol(scene: Scene) -> None:
    company = await scene.company("A")
    await scene.save("change_calls", company.lines["A"], no_answer_seconds=8)
    await scene.phone(company.lines["A"], policy=RingOnly())
    call = await (await scene.outside_call(company, company.lines["A"].number)).ringing()
    old = scene.installation.signal("callcontrol", signal.SIGKILL)
    await replaced(scene, "callcontrol", old)
    assert call.ending is None
    await call.answered(12)
    await hears(call, "fr", "vm-theperson")
    await call.hangup()
    assert (await scene.record(company, within=4))["cause"] == "voicemail"


@pytest.mark.parametrize("name", ["web", "worker"])
async def test_calls_and_records_do_not_need(scene: Scene, name: str) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=Answer(hertz=440))
    call = await (await a.call("202")).answered()
    old = scene.installation.signal(name, signal.SIGKILL)
    others = [await (await a.call("202")).answered() for _ in range(1)]
    await flows(call, *others)
    for each in b.was_called():
        await each.hangup()
    for _ in range(5):
        await (await (await a.call("202")).answered()).hangup()
    await replaced(scene, name, old)
    records = await scene.records(company, count=7, within=8)
    assert {r["cause"] for r in records} == {"answered"}


async def test_a_killed_engine_is_back_with_its_registrations_and_the_cut_call_on_record(
    scene: Scene,
) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=Answer(hertz=440))
    cut = await (await a.call("202")).answered()
    await cut.rtp.until(2.5, within=5)  # the engine writes registrations to its disk once a second
    old = scene.installation.signal("engine", signal.SIGKILL)
    await replaced(scene, "engine", old)
    await scene.until(
        lambda: scene.installation.healthy("callcontrol"), within=5, what="callcontrol on the engine"
    )
    for each in (cut, *b.was_called()):
        each.forget()
    record = await scene.record(company, within=5)
    assert record["answered"]
    assert record["cause"]
    call = await (await a.call("202")).answered()
    await call.hangup()
    assert len(b.was_called()) == 2
    await scene.records(company, count=2, within=5)


async def test_postgresql_stopped_for_thirty_seconds(tmp_path_factory: pytest.TempPathFactory) -> None:
    cluster = Cluster()
    cluster.start()
    installation = Installation(tmp_path_factory.mktemp("postgres"), database=cluster.address)
    scene = Scene(installation)
    try:
        await asyncio.to_thread(installation.start)
        company = await scene.company("AB")
        a = await scene.phone(company.lines["A"])
        b = await scene.phone(company.lines["B"], policy=Answer(hertz=440))
        through = await (await a.call("202")).answered()
        await asyncio.to_thread(cluster.stop)
        stopped = asyncio.get_running_loop().time()
        during = 0
        while asyncio.get_running_loop().time() < stopped + 30:  # the fault lasts thirty seconds
            call = await a.call("202")
            await call.answered(FALLBACK_WITHIN)
            during += 1
            await flows(call)
            await call.hangup()
            await asyncio.sleep(3)
        await flows(through)
        await asyncio.to_thread(cluster.start)
        await through.hangup()
        records = await scene.records(company, count=during + 1, within=30)
        assert {r["cause"] for r in records} == {"answered"}
        assert len(b.was_called()) == during + 1
    finally:
        await scene.close()
        await asyncio.to_thread(installation.stop)
        cluster.remove()
