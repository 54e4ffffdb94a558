"""Who the called party is told is calling, callers who hide, and what a line may call or be disturbed by."""

from __future__ import annotations

import asyncio
import signal

import pytest
from tests.calls.test_faults import FALLBACK_WITHIN, replaced
from tests.sip import audio
from tests.sip.call import Call
from tests.sip.policy import Answer, RingOnly
from tests.stack.listening import hears, prompt
from tests.stack.scene import Company, Scene

pytestmark = pytest.mark.asyncio

LONG_DISTANCE = "4186530199"
MOBILE = "4186530142"
SOON = 8.0
"""Seconds a record may take here: what it says is the matter, another test holds it to its 2 s."""
SHOWING = ("From", "P-Asserted-Identity", "Remote-Party-ID", "Contact")


async def heard_twice(call: Call, language: str, name: str) -> None:
    """Hear the prompt, and hear it again, and never be answered."""
    first = await hears(call, language, name, within=10)
    await call.ended(25)
    rest = call.rtp.received()[int((first + 1) * audio.RATE) :]
    assert audio.heard(rest, prompt(language, name)) is not None, f"{name} was heard once only"
    assert not call.answered_at, "an announcement is played before answer"


def hidden(arrived: Call, *words: str) -> None:
    """Check that a phone is told nothing of the caller."""
    for header in SHOWING:
        for word in words:
            assert word not in arrived.header(header).partition("@")[0], header


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_B57_an_outside_caller_who_hides_hears_why_twice_and_does_not_ring(
    scene: Scene, language: str
) -> None:
    company = await scene.company("A", language=language)
    line = company.lines["A"]
    a = await scene.phone(line)
    await scene.save("change_line", line, reject_anonymous=True)
    call = await scene.outside_call(company, line.number, withheld=True)
    await heard_twice(call, language, "privacy-unident")
    assert call.final_code == 433
    assert not a.was_called()
    record = await scene.record(company, within=SOON)
    assert (record["cause"], record["sip_code"], record["answered"]) == ("rejected", 433, None)
    shown = await scene.outside_call(company, line.number, name="Zoé")
    await a.incoming()
    await (await shown.answered()).hangup()


