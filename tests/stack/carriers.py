"""Trunks made ahead: a new carrier reaches the engine within seconds, not at once, so tests take a ready one."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any
from weakref import WeakKeyDictionary

from tests.sip.agent import Account, UserAgent
from tests.stack import ports
from tests.stack.installation import Installation

AT_ONCE = 30
KNOWN_WITHIN = 10.0


class Carriers:
    """The installation's stock of trunks."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._ready: list[dict[str, Any]] = []

    async def take(self) -> dict[str, Any]:
        """Return a carrier (id, name, secret, port) the engine knows already."""
        if not self._ready:
            await self._make()
        return self._ready.pop()

    async def _make(self) -> None:
        first = ports.free_block(AT_ONCE)
        made: list[dict[str, Any]] = [
            {"name": f"t{secrets.token_hex(6)}", "secret": secrets.token_hex(16), "port": first + index}
            for index in range(AT_ONCE)
        ]
        ids = await asyncio.to_thread(self._installation.do, "create_carriers", carriers=made)
        for carrier, known_as in zip(made, ids, strict=True):
            carrier["id"] = known_as
        await self._known(made[-1])
        self._ready = made

    async def _known(self, carrier: dict[str, Any]) -> None:
        """Wait until the engine accepts the carrier's credentials."""
        account = Account(carrier["name"], carrier["secret"], ("127.0.0.1", self._installation.sip))
        async with UserAgent(account) as agent, asyncio.timeout(KNOWN_WITHIN):
            while True:
                request = agent.request(
                    "OPTIONS",
                    "sip:127.0.0.1",
                    to="<sip:127.0.0.1>",
                    call_id=secrets.token_hex(8),
                    cseq=1,
                    tag="k",
                )
                if (await agent.exchange(request)).status != 401:
                    return
                await asyncio.sleep(0.1)  # the engine says nothing of it


_stocks: WeakKeyDictionary[Installation, Carriers] = WeakKeyDictionary()


def carriers_of(installation: Installation) -> Carriers:
    """Return the stock of an installation."""
    return _stocks.setdefault(installation, Carriers(installation))
