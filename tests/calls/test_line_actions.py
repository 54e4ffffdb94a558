"""Lines that are locked, reset and restored: what callers and the line itself meet afterwards."""

from __future__ import annotations

import asyncio

import pytest
from tests.calls.test_voicemail import leave_message
from tests.sip import audio
from tests.sip.agent import UserAgent
from tests.sip.call import Call
from tests.sip.policy import Answer, RingOnly
from tests.stack.listening import hears, prompt
from tests.stack.scene import Line, Scene

pytestmark = pytest.mark.asyncio

OLD_PIN, NEW_PIN = "739164", "582047"


async def enter(agent: UserAgent, pin: str, *, accepted: bool) -> None:
    """Dial the mailbox and enter a PIN."""
    call = await (await agent.call("*98")).answered()
    await hears(call, "fr", "vm-password")
    await call.rtp.press(f"{pin}#")
    await hears(call, "fr", "vm-youhave" if accepted else "vm-incorrect")
    await call.hangup()


async def answers(call: Call, *turns: tuple[str, str]) -> None:
    """Press the keys of each turn once its prompt was heard since the last keys."""
    since = 0.0
    for name, keys in turns:
        await hears_since(call, name, since)
        if keys:
            since = asyncio.get_running_loop().time()  # the next prompt may begin before the last key is over
            await call.rtp.press(keys)


async def hears_since(call: Call, name: str, since: float) -> None:
    """Wait until the prompt is heard, whatever was heard before this loop time."""
    async with asyncio.timeout(15):
        while audio.heard(call.rtp.received(since=since), prompt("fr", name)) is None:
            await call.rtp.until(call.rtp.received().size / audio.RATE + 0.4, within=15)


async def messages(scene: Scene, line: Line, count: int) -> None:
    """Wait until the mailbox holds so many messages."""
    await scene.until(
        lambda: len(scene.installation.do("messages", line_id=line.id)) == count,
        within=5,
        what="the messages",
    )


async def test_B70_a_reset_line_rings_its_phone_and_then_its_own_empty_mailbox(scene: Scene) -> None:
    company = await scene.company("AB")
    line = company.lines["A"]
    a = await scene.phone(line, policy=RingOnly())
    b = await scene.phone(company.lines["B"])
    await scene.save("change_calls", line, dnd=True)
    await leave_message(scene, company, line)
    await messages(scene, line, 1)
    await scene.save(
        "change_calls",
        line,
        mode="forward",
        forward_to="202",
        busy="number",
        busy_to="202",
        no_answer_seconds=60,
    )
    reset = await scene.do("reset_line", line_id=line.id, name="Nadia")
    assert reset["confirmed"]
    assert await scene.do("messages", line_id=line.id) == []
    call = await scene.outside_call(company, line.number)
    rung = await a.incoming()
    await call.answered(25)
    assert 19 <= call.answered_at - rung.ringing_at <= 22
    await hears(call, "fr", "vm-theperson")
    await call.hangup()
    assert not b.was_called()


async def test_B70_the_lamp_goes_out_with_the_messages(scene: Scene) -> None:
    company = await scene.company("A")
    line = company.lines["A"]
    a = await scene.phone(line)
    await scene.save("change_calls", line, dnd=True)
    await leave_message(scene, company, line)
    await a.notified(lambda m: b"Messages-Waiting: yes" in m.body, within=5)
    kept = (await scene.do("messages", line_id=line.id))[0]["token"]
    await scene.do("reset_line", line_id=line.id, name="Nadia", erase=True)
    await a.notified(lambda m: b"Messages-Waiting: no" in m.body and b"0/0" in m.body, within=5)
    await scene.until(
        lambda: scene.installation.do("snapshots", line_id=line.id)["states"] == [], within=5, what="erased"
    )
    assert not list((scene.installation.home / "voicemail").glob(f"{kept}.wav"))


async def test_B72_the_old_pin_is_refused_and_the_new_one_works(scene: Scene) -> None:
    company = await scene.company("A", A={"pin": OLD_PIN})
    line = company.lines["A"]
    a = await scene.phone(line)
    await enter(a, OLD_PIN, accepted=True)
    reset = await scene.do("reset_line", line_id=line.id, name="Nadia")
    await enter(a, OLD_PIN, accepted=False)
    call = await (await a.call("*98")).answered()
    await answers(
        call,
        ("vm-password", f"{reset['pin']}#"),
        ("vm-newpassword", f"{NEW_PIN}#"),
        ("vm-reenterpassword", f"{OLD_PIN}#"),
        ("vm-mismatch", f"{NEW_PIN}#"),
        ("vm-reenterpassword", f"{NEW_PIN}#"),
        ("vm-passchanged", ""),
        ("vm-rec-name", "*"),
        ("vm-rec-unv", "*"),
        ("vm-youhave", ""),
    )
    await call.hangup()
    await enter(a, reset["pin"], accepted=False)
    await enter(a, NEW_PIN, accepted=True)


