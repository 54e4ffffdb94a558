"""Calls a line gets: what its incoming-call settings make of them."""

from __future__ import annotations

import asyncio

import pytest
from tests.sip.policy import Answer, Refuse, RingOnly
from tests.stack.listening import hears
from tests.stack.scene import Scene

pytestmark = pytest.mark.asyncio

MOBILE = "4186530142"


async def test_a_call_from_outside_rings_and_shows_its_caller(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"], policy=Answer(hertz=600))
    call = await scene.outside_call(company, company.lines["A"].number, caller="+14186530101", name="Zoé")
    arrived = await a.incoming()
    assert arrived.shown_number.endswith("4186530101")
    await call.answered()
    await call.rtp.until(0.4, within=4)
    await arrived.hangup()
    await call.ended()
    record = await scene.record(company)
    assert (record["type"], record["cause"]) == ("incoming", "answered")
    assert record["caller_number"].endswith("4186530101")


async def test_a_withheld_caller_is_not_shown(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"])
    call = await scene.outside_call(company, company.lines["A"].number, withheld=True)
    arrived = await a.incoming()
    for header in ("From", "P-Asserted-Identity", "Remote-Party-ID", "Contact", "Diversion"):
        assert "4186530101" not in arrived.header(header)
    await (await call.answered()).hangup()
    assert (await scene.record(company))["caller_withheld"]


async def test_B49_voicemail_answers_twenty_seconds_after_the_first_ring(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"], policy=RingOnly())
    call = await (await scene.outside_call(company, company.lines["A"].number)).ringing()
    await call.answered(25)
    assert 19 <= call.answered_at - a.was_called()[0].ringing_at <= 22
    await hears(call, "fr", "vm-theperson")
    assert (await a.was_called()[0].ended(1)).code == 487
    await call.hangup()
    assert (await scene.record(company))["cause"] == "voicemail"


async def test_B50_do_not_disturb_is_silent_and_goes_to_voicemail(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    await scene.save("change_calls", company.lines["A"], dnd=True)
    call = await (await scene.outside_call(company, company.lines["A"].number)).answered()
    await hears(call, "fr", "vm-theperson")
    inside = await (await b.call("201")).answered()
    assert not a.was_called()
    await call.hangup()
    await inside.hangup()


async def test_B51_do_not_disturb_goes_to_the_busy_forward(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    await scene.save("change_calls", company.lines["A"], dnd=True, busy="number", busy_to="202")
    call = await scene.outside_call(company, company.lines["A"].number)
    arrived = await b.incoming()
    assert arrived.shown_number.endswith("4186530101")
    await call.answered()
    assert not a.was_called()


async def test_B52_together_the_outside_number_takes_it_by_pressing_one(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"], policy=RingOnly())
    company.carrier.policy = Answer(after=0.3, hertz=700)
    entry = {"mode": "together", "dialled": MOBILE, "confirm": True}
    await scene.save("change_calls", company.lines["A"], mode="together", entries=[entry])
    call = await scene.outside_call(company, company.lines["A"].number)
    own, mobile = await asyncio.gather(a.incoming(), company.carrier.incoming())
    assert mobile.dialled.endswith(MOBILE)
    await mobile.answered()
    await mobile.rtp.until(1.0, within=5)
    assert not call.answered_at, "an answer without acceptance takes nothing"
    assert own.ending is None
    await mobile.rtp.press("1")
    await call.answered()
    assert (await own.ended()).code == 487
    began = asyncio.get_running_loop().time()
    await call.rtp.until(0.6, within=5)
    assert call.up
    assert call.answered_at <= began
    await call.hangup()
    await mobile.ended()


async def test_B52_together_the_phone_takes_it_and_the_outside_number_stops(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"], policy=Answer(after=0.8))
    company.carrier.policy = RingOnly()
    entry = {"mode": "together", "dialled": MOBILE, "confirm": True}
    await scene.save("change_calls", company.lines["A"], mode="together", entries=[entry])
    call = await scene.outside_call(company, company.lines["A"].number)
    own, mobile = await asyncio.gather(a.incoming(), company.carrier.incoming())
    await call.answered()
    assert (await mobile.ended()).code == 487
    assert own.up


async def test_B53_in_order_the_mobile_rings_ten_seconds_after_the_phone(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"], policy=RingOnly())
    company.carrier.policy = RingOnly()
    entries = [
        {"mode": "in_order", "dialled": "", "start": 0, "seconds": 10},
        {"mode": "in_order", "dialled": MOBILE, "start": 10, "seconds": 15, "confirm": False},
    ]
    await scene.save("change_calls", company.lines["A"], mode="in_order", entries=entries)
    call = await scene.outside_call(company, company.lines["A"].number)
    own = await a.incoming()
    mobile = await company.carrier.incoming(14)
    assert 9.5 <= mobile.sent_at - own.sent_at <= 11
    assert (await own.ended(2)).code == 487
    await mobile.answer()
    await call.answered()


async def test_B54_a_forward_rings_the_target_only(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    await scene.save("change_calls", company.lines["A"], mode="forward", forward_to="202")
    call = await scene.outside_call(company, company.lines["A"].number)
    assert (await b.incoming()).shown_number.endswith("4186530101")
    await call.answered()
    await call.hangup()
    assert not a.was_called()
    record = await scene.record(company)
    assert record["forwarded_from"] == company.lines["A"].number
    assert record["called_line_id"] == company.lines["B"].id


async def test_a_forward_outside_names_the_forwarding_line(scene: Scene) -> None:
    company = await scene.company("A")
    await scene.save("change_calls", company.lines["A"], mode="forward", forward_to=MOBILE)
    call = await scene.outside_call(company, company.lines["A"].number)
    outside = await company.carrier.incoming()
    assert outside.dialled.endswith(MOBILE)
    assert company.lines["A"].national in outside.header("Diversion") + outside.header("History-Info")
    assert outside.shown_number.endswith("4186530101")
    await call.answered()


async def test_B55_busy_and_no_answer_each_have_their_target(scene: Scene) -> None:
    company = await scene.company("ABC")
    a = await scene.phone(company.lines["A"], policy=Refuse(486))
    b = await scene.phone(company.lines["B"])
    c = await scene.phone(company.lines["C"])
    await scene.save(
        "change_calls", company.lines["A"], busy="number", busy_to="202", no_answer="number", no_answer_to="203",
        no_answer_seconds=5,
    )  # fmt: skip
    call = await scene.outside_call(company, company.lines["A"].number)
    await b.incoming()
    await call.hangup()
    assert not c.was_called()
    a.policy = RingOnly()
    call = await scene.outside_call(company, company.lines["A"].number)
    arrived = await c.incoming(8)
    ringing = a.was_called()[-1]
    assert 4.5 <= arrived.sent_at - ringing.ringing_at <= 6.5
    await call.hangup()
    assert len(b.was_called()) == 1


async def test_call_waiting_a_second_call_rings_and_a_third_is_busy(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    await scene.save("change_calls", company.lines["A"], busy="number", busy_to="202")
    for expected in (1, 2):
        await (await scene.outside_call(company, company.lines["A"].number)).answered()
        assert len(a.was_called()) == expected
    await (await scene.outside_call(company, company.lines["A"].number)).answered()
    assert len(a.was_called()) == 2
    assert len(b.was_called()) == 1


async def test_without_call_waiting_a_line_in_use_is_busy(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    await scene.save("change_calls", company.lines["A"], call_waiting=False, busy="number", busy_to="202")
    await (await scene.outside_call(company, company.lines["A"].number)).answered()
    await (await scene.outside_call(company, company.lines["A"].number)).answered()
    assert (len(a.was_called()), len(b.was_called())) == (1, 1)


async def test_B58_forward_if_unavailable_while_no_phone_is_registered(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    await scene.save("change_calls", company.lines["A"], unavailable_to="202")
    call = await scene.outside_call(company, company.lines["A"].number)
    await a.incoming()
    await call.hangup()
    await a.unregister()
    call = await scene.outside_call(company, company.lines["A"].number)
    await b.incoming()
    await call.hangup()
    assert len(a.was_called()) == 1


async def test_B62_two_lines_forwarding_to_each_other_end(scene: Scene) -> None:
    company = await scene.company("AB")
    await scene.save("change_calls", company.lines["A"], mode="forward", forward_to="202")
    await scene.save("change_calls", company.lines["B"], mode="forward", forward_to="201")
    call = await scene.outside_call(company, company.lines["A"].number)
    await call.until(lambda: call.answered_at or call.ending, 5, "in a mailbox or released")
    await call.hangup()
    record = await scene.record(company)
    forwards = [t for t in record["trace"] if t["rule"] == "forward_all" and t["result"] == "forwarded"]
    assert 1 <= len(forwards) <= 5
    assert record["cause"] in {"voicemail", "busy", "no_answer", "unreachable"}


async def test_B78_both_phones_of_a_line_ring(scene: Scene) -> None:
    company = await scene.company("A", A={"phones": 2})
    one = await scene.phone(company.lines["A"], policy=RingOnly())
    two = await scene.phone(company.lines["A"], policy=Answer(after=0.5), index=1)
    call = await scene.outside_call(company, company.lines["A"].number)
    first, _second = await asyncio.gather(one.incoming(), two.incoming())
    await call.answered()
    assert (await first.ended()).code == 487


async def test_an_unknown_number_of_the_block_is_announced(scene: Scene) -> None:
    company = await scene.company("A")
    call = await scene.outside_call(company, company.base + "77")
    await hears(call, "fr", "ss-noservice")
    assert (await call.ended(20)).code == 404
    assert not call.answered_at
