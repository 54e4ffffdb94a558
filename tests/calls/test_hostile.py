"""Everything from SIP is hostile: odd values through real calls, and RFC 4475's torture messages."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.calls import torture
from tests.sip.agent import UserAgent
from tests.sip.call import Call
from tests.sip.message import Message
from tests.sip.policy import Answer, RingOnly
from tests.stack.installation import Installation
from tests.stack.scene import Company, Scene

from carillon.asterisk.journal import is_event
from carillon.calls.identity import clean_name, plain_name

pytestmark = pytest.mark.asyncio

NAMES = {
    "quotes": 'a"b\\"c\' `id` ""',
    "folded lines": "one\r\n two",
    "formula": "=cmd|' /C calc'!A0",
    "ten kilobytes": "n" * 10_000,
    "not UTF-8": "\udcff\udcfe\udc80caf\udce9",
    "SQL": "'; DROP TABLE lines_line; --",
    "script": "<script>alert(1)</script>",
    "dialplan": "${SHELL(touch MARKER)}",
    "dialplan function": "$[1+1]${FILE(/etc/passwd)}",
    "escaped AMI": "x%0D%0AAction: Originate%0D%0AChannel: Local/911",
    "step protocol": "x&st=1&kind=trunk|c1|hangup",
    "bidirectional": "abc\u202edcba\u0000",
}
PORTAL_NAMES = (
    "محمد العربي", "דוד (לוי)", "क्‍षत्रिय", "山田 太郎", "👨‍👩‍👧‍👦 Côté", "Z\u0300\u0315\u0489alg\u0323o", "𝒜" * 35,
    'a"b\'c`d\\e', "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "${SHELL(touch MARKER)}", "$[1+1]${EPOCH}",
    "\"; DROP TABLE lines_line; --", "x@y>;tag=1", "%s %n ^ & | , ;", "a: b <sip:911@x>",
)  # fmt: skip
"""Names an administrator may give a line."""
DISCARDED = {"folded lines"}
"""Names that make a message the engine cannot parse, and so need not answer (RFC 3261 sections 16.3, 18.3)."""
DISCARDED_HEADERS = DISCARDED | {"bidirectional"}
"""The same where the text is a header's value too: a NUL inside quotes is a character, elsewhere it ends the message."""
FORGED_CALL = "1795400000.987654"
FORGED = json.dumps(
    {
        "eventtype": "HANGUP", "eventtime": "1795400000.000001", "channame": "PJSIP/x-00000001",
        "uniqueid": FORGED_CALL, "linkedid": FORGED_CALL, "context": "s", "userfield": "", "peer": "",
        "eventextra": "",
    }
)  # fmt: skip
"""A whole line of the engine's journal, for a call that never was."""
DIALLED = {
    "two endpoints": "202&PJSIP/203",
    "pipe": "202|60|rtT",
    "comma": "202,60",
    "dialplan": "${SHELL(touch MARKER)}",
    "SQL": "202' OR '1'='1",
    "AMI": "202\r\nAction: Originate",
    "formula": "=cmd",
    "script": "<script>",
    "not UTF-8": "\udcff\udcfe202",
    "long": "2" * 5000,
    "pattern": "_X.",
    "path": "../../etc/passwd",
    "step protocol": "202&ev=start&kind=trunk&ep=x",
    "line of the journal": f"202\r\n{FORGED}\r\n",
    "line feed and quotes": f'202\n"}}\n{FORGED}\n{{"a":"',
    "substring of a function": "202&PJSIP/203):0:1",
    "special extension": "h",
    "special extension s": "s",
}


OUTSIDE = "4186530199"
JOURNALS = ("cel.jsonl", "decisions.jsonl")


@dataclass(frozen=True, slots=True)
class Before:
    """What was there before the attack: the processes that must survive, and the journals' lengths."""

    engine: int
    callcontrol: int
    journals: dict[str, int]


def _journal(installation: Installation, name: str) -> bytes:
    file = installation.node / "journal" / name
    return file.read_bytes() if file.exists() else b""


@pytest.fixture
def alive(installation: Installation) -> Before:
    """The state before the attack."""
    lengths = {name: len(_journal(installation, name)) for name in JOURNALS}
    return Before(installation.pid("engine"), installation.pid("callcontrol"), lengths)


