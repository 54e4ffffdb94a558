"""A line is reset while its former subscriber is in the mailbox by telephone: he is shown out, and nothing is kept."""

from __future__ import annotations

import pytest
from tests.calls.test_first_sign_in import FIRST_PIN, GREETING, NEW_PIN, next_caller, signs_in
from tests.calls.test_line_actions import enter
from tests.stack.scene import Scene

pytestmark = pytest.mark.asyncio


async def test_a_greeting_of_the_former_subscriber_is_not_taken_into_the_new_mailbox(scene: Scene) -> None:
    company = await scene.company("A", A={"pin": NEW_PIN})
    line = company.lines["A"]
    a = await scene.phone(line)
    former = await signs_in(a, NEW_PIN)
    await former.hears("vm-youhave")
    await former.press("0")
    await former.hears("vm-rec-unv")
    await former.records(GREETING)
    reset = await scene.do("reset_line", line_id=line.id, name="Nadia")
    assert reset["confirmed"]
    fresh = await scene.do("mailbox", line_id=line.id)
    await former.press("1")
    await former.hears("vm-goodbye")
    await former.call.ended(10)
    assert not former.has_heard("vm-msgsaved")
    assert await scene.do("mailbox", line_id=line.id) == fresh
    assert (fresh["greeting"], fresh["setup_due"]) == ("", "name")
    results = [entry["result"] for entry in (await scene.record(company))["trace"]]
    assert "reset_meanwhile" in results
    assert "greeting_changed" not in results

    await scene.save("change_calls", line, dnd=True)
    outside = await next_caller(scene, company, line)
    await outside.hears("vm-theperson")
    await outside.call.hangup()


async def test_the_former_subscriber_does_not_choose_the_new_pin(scene: Scene) -> None:
    company = await scene.company("A", A={"pin": FIRST_PIN, "pin_temporary": True})
    line = company.lines["A"]
    a = await scene.phone(line)
    former = await signs_in(a, FIRST_PIN)
    await former.hears("vm-newpassword")
    reset = await scene.do("reset_line", line_id=line.id, name="Nadia")
    await former.press(f"{NEW_PIN}#")
    await former.hears("vm-goodbye")
    await former.call.ended(10)
    await enter(a, NEW_PIN, accepted=False)
    nadia = await signs_in(a, reset["pin"])
    await nadia.hears("vm-newpassword")
    await nadia.call.hangup()
