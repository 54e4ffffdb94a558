"""*Undo this change* in a receipt: the very next call is treated as before the save."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from tests.sip.agent import UserAgent
from tests.stack.listening import hears
from tests.stack.portal import Page, Portal
from tests.stack.scene import Company, Line, Scene

pytestmark = pytest.mark.asyncio


async def administrator(scene: Scene, line: Line) -> Portal:
    """Sign the line's user in, an administrator of his group."""
    await scene.do("make_administrator", line_id=line.id)
    portal = Portal(scene.installation.http)
    await asyncio.to_thread(portal.sign_in, line.national, line.password)
    return portal


def in_force(page: Page, *, button: str) -> None:
    """See that the receipt says so, and which button it offers."""
    assert "is-in-force" in page.text, "the page says since when the setting is in force"
    assert button in page.text


async def reached(scene: Scene, company: Company, line: Line, phones: Mapping[str, UserAgent]) -> set[str]:
    """Call the line from outside; return whose phones that reached."""
    before = {letter: len(phone.was_called()) for letter, phone in phones.items()}
    call = await (await scene.outside_call(company, line.number)).answered()
    await call.hangup()
    return {letter for letter, phone in phones.items() if len(phone.was_called()) > before[letter]}


async def test_a_forward_of_an_administrator_undone_and_redone_is_obeyed_each_time(scene: Scene) -> None:
    company = await scene.company("ABC", language="en")
    line = company.lines["B"]
    phones = {letter: await scene.phone(company.lines[letter]) for letter in "BC"}
    portal = await administrator(scene, company.lines["A"])
    assert await reached(scene, company, line, phones) == {"B"}

    page = await asyncio.to_thread(portal.save_incoming, line.id, mode="forward", forward_to="203")
    in_force(page, button="Undo this change")
    assert await reached(scene, company, line, phones) == {"C"}

    page = await asyncio.to_thread(portal.undo, page)
    in_force(page, button="Redo this change")
    assert await reached(scene, company, line, phones) == {"B"}

    page = await asyncio.to_thread(portal.undo, page)
    in_force(page, button="Undo this change")
    assert await reached(scene, company, line, phones) == {"C"}
    portal.close()

    records = await scene.records(company, count=4)
    versions = [
        [
            ref["version"]
            for entry in record["trace"]
            for ref in entry["refs"]
            if ref["kind"] == "call_settings"
        ]
        for record in records
    ]
    first, saved, undone, redone = [found[0] for found in versions]
    assert (saved, undone, redone) == (first + 1, first + 2, first + 3), (
        "each call names the version it obeyed"
    )


async def test_do_not_disturb_undone_lets_the_very_next_call_ring(scene: Scene) -> None:
    company = await scene.company("AB", language="en")
    line = company.lines["B"]
    b = await scene.phone(line)
    portal = await administrator(scene, company.lines["A"])
    page = await asyncio.to_thread(portal.save_availability, line.id, dnd=True)
    in_force(page, button="Undo this change")
    call = await (await scene.outside_call(company, line.number)).answered()
    await hears(call, "en", "vm-theperson")
    await call.hangup()
    assert not b.was_called()

    page = await asyncio.to_thread(portal.undo, page)
    in_force(page, button="Redo this change")
    assert await reached(scene, company, line, {"B": b}) == {"B"}
    portal.close()