async def check_unharmed(scene: Scene, company: Company, alive: Before, marker: Path) -> None:
    """See that nothing ran, nothing died, the journals are still JSON and a normal call works."""
    installation = scene.installation
    assert not marker.exists(), "a value from SIP was executed"  # noqa: ASYNC240
    assert (installation.pid("engine"), installation.pid("callcontrol")) == (alive.engine, alive.callcontrol)
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=Answer())
    seen = len(b.was_called())
    call = await (await a.call("202")).answered()
    assert len(b.was_called()) == seen + 1
    await call.hangup()
    for name in JOURNALS:
        for line in _journal(installation, name)[alive.journals[name] :].splitlines():
            entry = json.loads(line)  # every line a journal got is one whole JSON object
            assert FORGED_CALL not in {entry.get("linkedid"), entry.get("call")}
            assert name != "cel.jsonl" or is_event(entry), line


async def check_discarded(call: Call) -> None:
    """See that the engine, which answers what comes after the call's INVITE, does not answer the INVITE at all.

    Nor when it comes a second time, after half a second.
    """
    call.agent.account.name = ""
    await _still_answers(call.agent, call.uri)
    await asyncio.sleep(1)
    assert not call.responses
    call.forget()


async def outcome(call: Call, phone: UserAgent) -> str:
    """Wait until the call rang at the phone or was refused."""
    await call.until(lambda: call.ending or call.ringing_at or call.answered_at, 20, "rung or refused")
    return "proceeds" if phone.was_called() else "refused"


@pytest.mark.parametrize("kind", NAMES)
async def test_a_hostile_name_from_outside(scene: Scene, alive: Before, tmp_path: Path, kind: str) -> None:
    marker = tmp_path / "marker"
    company = await scene.company("AB")
    b = await scene.phone(company.lines["B"], policy=Answer())
    text = NAMES[kind].replace("MARKER", str(marker))
    call = await scene.outside_call(company, company.lines["B"].number, name=text)
    if kind in DISCARDED:
        await check_discarded(call)
        assert not b.was_called()
    elif await outcome(call, b) == "proceeds":
        shown = b.was_called()[0].header("From")
        assert shown.count("<sip:") == 1
        assert not any(ord(sign) < 32 for sign in shown)
        await call.answered()
        await call.hangup()
        await scene.record(company)
    else:
        assert 400 <= call.final_code < 500
    await check_unharmed(scene, company, alive, marker)


@pytest.mark.parametrize("kind", NAMES)
async def test_a_hostile_name_and_headers_from_a_phone(
    scene: Scene, alive: Before, tmp_path: Path, kind: str
) -> None:
    marker = tmp_path / "marker"
    text = NAMES[kind].replace("MARKER", str(marker))
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"], name="" if kind in DISCARDED_HEADERS else text)
    a.account.name = text
    b = await scene.phone(company.lines["B"], policy=Answer())
    flat = text.replace("\r\n", "")
    headers = [
        ("Diversion", f"<sip:{quote(flat, errors='surrogateescape')}@x>;reason=unknown"),
        ("Subject", flat),
    ]
    call = await a.call("202", headers=headers)
    if kind in DISCARDED_HEADERS:
        await check_discarded(call)
        assert not b.was_called()
    elif await outcome(call, b) == "proceeds":
        assert b.was_called()[0].shown_name == "Line A"
        await call.answered()
        await call.hangup()
    else:
        assert 400 <= call.final_code < 500
    await check_unharmed(scene, company, alive, marker)


async def test_a_name_of_the_portal_reaches_phones_as_it_is_and_carriers_plain(
    scene: Scene, alive: Before, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=RingOnly())
    names = [text if len(text) < 36 else text[:35] for text in PORTAL_NAMES]
    for count, name in enumerate(names, start=1):
        await scene.save(
            "change_line", company.lines["A"], calling_name="", name=name.replace("MARKER", str(marker)[:12])
        )
        call = await a.call("202")
        arrived = await b.incoming()
        assert len(b.was_called()) == count
        assert arrived.shown_name == clean_name(name.replace("MARKER", str(marker)[:12]))
        assert arrived.header("From").count("<sip:") + arrived.shown_name.count("<sip:") >= 1
        await call.hangup()
    call = await a.call(OUTSIDE)
    assert (await company.carrier.incoming()).shown_name in {"", plain_name(names[-1])}
    await call.hangup()
    await check_unharmed(scene, company, alive, marker)


