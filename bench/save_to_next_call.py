"""Save -> next call: random edits of call settings through the portal, each followed at once by a call that must obey.

With 1,000 groups and 50,000 lines loaded. Prints the times of saving (the POST of the form) and of the post-dial delay (INVITE to the
first ring or answer) after an edit and, as the yardstick, without one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import numpy as np
from bench import loaded, report
from tests.sip.agent import UserAgent
from tests.sip.call import Call
from tests.sip.policy import RingOnly
from tests.stack.installation import Installation
from tests.stack.portal import Portal
from tests.stack.scene import Line, Scene

REGISTERED_SECONDS = 3600
"""Longer than the measurement lasts: a phone whose registration has ended is rightly passed over."""
GROUPS_IN_USE = 10
CHANGES = (
    "forward to B",
    "forward to C",
    "account phone",
    "voicemail",
    "do not disturb to B",
    "do not disturb to C",
)


@dataclass(slots=True)
class Outcome:
    """What was measured, milliseconds."""

    save: list[float] = field(default_factory=list)
    delay: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    disobeyed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Place:
    """One group's people: A's settings are edited, D calls, A, B and C can ring."""

    a: Line
    portal: Portal
    phones: dict[str, UserAgent]
    caller: UserAgent
    version: str = ""
    now: str = "account phone"


def edit(place: Place, change: str) -> list[float]:
    """Save one change with the portal's own two forms; return the milliseconds each saving POST took."""
    letter = change[-1]
    target = {"B": place.phones["B"], "C": place.phones["C"]}.get(letter)
    extension = "" if target is None else target.account.name
    dnd = change.startswith("do not disturb") or change == "voicemail"
    spent = []
    incoming = {
        "mode": "forward" if change.startswith("forward") else "account_phone",
        "forward_to": extension if change.startswith("forward") else "",
        "busy": "number" if change.startswith("do not disturb") else "tone",
        "busy_to": extension if change.startswith("do not disturb") else "",
    }
    for page_name, having, values in (
        ("incoming-calls", "no_answer_seconds", incoming),
        ("availability", "dnd", {"dnd": "on" if dnd else "off"}),
    ):
        path = f"/lines/{place.a.id}/{page_name}/"
        page = place.portal.get(path)
        page.path = path
        began = time.monotonic()
        answer = place.portal.submit(page, having, **values)
        spent.append((time.monotonic() - began) * 1000)
        assert answer.status == 302, (answer.status, answer.text[-2000:])
        if page_name == "availability":
            break
        place.portal.get(urljoin(path, answer.path))
    place.now = change
    return spent


def expected(change: str) -> str:
    """Return who must ring: A, B or C, or "elsewhere": a mailbox."""
    if change == "voicemail":  # DND without a busy forward
        return "elsewhere"
    return "A" if change == "account phone" else change[-1]


async def call(place: Place) -> tuple[str, float]:
    """Call A from inside the group; return who rang (or "refused") and the post-dial delay in milliseconds."""
    before = {letter: len(phone.was_called()) for letter, phone in place.phones.items()}
    made: Call = await place.caller.call(place.a.extension)
    await made.until(lambda: made.ringing_at or made.answered_at or made.ending, 10, "rung or refused")
    delay = ((made.ringing_at or made.answered_at or made.ended_at) - made.sent_at) * 1000
    rang = [letter for letter, phone in place.phones.items() if len(phone.was_called()) > before[letter]]
    await made.hangup()
    return (rang[0] if rang else "refused" if made.final_code >= 400 else "elsewhere"), delay


async def open_place(scene: Scene, lines: list[dict[str, Any]]) -> Place:
    """Register the phones of a group's first four lines and sign its administrator in."""
    a, b, c, d = (Line(**line) for line in lines[:4])
    phones = {}
    for letter, line in (("A", a), ("B", b), ("C", c)):
        phones[letter] = await scene.phone(line, policy=RingOnly(), name=line.extension, register=False)
        await phones[letter].register(expires=REGISTERED_SECONDS)
    portal = Portal(scene.installation.http)
    await asyncio.to_thread(portal.sign_in, a.number, a.password)
    return Place(a, portal, phones, await scene.phone(d))


async def measure(scene: Scene, groups: list[list[dict[str, Any]]], edits: int) -> Outcome:
    """Make the edits and the calls."""
    outcome = Outcome()
    places = [await open_place(scene, lines) for lines in groups]
    for place in places:
        for _ in range(10):
            rang, delay = await call(place)
            outcome.quiet.append(delay)
            if rang != "A":
                outcome.disobeyed.append(f"before any edit: {rang}")
    for _ in range(edits):
        place = random.choice(places)
        change = random.choice([c for c in CHANGES if c != place.now])
        outcome.save.extend(await asyncio.to_thread(edit, place, change))
        rang, delay = await call(place)
        outcome.delay.append(delay)
        if rang != expected(change):
            outcome.disobeyed.append(f"{change}: {rang}")
    return outcome


async def run(groups: int, lines: int, edits: int) -> int:
    """Load, start, measure, print; return 1 when a call did not obey."""
    with loaded.home() as folder:
        installation = Installation(folder)
        data = json.loads(loaded.load(installation, groups=groups, lines=lines, wanted=GROUPS_IN_USE))
        scene = Scene(installation)
        try:
            await asyncio.to_thread(installation.start, within=180)
            outcome = await measure(scene, data, edits)
        finally:
            await scene.close()
            await asyncio.to_thread(installation.stop)
    figures = {
        name: [float(np.percentile(values, p)) for p in (50, 99)]
        for name, values in (
            ("save", outcome.save),
            ("call after an edit", outcome.delay),
            ("call, no edit", outcome.quiet),
        )
    }
    rows: list[list[object]] = [
        ["milliseconds", "p50", "p99"],
        *([name, *values] for name, values in figures.items()),
    ]
    facts = {
        "groups": groups,
        "lines": groups * lines,
        "edits": edits,
        "disobeyed": len(outcome.disobeyed),
        **figures,
    }
    report.show("save to next call", rows, facts)
    print("\n".join(outcome.disobeyed[:20]))
    return 1 if outcome.disobeyed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=50, help="lines per group")
    parser.add_argument("--edits", type=int, default=1000)
    given = parser.parse_args()
    raise SystemExit(asyncio.run(run(given.groups, given.lines, given.edits)))
