"""Forwards are counted across carriers, by the Diversion header (RFC 5806)."""

from __future__ import annotations

import re

import pytest
from tests.sip.call import Call
from tests.sip.policy import RingOnly
from tests.stack.scene import Company, Line, Scene

pytestmark = pytest.mark.asyncio
MOBILE = "5145550123"
MOST_FORWARDS = 5


def counter(call: Call) -> int:
    """Return how many forwards an INVITE that reached the carrier says it has behind it."""
    assert call.invite_message is not None
    (header,) = call.invite_message.all("Diversion")
    found = re.fullmatch(r"<sip:\+[0-9]+@[^>]+>;reason=unknown;counter=([0-9]+)", header)
    assert found, header
    return int(found[1])


async def come_in(scene: Scene, company: Company, line: Line, *diversions: str) -> Call:
    """Call the line from outside with these Diversion headers."""
    headers = [("P-Asserted-Identity", "<sip:+14186530101@127.0.0.1>")]
    headers += [("Diversion", value) for value in diversions]
    company.carrier.account.caller = "+14186530101"
    return await company.carrier.call(line.number, headers=headers)


@pytest.mark.parametrize(
    ("diversions", "behind"),
    [
        ([], 1),
        (["<sip:+14185550100@x>;reason=unknown"], 2),
        (["<sip:+14185550100@x>;reason=unknown;counter=3"], 4),
        (["<sip:+14185550100@x>;counter=2", '"Smith, A;counter=9" <sip:+14185550101@x>;reason=user-busy'], 4),
        (["<sip:a@x>;reason=unknown, <sip:b@x>;reason=unknown, <sip:c@x>"], 4),
    ],
)
async def test_a_forward_outside_says_how_many_are_behind_it(
    scene: Scene, diversions: list[str], behind: int
) -> None:
    company = await scene.company("A")
    company.carrier.policy = RingOnly()
    await scene.save("change_calls", company.lines["A"], mode="forward", forward_to=MOBILE)
    call = await come_in(scene, company, company.lines["A"], *diversions)
    assert counter(await company.carrier.incoming()) == behind
    await call.hangup()


@pytest.mark.parametrize(
    "diversions",
    [
        ["<sip:+14185550100@x>;reason=unknown;counter=5"],
        [f"<sip:+1418555010{n}@x>;reason=unknown" for n in range(5)],
        ['"' + "x" * 900 + '" <sip:a@x>'] * 5,
        ["${EXTEN}|'%00%0D%0A);DROP <sip:a@x>;counter=99"],
    ],
    ids=["counter", "five headers", "five long headers", "hostile"],
)
async def test_a_call_that_has_used_its_forwards_elsewhere_is_not_forwarded_again(
    scene: Scene, diversions: list[str]
) -> None:
    company = await scene.company("A")
    await scene.save("change_calls", company.lines["A"], mode="forward", forward_to=MOBILE)
    call = await (await come_in(scene, company, company.lines["A"], *diversions)).answered()
    await call.hangup()
    assert not company.carrier.was_called()
    assert (await scene.record(company))["cause"] == "voicemail"


async def test_a_loop_through_the_carrier_ends(scene: Scene) -> None:
    """The carrier brings every call back to the line that sent it out, with the header it came with."""
    company = await scene.company("A")
    company.carrier.policy = RingOnly()
    line = company.lines["A"]
    await scene.save("change_calls", line, mode="forward", forward_to=MOBILE)
    calls = [await come_in(scene, company, line)]
    for _ in range(MOST_FORWARDS):
        back = await company.carrier.incoming()
        calls.append(await come_in(scene, company, line, back.header("Diversion")))
    await calls[-1].answered()
    assert len(company.carrier.was_called()) == MOST_FORWARDS
    assert [counter(call) for call in company.carrier.was_called()] == [1, 2, 3, 4, 5]
    for call in reversed(calls):
        await call.hangup()