@pytest.mark.parametrize("value", DIALLED.values(), ids=DIALLED.keys())
async def test_a_hostile_dialled_string(scene: Scene, alive: Before, tmp_path: Path, value: str) -> None:
    marker = tmp_path / "marker"
    company = await scene.company("ABC")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=RingOnly())
    c = await scene.phone(company.lines["C"], policy=RingOnly())
    text = quote(value.replace("MARKER", str(marker)), safe="", errors="surrogateescape")
    call = await a.call("", uri=f"sip:{text}@127.0.0.1")
    ending = await call.ended(30)
    assert 400 <= ending.code < 500, ending
    assert not b.was_called()
    assert not c.was_called()
    assert not company.carrier.was_called()
    await check_unharmed(scene, company, alive, marker)


async def test_a_dialled_string_cannot_forge_an_event_of_the_engine(scene: Scene) -> None:
    company = await scene.company("AB")
    a = await scene.phone(company.lines["A"])
    b = await scene.phone(company.lines["B"], policy=RingOnly())
    user = b.account.user
    forged = (
        f"202\r\n\r\nEvent: ContactStatus\r\nURI: {b.contact.strip('<>')}\r\nContactStatus: Removed\r\n"
        f"AOR: {user}\r\nEndpointName: {user}\r\n\r\n"
    )
    call = await a.call("", uri=f"sip:{quote(forged, safe='')}@127.0.0.1")
    assert 400 <= (await call.ended(10)).code < 500
    outside = await scene.outside_call(company, company.lines["B"].number)
    await b.incoming()
    await outside.hangup()


async def test_a_callers_number_cannot_forge_a_line_of_the_journal(
    scene: Scene, alive: Before, tmp_path: Path
) -> None:
    company = await scene.company("AB")
    b = await scene.phone(company.lines["B"], policy=Answer())
    number = quote(f"+14186530101\r\n{FORGED}\r\n", safe="+")
    call = await scene.outside_call(company, company.lines["B"].number, caller=number)
    assert await outcome(call, b) == "proceeds"
    await call.answered()
    await call.hangup()
    await scene.record(company)
    await check_unharmed(scene, company, alive, tmp_path / "marker")


async def test_a_transfers_target_cannot_forge_a_line_of_the_journal(
    scene: Scene, alive: Before, tmp_path: Path
) -> None:
    company = await scene.company("ABC")
    a = await scene.phone(company.lines["A"])
    await scene.phone(company.lines["B"], policy=Answer())
    call = await (await a.call("202")).answered()
    refer = call._request("REFER")
    target = quote(f'203"}}","linkedid":"{FORGED_CALL}"\r\n{FORGED}\r\n', safe="")
    refer.headers += [("Refer-To", f"<sip:{target}@127.0.0.1>"), ("Referred-By", a.contact)]
    await a.exchange(refer)
    await call.hangup()
    await check_unharmed(scene, company, alive, tmp_path / "marker")


async def test_the_torture_messages_of_RFC_4475(scene: Scene, alive: Before, tmp_path: Path) -> None:
    company = await scene.company("AB")
    b = await scene.phone(company.lines["B"], policy=RingOnly())
    a = await scene.phone(company.lines["A"])
    host, port = a.local_address
    sent = dict(torture.messages(me=f"{host}:{port}", to="202"))
    assert len(sent) == torture.COUNT
    for name, data in sent.items():
        a.send_raw(data)
        await _still_answers(a, name)
    assert not b.was_called(), "an unauthenticated message rang a phone"
    await check_unharmed(scene, company, alive, tmp_path / "marker")


async def test_the_torture_messages_over_tcp(scene: Scene, alive: Before, tmp_path: Path) -> None:
    company = await scene.company("AB")
    for data in dict(torture.messages(me="127.0.0.1:5099", to="202")).values():
        a = await scene.phone(company.lines["A"], transport="tcp", register=False)
        a.send_raw(data.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP", 1))
    probe = await scene.phone(company.lines["A"])
    await _still_answers(probe, "all of them")
    await check_unharmed(scene, company, alive, tmp_path / "marker")


async def _still_answers(agent: UserAgent, after: str) -> Message:
    request = agent.request(
        "OPTIONS", "sip:127.0.0.1", to="<sip:127.0.0.1>", call_id=secrets.token_hex(6), cseq=1, tag="alive"
    )
    try:
        return await agent.begin(request).final(10)
    except TimeoutError:
        raise AssertionError(f"the engine is silent after {after}") from None


async def test_the_step_endpoint_answers_only_its_engine(scene: Scene) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.installation.step)
    body = b"id=1&linked=1&kind=line&ep=x&ev=start&st=&to=911"
    head = f"POST /step HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    status = (await reader.readline()).split()[1]
    writer.close()
    assert status in {b"401", b"403", b"404"}
