"""Lines that an administrator adds and deletes: what callers and their phones meet from the very next call on."""

from __future__ import annotations

import pytest
from tests.sip.agent import Refused
from tests.sip.policy import Answer, RingOnly
from tests.stack.listening import hears
from tests.stack.scene import Line, Scene

pytestmark = pytest.mark.asyncio


async def test_B29_a_line_just_added_rings_and_B30_once_deleted_is_unknown(scene: Scene) -> None:
    company = await scene.company("AB")
    boss, other = company.lines["A"], company.lines["B"]
    a = await scene.phone(boss)
    b = await scene.phone(other, policy=Answer())
    made = await scene.do("add_line", by=boss.id, number=f"{company.base}60", extension="260", name="Ève")
    assert made["confirmed"]
    new = Line(**made["line"])
    phone = await scene.phone(new, policy=RingOnly())  # with the SIP account that the page shows
    for dialled in ("260", new.national):
        call = await a.call(dialled)
        await phone.incoming()
        await call.hangup()
    call = await (await phone.call("202")).answered()
    assert len(b.was_called()) == 1
    await call.hangup()
    deleted = await scene.do("delete_lines", by=boss.id, line_ids=[new.id, other.id])
    assert deleted["confirmed"]
    refused = await phone.call("201")
    assert (await refused.ended(10)).code == 401
    with pytest.raises(Refused):
        await b.register()
    for line in (new, other):
        call = await a.call(line.national)
        await hears(call, "fr", "ss-noservice")
        assert (await call.ended(20)).code == 404
        assert (await (await a.call(line.extension)).ended(20)).code in {404, 484}
    outside = await scene.outside_call(company, new.number)
    assert (await outside.ended(20)).code == 404
    assert len(a.was_called()) == 0
