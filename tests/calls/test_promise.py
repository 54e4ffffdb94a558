"""The promise itself: what was saved in the portal governs the very next call."""

from __future__ import annotations

import asyncio

import pytest
from tests.stack.portal import Portal
from tests.stack.scene import Scene

pytestmark = pytest.mark.asyncio


async def test_B95_a_forward_changed_in_the_portal_governs_the_very_next_call(scene: Scene) -> None:
    company = await scene.company("ABC")
    line = company.lines["A"]
    b, c = [await scene.phone(company.lines[letter]) for letter in "BC"]
    portal = Portal(scene.installation.http)
    await asyncio.to_thread(portal.sign_in, line.national, line.password)
    await asyncio.to_thread(portal.save_incoming, line.id, mode="forward", forward_to="202")
    first = await scene.outside_call(company, line.number)
    await b.incoming()
    await first.hangup()

    page = await asyncio.to_thread(portal.save_incoming, line.id, mode="forward", forward_to="203")
    call = await scene.outside_call(company, line.number)
    await c.incoming()
    await call.answered()
    await call.hangup()
    portal.close()
    assert len(b.was_called()) == 1
    assert "is-in-force" in page.text, "the page says since when the setting is in force"

    records = await scene.records(company, count=2)
    kind, version = (await scene.do("versions", line_id=line.id))["call_settings"]
    named = [
        (ref["id"], ref["version"])
        for entry in records[-1]["trace"]
        for ref in entry["refs"]
        if ref["kind"] == "call_settings" and entry["rule"] == "forward_all"
    ]
    assert (kind, version) in named


async def test_every_change_of_a_row_of_changes_is_obeyed_by_the_next_call(scene: Scene) -> None:
    company = await scene.company("ABC")
    line = company.lines["A"]
    phones = {letter: await scene.phone(company.lines[letter]) for letter in "ABC"}
    portal = Portal(scene.installation.http)
    await asyncio.to_thread(portal.sign_in, line.national, line.password)
    wanted = [("B", "202"), ("C", "203"), ("A", ""), ("C", "203"), ("B", "202"), ("A", "")]
    for letter, target in wanted:
        changes = {"mode": "forward", "forward_to": target} if target else {"mode": "account_phone"}
        await asyncio.to_thread(portal.save_incoming, line.id, **changes)
        before = {name: len(phone.was_called()) for name, phone in phones.items()}
        call = await scene.outside_call(company, line.number)
        await call.answered()
        after = {name: len(phone.was_called()) for name, phone in phones.items()}
        assert {n for n in after if after[n] > before[n]} == {letter}
        await call.hangup()
    portal.close()
    traces = [r["trace"] for r in await scene.records(company, count=len(wanted))]
    assert all(traces), "each call has its decision trace"
