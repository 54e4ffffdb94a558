"""Calls a line makes: extensions, numbers, outside, classes of call, identity, emergency."""

from __future__ import annotations

import asyncio

import pytest
from tests.sip.policy import Answer, RingOnly
from tests.stack.listening import hears
from tests.stack.scene import Scene

pytestmark = pytest.mark.asyncio

LONG_DISTANCE = "4186530199"


async def test_B29_extension_rings_the_line_and_shows_the_callers_extension(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    call = await a.call("202")
    arrived = await b.incoming()
    assert arrived.shown_number == "201"
    assert arrived.shown_name == "Line A"
    await call.answered()
    await call.hangup()
    record = await scene.record(company)
    assert (record["type"], record["cause"]) == ("internal", "answered")
    assert (record["caller_extension"], record["dialled"]) == ("201", "202")
    assert record["called_line_id"] == company.lines["B"].id


async def test_B30_extension_of_a_number_without_a_line_is_announced(scene: Scene) -> None:
    company = await scene.company("A")
    await scene.do(
        "create_range", group_id=company.group, first="250", last="259", number=company.base + "50"
    )
    a = await scene.phone(company.lines["A"])
    call = await a.call("255")
    await hears(call, "fr", "ss-noservice")
    ending = await call.ended(20)
    assert not call.answered_at, "an announcement is played before answer"
    assert ending.code == 404
    assert (await scene.record(company))["cause"] == "invalid_number"


async def test_numbers_of_the_group_are_internal_however_dialled(scene: Scene) -> None:
    company = await scene.company("AB")
    a, b = await asyncio.gather(*(scene.phone(company.lines[x], policy=Answer()) for x in "AB"))
    national = company.lines["B"].national
    for dialled in (national, f"1{national}", f"+1{national}", f"0111{national}"):
        call = await a.call(dialled)
        arrived = await b.incoming()
        assert arrived.shown_number == "201", dialled
        await call.answered()
        await call.hangup()
    assert not company.carrier.was_called()
    records = await scene.records(company, count=4)
    assert {r["type"] for r in records} == {"internal"}


async def test_a_call_out_takes_the_route_and_shows_the_lines_number(scene: Scene) -> None:
    company = await scene.company("A")
    company.carrier.policy = Answer(hertz=440)
    a = await scene.phone(company.lines["A"])
    call = await a.call(LONG_DISTANCE)
    outside = await company.carrier.incoming()
    assert outside.dialled.lstrip("+") == "1" + LONG_DISTANCE
    assert outside.shown_number.lstrip("+") == company.lines["A"].number[1:]
    await call.answered()
    await call.rtp.until(0.5, within=4)
    await call.hangup()
    assert (await outside.ended()).by == "remote"
    record = await scene.record(company)
    assert (record["type"], record["call_class"], record["cause"]) == (
        "outgoing",
        "long_distance",
        "answered",
    )


async def test_a_withheld_identity_does_not_leave_by_the_trunk(scene: Scene) -> None:
    company = await scene.company("A")
    await scene.save("change_line", company.lines["A"], withhold_identity=True)
    a = await scene.phone(company.lines["A"])
    await (await a.call(LONG_DISTANCE)).answered()
    outside = await company.carrier.incoming()
    shown = outside.header("From")
    assert company.lines["A"].national not in shown
    assert "Line A" not in shown
    assert "id" in outside.header("Privacy").split(";")


async def test_a_class_of_call_not_permitted_is_refused_in_words(scene: Scene) -> None:
    permitted = ["emergency", "internal", "local"]
    company = await scene.company("A", A={"permitted": permitted})
    a = await scene.phone(company.lines["A"])
    call = await a.call(LONG_DISTANCE)
    await hears(call, "fr", "feature-not-avail-line")
    ending = await call.ended(20)
    assert ending.code == 403
    assert any("cause" in reason for reason in ending.reasons), "a Reason header (RFC 3326)"
    assert not call.answered_at
    assert not company.carrier.was_called()
    record = await scene.record(company)
    assert (record["cause"], record["sip_code"]) == ("not_permitted", 403)


async def test_invalid_number_is_refused_in_words(scene: Scene) -> None:
    company = await scene.company("A", A={"language": "en"})
    a = await scene.phone(company.lines["A"])
    call = await a.call("12345678")
    await hears(call, "en", "privacy-incorrect")
    assert (await call.ended(20)).code in {404, 484}
    assert (await scene.record(company))["cause"] == "invalid_number"


async def test_emergency_leaves_from_a_suspended_a_locked_and_a_barred_line(scene: Scene) -> None:
    company = await scene.company("ABC", C={"permitted": ["emergency"]})
    await scene.do("operator_state", line_id=company.lines["A"].id, suspended=True)
    await scene.do("operator_state", line_id=company.lines["B"].id, locked=True)
    for letter in "ABC":
        phone = await scene.phone(company.lines[letter])
        call = await phone.call("911")
        outside = await company.carrier.incoming()
        assert outside.dialled == "911", letter
        assert outside.shown_number.lstrip("+") == company.lines[letter].number[1:]
        await call.answered()
        await call.hangup()
    records = await scene.records(company, count=3)
    assert {r["call_class"] for r in records} == {"emergency"}


async def test_a_suspended_and_a_locked_line_call_nobody_else(scene: Scene) -> None:
    company = await scene.company("ABC")
    await scene.do("operator_state", line_id=company.lines["A"].id, suspended=True)
    await scene.do("operator_state", line_id=company.lines["B"].id, locked=True)
    c = await scene.phone(company.lines["C"], policy=RingOnly())
    for letter in "AB":
        phone = await scene.phone(company.lines[letter])
        call = await phone.call("203")
        assert (await call.ended(20)).code == 403, letter
    assert not c.was_called()


async def test_B59_the_name_shown_inside_follows_the_setting(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"], name="What the phone says")
    b = await scene.phone(company.lines["B"])
    await scene.save("change_line", company.lines["A"], calling_name="Service des ventes")
    call = await a.call("202")
    assert (await b.incoming()).shown_name == "Service des ventes"
    await call.hangup()
    await scene.save("change_line", company.lines["A"], withhold_identity=True)
    call = await a.call("202")
    hidden = await b.incoming()
    for header in ("From", "P-Asserted-Identity", "Remote-Party-ID", "Contact"):
        assert "Service des ventes" not in hidden.header(header)
        assert "201" not in hidden.header(header).partition("@")[0]
    await call.hangup()


async def test_hold_and_resume_keep_the_call(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=Answer(hertz=440))
    call = await (await a.call("202")).answered()
    assert (await call.hold()).status == 200
    assert (await call.hold(direction="sendrecv")).status == 200
    before = call.rtp.received().size
    await call.rtp.until(before / 8000 + 0.5, within=5)
    await b.calls[0].hangup()
    assert (await call.ended()).by == "remote"


async def test_exact_causes_of_unanswered_calls(scene: Scene) -> None:
    company = await scene.company("ABC", B={"with_voicemail": False}, C={"with_voicemail": False})
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=RingOnly())
    call = await (await a.call("202")).ringing()
    await call.hangup()
    records = await scene.records(company)
    assert (records[-1]["cause"], records[-1]["answered"]) == ("caller_gave_up", None)
    await scene.do("change_calls", line_id=company.lines["B"].id, dnd=True)
    assert (await (await a.call("202")).ended()).code == 480
    assert (await scene.records(company, count=2))[-1]["cause"] == "rejected"
    call = await a.call("203")
    assert (await call.ended(15)).code in {480, 486}
    assert (await scene.records(company, count=3))[-1]["cause"] in {"unreachable", "busy"}
    assert len(b.was_called()) == 1