async def test_B57_an_anonymous_from_alone_is_a_caller_who_hides(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"])
    await scene.save("change_line", company.lines["A"], reject_anonymous=True)
    company.carrier.account.caller, company.carrier.account.name = "anonymous", "Anonymous"
    call = await company.carrier.call(company.lines["A"].number, headers=[])
    assert (await call.ended(25)).code == 433
    assert not a.was_called()


async def test_B57_a_colleague_who_hides_is_turned_away_in_his_own_language(scene: Scene) -> None:
    company = await scene.company("AB", B={"language": "en"})
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"])
    await scene.save("change_line", company.lines["A"], reject_anonymous=True)
    call = await b.call("*67201")
    await heard_twice(call, "en", "privacy-unident")
    assert call.final_code == 433
    assert not a.was_called()
    await (await (await b.call("201")).answered()).hangup()
    first, second = await scene.records(company, count=2, within=SOON)
    assert (first["dialled"], first["caller_withheld"], first["cause"]) == ("*67201", True, "rejected")
    assert second["cause"] == "answered"


async def test_B59_hiding_one_call_by_code_inside_and_outside(scene: Scene) -> None:
    company = await scene.company("AB")
    a, b = await asyncio.gather(*(scene.phone(company.lines[x]) for x in "AB"))
    call = await a.call("*67202")
    hidden(await b.incoming(), "Line A", "201", company.lines["A"].national)
    await (await call.answered()).hangup()
    call = await a.call(f"*67{LONG_DISTANCE}")
    outside = await company.carrier.incoming()
    assert outside.dialled.lstrip("+") == "1" + LONG_DISTANCE
    assert "id" in outside.header("Privacy").split(";")
    assert company.lines["A"].national not in outside.header("From")
    assert "Line A" not in outside.header("From") + outside.header("P-Asserted-Identity")
    assert company.lines["A"].national in outside.header("P-Asserted-Identity"), "for the carrier only"
    await (await call.answered()).hangup()
    call = await a.call("202")
    assert (await b.incoming()).shown_number == "201", "the next call is as before"
    await (await call.answered()).hangup()
    records = await scene.records(company, count=3, within=SOON)
    assert [r["dialled"] for r in records] == ["*67202", f"*67{LONG_DISTANCE}", "202"]
    assert [r["caller_withheld"] for r in records] == [True, True, False]
    assert records[1]["call_class"] == "long_distance"


async def test_B59_showing_one_call_by_code_overrides_the_lines_withholding(scene: Scene) -> None:
    company = await scene.company("AB")
    a, b = await asyncio.gather(*(scene.phone(company.lines[x]) for x in "AB"))
    await scene.save("change_line", company.lines["A"], withhold_identity=True)
    call = await a.call("*82202")
    arrived = await b.incoming()
    assert (arrived.shown_number, arrived.shown_name) == ("201", "Line A")
    await (await call.answered()).hangup()
    call = await a.call(f"*82{LONG_DISTANCE}")
    outside = await company.carrier.incoming()
    assert outside.shown_number.lstrip("+") == company.lines["A"].number[1:]
    assert outside.shown_name == "Line A"
    assert not outside.header("Privacy")
    await (await call.answered()).hangup()


async def test_a_code_without_a_number_is_refused_in_words(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"])
    for dialled, code in (("*67", 484), ("*82*98", 404)):
        call = await a.call(dialled)
        await hears(call, "fr", "privacy-incorrect")
        assert (await call.ended(20)).code == code
        assert not call.answered_at
    assert {r["dialled"] for r in await scene.records(company, count=2, within=SOON)} == {"*67", "*82*98"}


async def test_emergency_after_a_code_passes_and_shows_the_number(scene: Scene) -> None:
    company = await scene.company("A", A={"permitted": ["emergency"]})
    a = await scene.phone(company.lines["A"])
    await scene.save("change_line", company.lines["A"], withhold_identity=True)
    for code in ("*67", "*70", "*82", "*70*67"):
        call = await a.call(f"{code}911")
        outside = await company.carrier.incoming()
        assert outside.dialled == "911", code
        assert outside.shown_number.lstrip("+") == company.lines["A"].number[1:], code
        assert not outside.header("Privacy"), code
        await (await call.answered()).hangup()


async def test_the_fallback_takes_codes_off_the_number_and_hides(scene: Scene) -> None:
    company = await scene.company("AB")
    company.carrier.policy = Answer(hertz=440)
    a, b = await asyncio.gather(*(scene.phone(company.lines[x]) for x in "AB"))
    old = scene.installation.signal("callcontrol", signal.SIGKILL)
    inside, emergency = await asyncio.gather(a.call("*67202"), a.call("*70*67911"))
    hidden(await b.incoming(FALLBACK_WITHIN), "Line A", "201", company.lines["A"].national)
    outside = await company.carrier.incoming(FALLBACK_WITHIN)
    assert outside.dialled == "911"
    assert outside.shown_number.lstrip("+") == company.lines["A"].number[1:]
    await asyncio.gather(*(call.answered(FALLBACK_WITHIN) for call in (inside, emergency)))
    await asyncio.gather(*(call.hangup() for call in (inside, emergency)))
    await replaced(scene, "callcontrol", old)


async def test_no_call_waiting_for_one_call_makes_the_line_busy_until_it_ends(scene: Scene) -> None:
    company = await scene.company("ABC")
    a, b, c = await asyncio.gather(*(scene.phone(company.lines[x]) for x in "ABC"))
    await scene.save("change_calls", company.lines["A"], busy="number", busy_to="203")
    call = await (await a.call("*70202")).answered()
    await b.incoming()
    second = await (await scene.outside_call(company, company.lines["A"].number)).answered()
    await c.incoming()
    assert not a.was_called()
    await second.hangup()
    await call.hangup()
    await call.ended()
    call = await (await a.call("202")).answered()
    await scene.outside_call(company, company.lines["A"].number)
    await a.incoming()
    assert len(c.was_called()) == 1, "the next call waits as the line wishes"


async def test_the_called_side_of_an_undisturbed_call_may_be_disturbed(scene: Scene) -> None:
    company = await scene.company("AB")
    a, b = await asyncio.gather(*(scene.phone(company.lines[x]) for x in "AB"))
    await (await a.call("*70202")).answered()
    await b.incoming()
    await scene.outside_call(company, company.lines["B"].number)
    await b.incoming()
    assert len(b.was_called()) == 2


async def test_barring_refuses_one_class_and_no_other(scene: Scene) -> None:
    company = await scene.company("A")
    a = await scene.phone(company.lines["A"])
    await scene.save("change_line", company.lines["A"], barred=["long_distance"])
    call = await a.call(LONG_DISTANCE)
    await hears(call, "fr", "feature-not-avail-line")
    ending = await call.ended(20)
    assert ending.code == 403
    assert any("cause" in reason for reason in ending.reasons)
    assert not company.carrier.was_called()
    for dialled in ("18005550199", "911"):
        await (await (await a.call(dialled)).answered()).hangup()
    await scene.save("change_line", company.lines["A"], barred=[])
    await (await (await a.call(LONG_DISTANCE)).answered()).hangup()
    records = await scene.records(company, count=4, within=SOON)
    assert [r["cause"] for r in records] == ["not_permitted", *["answered"] * 3]


async def test_a_name_leaves_in_plain_letters_and_short(scene: Scene) -> None:
    company = await scene.company("AB", A={"name": "Marie-Ève Tremblay"})
    a, b = await asyncio.gather(*(scene.phone(company.lines[x]) for x in "AB"))
    call = await a.call("202")
    assert (await b.incoming()).shown_name == "Marie-Ève Tremblay"
    await (await call.answered()).hangup()
    await (await a.call(LONG_DISTANCE)).answered()
    outside = await company.carrier.incoming()
    assert outside.shown_name == "Marie-Eve Tremb"
    for header in SHOWING:
        assert outside.header(header).isascii(), header
    assert "Marie-Eve Tremb" in outside.header("P-Asserted-Identity")


async def come_in_forwarded(scene: Scene, company: Company) -> Call:
    """Have a call from outside forwarded outside by line A; return what the carrier gets."""
    company.carrier.policy = RingOnly()
    await scene.save("change_calls", company.lines["A"], mode="forward", forward_to=MOBILE)
    company.carrier.account.caller = "+14186530101"
    asserted = ("P-Asserted-Identity", '"Zoé Dehors" <sip:+14186530101@127.0.0.1>')
    await company.carrier.call(company.lines["A"].number, headers=[asserted])
    return await company.carrier.incoming()


async def test_a_forward_outside_shows_the_caller_and_names_the_line_in_diversion(scene: Scene) -> None:
    company = await scene.company("A")
    outside = await come_in_forwarded(scene, company)
    assert outside.shown_number.endswith("4186530101")
    assert outside.shown_name == "Zoe Dehors"
    assert company.lines["A"].number in outside.header("Diversion")


async def test_a_carrier_that_takes_own_numbers_only_is_shown_the_forwarding_line(scene: Scene) -> None:
    company = await scene.company("A")
    await scene.do("trunk_takes_own_numbers", name=company.carrier.account.user)
    outside = await come_in_forwarded(scene, company)
    assert outside.shown_number.lstrip("+") == company.lines["A"].number[1:]
    assert "4186530101" not in "".join(outside.header(header) for header in SHOWING)
    assert company.lines["A"].number in outside.header("Diversion")
