"""Who may be a phone: transports, credentials, and answers that tell a stranger nothing."""

from __future__ import annotations

import re

import pytest
from tests.calls.test_voicemail import leave_message
from tests.sip.agent import Account, Refused, UserAgent
from tests.sip.message import Message
from tests.sip.policy import Answer, RingOnly
from tests.stack.scene import Scene

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_registration_and_calls_over(scene: Scene, transport: str) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"], transport=transport)
    b = await scene.phone(company.lines["B"], transport=transport, policy=Answer(hertz=440))
    call = await (await a.call("202")).answered()
    await call.rtp.until(0.4, within=4)
    await call.hangup()
    await b.calls[0].ended()
    back = await (await b.call("201")).answered()
    await back.hangup()


def shape(response: Message, *secrets: str) -> str:
    """Return a response without what differs between any two of them."""
    text = response.to_bytes().decode()
    for secret in secrets:
        text = text.replace(secret, "?")
    return re.sub(
        r'(?i)(nonce|opaque|branch|tag|rport)="?[^",;\s]*"?|^(Call-ID|CSeq|Date):.*$',
        r"\1",
        text,
        flags=re.MULTILINE,
    )


async def refusals(scene: Scene, user: str, password: str, method: str, dialled: str) -> list[str]:
    """Return the shapes of the two answers to a request with these credentials."""
    account = Account(user, password, ("127.0.0.1", scene.installation.sip))
    async with UserAgent(account) as agent:
        if method == "REGISTER":
            with pytest.raises(Refused):
                await agent.register()
        else:
            call = await agent.call(dialled)
            await call.ended(10)
        answers = [m for m in agent.received if not m.is_request and m.status >= 200]
        port = str(agent.local_address[1])
        return [shape(m, user, port) for m in answers]


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
async def test_unknown_user_wrong_password_and_anonymous_are_answered_alike(
    scene: Scene, method: str
) -> None:
    company = await scene.company("AB")
    known = company.lines["A"].phones[0]["user"]
    wrong = await refusals(scene, known, "wrong", method, "202")
    unknown = await refusals(scene, "p" + "z" * 12, "wrong", method, "202")
    anonymous = await refusals(scene, "anonymous", "", method, "202")
    assert wrong == unknown == anonymous
    assert len(wrong) == 2
    assert all(answer.startswith("SIP/2.0 401") for answer in wrong)


async def test_two_groups_with_the_same_extensions_never_meet(scene: Scene) -> None:
    one, two = await scene.company("AB"), await scene.company("AB")
    a = await scene.phone(one.lines["A"])
    b = await scene.phone(one.lines["B"], policy=RingOnly())
    stranger = await scene.phone(two.lines["B"], policy=RingOnly())
    call = await a.call("202")
    await b.incoming()
    await call.hangup()
    outside = await a.call(two.lines["B"].national)
    arrived = await one.carrier.incoming()
    assert arrived.dialled.endswith(two.lines["B"].national)
    await outside.hangup()
    by_endpoint = await a.call(two.lines["B"].phones[0]["user"])
    assert (await by_endpoint.ended(20)).code in {404, 484}
    assert not stranger.was_called()
    await scene.records(one, count=2)
    assert await scene.do("records", group_id=two.group) == []


async def test_credentials_of_one_phone_do_not_register_another(scene: Scene) -> None:
    one, two = await scene.company("A"), await scene.company("A")
    mine, other = one.lines["A"].phones[0], two.lines["A"].phones[0]
    account = Account(mine["user"], mine["password"], ("127.0.0.1", scene.installation.sip))
    victim = await scene.phone(two.lines["A"], policy=RingOnly())
    async with UserAgent(account) as agent:
        request = agent.request(
            "REGISTER",
            "sip:127.0.0.1",
            to=f"<sip:{other['user']}@127.0.0.1>",
            call_id="crossed",
            cseq=1,
            tag="crossed",
        )
        await agent.exchange(request)  # refused, or taken for the account that proved itself
        call = await scene.outside_call(two, two.lines["A"].number)
        await victim.incoming()
        assert not agent.was_called()
        await call.hangup()


async def test_a_message_stays_in_its_group(scene: Scene) -> None:
    one, two = await scene.company("A"), await scene.company("A")
    await scene.save("change_calls", one.lines["A"], dnd=True)
    await leave_message(scene, one, one.lines["A"])
    await scene.until(
        lambda: scene.installation.do("messages", line_id=one.lines["A"].id), within=3, what="a message"
    )
    assert await scene.do("messages", line_id=two.lines["A"].id) == []
    assert await scene.do("records", group_id=two.group) == []
