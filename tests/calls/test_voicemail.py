"""Messages: left, told of by lamp and e-mail, heard by telephone."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from tests.sip import audio
from tests.sip.agent import Refused
from tests.sip.call import Call
from tests.stack.listening import hears, hears_tone
from tests.stack.scene import Company, Line, Scene

pytestmark = pytest.mark.asyncio


async def leave_message(scene: Scene, company: Company, line: Line, *, hertz: float = 500) -> Call:
    """Leave three seconds of a tone in the line's mailbox, which must be reached at once (DND)."""
    call = await (await scene.outside_call(company, line.number)).answered()
    await hears_tone(call, within=20)
    await call.rtp.send(audio.tone(hertz, 3.0))
    await call.hangup()
    return call


async def test_a_mailbox_speaks_the_language_of_its_line(scene: Scene) -> None:
    company = await scene.company("AB", A={"language": "fr"}, B={"language": "en"})
    for letter, language in (("A", "fr"), ("B", "en")):
        line = company.lines[letter]
        await scene.save("change_calls", line, dnd=True)
        call = await (await scene.outside_call(company, line.number)).answered()
        await hears(call, language, "vm-theperson")
        await call.hangup()


async def test_a_message_is_kept_and_lights_the_lamp(scene: Scene) -> None:
    company = await scene.company("AB")
    line = company.lines["A"]
    a = await scene.phone(line)
    await scene.save("change_calls", line, dnd=True)
    await leave_message(scene, company, line)
    notify = await a.notified(lambda m: b"Messages-Waiting: yes" in m.body, within=5)
    assert b"Voice-Message: 1/0" in notify.body
    kept = await scene.do("messages", line_id=line.id)
    assert len(kept) == 1
    assert 3 <= kept[0]["seconds"] <= 7
    assert await scene.do("messages", line_id=company.lines["B"].id) == []
    record = await scene.record(company)
    assert record["cause"] == "voicemail"


async def test_a_phone_that_subscribes_to_its_messages_is_told_of_them(scene: Scene) -> None:
    company = await scene.company("A")
    line = company.lines["A"]
    await scene.save("change_calls", line, dnd=True)
    await leave_message(scene, company, line)
    await scene.until(lambda: scene.installation.do("messages", line_id=line.id), within=3, what="a message")
    a = await scene.phone(line)
    await a.subscribe()
    await a.notified(
        lambda m: b"Messages-Waiting: yes" in m.body and bool(m.get("Subscription-State")), within=5
    )


async def test_a_subscribed_phone_and_another_one_of_the_line_see_the_same(scene: Scene) -> None:
    company = await scene.company("A", A={"phones": 2})
    line = company.lines["A"]
    await scene.save("change_calls", line, dnd=True)
    subscribed, plain = await scene.phone(line), await scene.phone(line, index=1)
    await subscribed.subscribe()
    await subscribed.notified(lambda m: b"Messages-Waiting: no" in m.body)
    await leave_message(scene, company, line)
    for phone in (subscribed, plain):
        notify = await phone.notified(lambda m: b"Messages-Waiting: yes" in m.body, within=5)
        assert b"Voice-Message: 1/0" in notify.body


async def test_a_phone_cannot_subscribe_by_extension_or_number_to_other_lines(scene: Scene) -> None:
    company, stranger = await scene.company("AB"), await scene.company("A")
    a = await scene.phone(company.lines["A"])
    b = company.lines["B"]
    for other in (b.extension, b.number, str(b.id), stranger.lines["A"].number):
        with pytest.raises(Refused):
            await a.subscribe(of=other)


async def test_B60_a_message_goes_by_email_and_no_copy_stays(scene: Scene) -> None:
    company = await scene.company("A")
    line = company.lines["A"]
    address = f"line{line.id}@example.com"
    await scene.save("change_messages", line, email_on=True, email_to=[address], keep_copy=False)
    await scene.save("change_calls", line, dnd=True)
    await leave_message(scene, company, line, hertz=500)
    mail = scene.installation.mail
    await scene.until(lambda: mail.to(address), within=10, what="an e-mail")
    (message,) = mail.to(address)
    (attachment,) = message.iter_attachments()
    with wave.open(io.BytesIO(attachment.get_content())) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
    assert abs(audio.dominant_tone(raw.astype(np.float32)) - 500) < 5
    await scene.until(
        lambda: not scene.installation.do("messages", line_id=line.id), within=3, what="an empty mailbox"
    )
    assert len(mail.to(address)) == 1


async def test_a_message_whose_email_is_refused_is_kept(scene: Scene) -> None:
    company = await scene.company("A")
    line = company.lines["A"]
    address = f"refused{line.id}@example.com"
    mail = scene.installation.mail
    await scene.save("change_messages", line, email_on=True, email_to=[address], keep_copy=False)
    await scene.save("change_calls", line, dnd=True)
    mail.refuse_with = "451 try later"
    try:
        await leave_message(scene, company, line)
        await scene.until(
            lambda: scene.installation.do("messages", line_id=line.id), within=5, what="a kept message"
        )
    finally:
        mail.refuse_with = ""
    assert mail.to(address) == []


async def test_B61_a_changed_pin_is_in_force_by_telephone(scene: Scene) -> None:
    company = await scene.company("AB", A={"pin": "739164"})
    line = company.lines["A"]
    await scene.save("change_messages", line, pin="582047")
    a = await scene.phone(line)
    call = await (await a.call("*98")).answered()
    await hears(call, "fr", "vm-password")
    await call.rtp.press("739164#")
    await hears(call, "fr", "vm-incorrect")
    await call.hangup()
    call = await (await a.call("*98")).answered()
    await hears(call, "fr", "vm-password")
    await call.rtp.press("582047#")
    await hears(call, "fr", "vm-youhave")
    await call.hangup()


async def test_a_message_is_heard_by_telephone(scene: Scene) -> None:
    company = await scene.company("A", A={"pin": "582047"})
    line = company.lines["A"]
    await scene.save("change_calls", line, dnd=True)
    await leave_message(scene, company, line, hertz=900)
    await scene.until(lambda: scene.installation.do("messages", line_id=line.id), within=3, what="a message")
    a = await scene.phone(line)
    call = await (await a.call("*98")).answered()
    await hears(call, "fr", "vm-password")
    await call.rtp.press("582047#")
    await hears(call, "fr", "vm-youhave")
    await call.rtp.press("1")
    tone = audio.tone(900, 0.5)

    def heard() -> bool:
        sound = call.rtp.received()[-16000:]
        return abs(audio.dominant_tone(sound) - 900) < 5

    await scene.until(heard, within=20, what="the message heard")
    assert tone.size
    await call.hangup()
