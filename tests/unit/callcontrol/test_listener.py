"""What the listener asks the engine about a phone that has proved who it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carillon.asterisk.ami.client import Account
from carillon.asterisk.ami.protocol import Message
from carillon.callcontrol.journal import DecisionJournal
from carillon.callcontrol.listener import Listener, ListenerSettings
from carillon.callcontrol.live import LiveState
from carillon.calls.model import EndpointName
from carillon.features.voicemail.queries import Counts

pytestmark = pytest.mark.asyncio

PHONE = EndpointName("abcdefghij")
PROVED = Message(b"\r\nEvent: SuccessfulAuth\r\nService: PJSIP\r\nAccountID: abcdefghij")
CALLS = Message(
    b"\r\nEvent: Newchannel\r\nChannel: PJSIP/abcdefghij-0000002a\r\nChannelState: 4"
    b"\r\nUniqueid: 1.1\r\nLinkedid: 1.1"
)


def now() -> datetime:
    return datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


async def no_lamps() -> Sequence[Counts]:
    return ()


class Engine(Listener):
    """A listener whose engine is asked for registrations, and has none."""

    def __init__(self, folder: Path) -> None:
        self.live = LiveState(now)
        self.live.complete = True
        self.looks = 0
        account = Account("127.0.0.1", 1, "callcontrol", "")
        super().__init__(
            ListenerSettings(account, folder / "asterisk.ctl", folder / "engine-seen"),
            live=self.live, journal=DecisionJournal(folder / "decisions.jsonl"), now=now, lamps=no_lamps,
        )  # fmt: skip

    async def _read_registration(self, endpoint: str) -> list[datetime]:
        assert endpoint == PHONE
        self.looks += 1
        return []


@pytest.mark.parametrize("registered", [False, True])
async def test_a_phone_that_only_calls_is_not_looked_up(tmp_path: Path, registered: bool) -> None:
    engine = Engine(tmp_path)
    if registered:
        engine.live.set_contacts(PHONE, [datetime(2026, 11, 23, 16, 0, tzinfo=UTC)])
    engine.on_event(PROVED)
    engine.on_event(CALLS)
    await asyncio.sleep(1.1 if registered else 0.1)
    assert engine.looks == 0
    assert engine.live.registered(PHONE) is registered


async def test_a_phone_that_registers_while_it_calls_is_looked_up(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    for event in (PROVED, CALLS, PROVED):
        engine.on_event(event)
    assert engine.live.registered(PHONE) is None
    await asyncio.sleep(0.1)
    assert engine.looks == 1
