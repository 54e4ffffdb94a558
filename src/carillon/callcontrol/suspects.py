"""Phones that have just authenticated: to register, to unregister, or to call; which of them it was is looked up.

The engine's event comes a moment before its registrar has acted, and says nothing of the purpose.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from carillon.asterisk.ami.client import NotConnected
from carillon.callcontrol.live import LiveState

log = logging.getLogger(__name__)

_LOOKS_IF_NOT = (0.03, 0.3, 2.0)
_LOOKS_IF_REGISTERED = (1.0,)
"""Seconds before a phone's registrations are read: soon when that may change how calls go."""


@dataclass(slots=True)
class _Suspect:
    """How often a phone authenticated that is not explained by its calls, and when it is looked up."""

    timer: asyncio.TimerHandle
    unexplained: int = 1
    looking: asyncio.Future[None] | None = None


class Suspects:
    """Keeps the registrations of the live state true. Used in the event loop; `read` asks the engine."""

    def __init__(self, live: LiveState, read: Callable[[str], Awaitable[list[datetime]]]) -> None:
        self._live = live
        self._read = read
        self._suspects: dict[str, _Suspect] = {}

    def look_again(self, endpoint: str) -> None:
        """Take note that a phone has authenticated (an empty name is nobody); look when it is done with what it does."""
        if not endpoint:
            return
        suspect = self._suspects.get(endpoint)
        if suspect is not None:
            suspect.unexplained += 1
            return
        known = self._live.contacts(endpoint) > 0
        if not known:
            self._live.doubt(endpoint)
        looks = _LOOKS_IF_REGISTERED if known else _LOOKS_IF_NOT
        timer = asyncio.get_running_loop().call_later(looks[0], self._begin_to_look, endpoint, looks[1:])
        self._suspects[endpoint] = _Suspect(timer)

    def explain(self, endpoint: str) -> None:
        """Take note that a phone calls: it authenticated for that, once, and is not looked up for having called.

        The engine reads all of an endpoint to say whether it is registered.
        """
        suspect = self._suspects.get(endpoint)
        if suspect is None:
            return
        suspect.unexplained -= 1
        if suspect.unexplained <= 0 and suspect.looking is None:
            suspect.timer.cancel()
            del self._suspects[endpoint]
            self._live.trust(endpoint)

    def _begin_to_look(self, endpoint: str, pauses: Sequence[float]) -> None:
        looking = asyncio.ensure_future(self._look(endpoint, pauses))
        self._suspects[endpoint].looking = looking

    async def _look(self, endpoint: str, pauses: Sequence[float]) -> None:
        """Read the phone's registration until there is one; only the last look says that there is none."""
        try:
            ends = await self._read(endpoint)
            for pause in pauses:
                if ends:
                    break
                await asyncio.sleep(pause)
                if self._suspects[endpoint].unexplained <= 0:
                    self._live.trust(endpoint)
                    return
                ends = await self._read(endpoint)
            self._live.set_contacts(endpoint, ends)
        except (NotConnected, TimeoutError):
            log.info("registrations will be read again with the rest of the engine's state")
        finally:
            self._suspects.pop(endpoint, None)
