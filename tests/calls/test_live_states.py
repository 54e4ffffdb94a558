"""What an open page shows of the lines follows the engine; many such pages cost little and end at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sip.policy import RingOnly
from tests.stack.live import Following
from tests.stack.portal import Portal
from tests.stack.scene import Line, Scene

pytestmark = pytest.mark.asyncio

WITHIN = 2.0
PATIENCE = 20.0


async def signed_in(scene: Scene, line: Line) -> Portal:
    """Sign the line's user in."""
    portal = Portal(scene.installation.http)
    await asyncio.to_thread(portal.sign_in, line.national, line.password)
    return portal


async def test_a_line_is_shown_ringing_in_a_call_and_free_within_two_seconds(scene: Scene) -> None:
    company = await scene.company("ABCD", language="en")
    line = company.lines["D"]
    portal = await signed_in(scene, line)
    phone = await scene.phone(line, policy=RingOnly())
    page = await Following(scene.installation.http, portal, [line.id]).open()
    assert (page.status, "text/event-stream" in page.headers) == (200, True)

    def shows(text: str) -> Callable[[Following], bool]:
        return lambda page: page.states.get(str(line.id)) == text

    await page.until(shows("Connected (1 phone)"), within=WITHIN)
    call = await scene.outside_call(company, line.number)
    arrived = await phone.incoming()
    await page.until(shows("Ringing"), within=WITHIN)
    await arrived.answer()
    await call.answered()
    await page.until(shows("In a call"), within=WITHIN)
    await call.hangup()
    await page.until(shows("Connected (1 phone)"), within=WITHIN)
    assert set(page.events) <= {"message", "beat"}
    await page.close()
    portal.close()


async def test_two_hundred_open_pages_cost_no_thread_and_hold_up_no_page(scene: Scene) -> None:
    portals: list[tuple[Portal, Line]] = []
    for _ in range(2):
        company = await scene.company("ABCDE", language="en")
        portals += [(await signed_in(scene, line), line) for line in company.lines.values()]
    web, http = scene.installation.pid("web"), scene.installation.http
    log = scene.installation.home / "logs" / "web.log"
    async with contextlib.AsyncExitStack() as opened:
        for portal, _line in portals:
            opened.callback(portal.close)

        async def follow(portal: Portal, line: Line) -> Following:
            page = await Following(http, portal, [line.id]).open()
            opened.push_async_callback(page.close)
            return page

        first = await follow(*portals[0])
        await first.until(lambda page: page.states, within=PATIENCE)
        before = _cost(web)
        pages = [first, *[await follow(*portals[index % 10]) for index in range(1, 200)]]
        assert {page.status for page in pages} == {200}
        await asyncio.gather(*(page.until(lambda page: page.states, within=PATIENCE) for page in pages))
        after = _cost(web)
        assert after["Threads"] - before["Threads"] <= 8, (before, after)
        assert after["VmRSS"] - before["VmRSS"] <= 40_000, (before, after)  # kB

        portal, line = portals[0]
        shown = await asyncio.to_thread(portal.get, f"/lines/{line.id}/availability/")
        assert shown.status == 200, "a page is answered beside the streams"
        assert (await follow(portal, line)).status == 429, "a user has twenty at most"

        scene.installation.signal("web", signal.SIGTERM)
        await asyncio.gather(
            *(page.until(lambda page: "closed" in page.events, within=PATIENCE) for page in pages)
        )
    await asyncio.to_thread(scene.installation.wait_replaced, "web", web, within=30)
    assert "graceful shutdown exceeded" not in log.read_text(encoding="utf-8"), "they end by themselves"


def _cost(pid: int) -> dict[str, int]:
    """Return the process's threads and resident memory (kB)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return {name: int(values[name].split()[0]) for name in ("Threads", "VmRSS")}