async def test_B72_a_temporary_pin_stays_until_a_new_one_is_saved(scene: Scene) -> None:
    company = await scene.company("A", A={"pin": OLD_PIN, "pin_temporary": True})
    a = await scene.phone(company.lines["A"])
    call = await (await a.call("*98")).answered()
    await answers(
        call, ("vm-password", f"{OLD_PIN}#"), ("vm-newpassword", f"{NEW_PIN}#"), ("vm-reenterpassword", "")
    )
    await call.hangup()
    await enter(a, NEW_PIN, accepted=False)
    call = await (await a.call("*98")).answered()
    await answers(
        call,
        ("vm-password", f"{OLD_PIN}#"),
        ("vm-newpassword", "123456#"),
        ("vm-invalid-password", f"{OLD_PIN}#"),
        ("vm-invalid-password", "12345#"),
        ("vm-goodbye", ""),
    )
    await call.ended(20)
    call = await (await a.call("*98")).answered()
    await answers(call, ("vm-password", f"{OLD_PIN}#"), ("vm-newpassword", ""))
    await call.hangup()


async def test_B92_undoing_brings_back_forwards_messages_and_pin(scene: Scene) -> None:
    company = await scene.company("AB", A={"pin": OLD_PIN})
    line = company.lines["A"]
    a = await scene.phone(line)
    b = await scene.phone(company.lines["B"], policy=Answer(hertz=600))
    await scene.save("change_calls", line, dnd=True)
    await leave_message(scene, company, line, hertz=900)
    await messages(scene, line, 1)
    await scene.save("change_calls", line, mode="forward", forward_to="202")
    await scene.do("reset_line", line_id=line.id, name="Nadia")
    await scene.until(
        lambda: scene.installation.do("snapshots", line_id=line.id)["states"] == ["kept"],
        within=5,
        what="sealed",
    )
    call = await scene.outside_call(company, line.number)
    await (await a.incoming()).answered()
    await call.answered()
    await call.hangup()
    assert (await scene.do("undo_reset", line_id=line.id))["confirmed"]
    call = await scene.outside_call(company, line.number)
    await (await b.incoming()).answered()
    await call.answered()
    await call.hangup()
    await scene.until(
        lambda: scene.installation.do("snapshots", line_id=line.id)["audible"],
        within=5,
        what="the audio back",
    )
    call = await (await a.call("*98")).answered()
    await hears(call, "fr", "vm-password")
    await call.rtp.press(f"{OLD_PIN}#")
    await hears(call, "fr", "vm-youhave")
    await call.rtp.press("1")
    await scene.until(
        lambda: abs(audio.dominant_tone(call.rtp.received()[-16000:]) - 900) < 5,
        within=20,
        what="the message heard",
    )
    await call.hangup()


async def test_a_locked_line_is_refused_with_an_announcement_but_for_emergencies(scene: Scene) -> None:
    company = await scene.company("AB")
    line = company.lines["A"]
    a = await scene.phone(line)
    b = await scene.phone(company.lines["B"])
    assert (await scene.do("lock_line", line_id=line.id, locked=True))["confirmed"]
    for dialled in ("202", "5145550199", "*98"):
        call = await a.call(dialled)
        await hears(call, "fr", "cannot-complete-as-dialed")
        ending = await call.ended(20)
        assert ending.code == 403, dialled
    assert not b.was_called()
    for code in ("911", "933"):
        call = await (await a.call(code)).answered()
        await (await company.carrier.incoming()).answered()
        await call.hangup()
    await scene.do("lock_line", line_id=line.id, locked=False)
    call = await (await a.call("202")).answered()
    assert len(b.was_called()) == 1
    await call.hangup()


async def test_calls_to_a_locked_line_get_its_busy_treatment_until_it_is_unlocked(scene: Scene) -> None:
    company = await scene.company("AB")
    line = company.lines["A"]
    a = await scene.phone(line)
    b = await scene.phone(company.lines["B"])
    await scene.do("lock_line", line_id=line.id, locked=True)
    call = await (await scene.outside_call(company, line.number)).answered()
    await hears(call, "fr", "vm-theperson")
    await call.hangup()
    await scene.save("change_calls", line, busy="number", busy_to="202")
    call = await (await scene.outside_call(company, line.number)).answered()
    await call.hangup()
    assert len(b.was_called()) == 1
    assert not a.was_called()
    await scene.do("lock_line", line_id=line.id, locked=False)
    call = await (await scene.outside_call(company, line.number)).answered()
    await call.hangup()
    assert len(a.was_called()) == 1
