"""Live states: one question a second to callcontrol for all readers of this process.

While callcontrol does not answer the last states stand for a moment; then they are unknown, never a guess.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import AbstractEventLoop
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from carillon.web.engine import MOST_LINES, LineState, LineStates, line_states_soon

log = logging.getLogger(__name__)

ASK_SECONDS = 1.0
"""Between two questions."""
MISSES = 3
"""Questions without an answer after which the states are unknown."""

Ask = Callable[[Sequence[int]], Awaitable[LineStates | None]]
Pause = Callable[[float], Awaitable[object]]
States = Mapping[int, LineState | None]
_MISSING = object()


@dataclass(eq=False, slots=True)
class Reader:
    """One open page: the lines it shows and what it was sent of them. `owner` is the user."""

    hub: StateHub
    ids: frozenset[int]
    owner: int
    sent: dict[int, LineState | None] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def changes(self, *, within: float) -> States:
        """Return what differs from what was sent, waiting for it at most so many seconds (then nothing)."""
        try:
            async with asyncio.timeout(within):
                await self.news.wait()
        except TimeoutError:
            return {}
        self.news.clear()
        found = self.hub.states_of(self.ids)
        changed = {line: state for line, state in found.items() if self.sent.get(line, _MISSING) != state}
        self.sent.update(changed)
        return changed


class StateHub:
    """Asks for every line that some reader shows, as long as there is a reader. Belongs to one event loop."""

    def __init__(self, ask: Ask, *, pause: Pause = asyncio.sleep) -> None:
        self.closed = False
        self._ask = ask
        self._pause = pause
        self._readers: set[Reader] = set()
        self._wanted: Counter[int] = Counter()
        self._owners: Counter[int] = Counter()
        self._known: dict[int, LineState | None] = {}
        self._misses = 0
        self._asking: asyncio.Task[None] | None = None

    @contextmanager
    def reading(self, line_ids: Collection[int], *, owner: int) -> Iterator[Reader]:
        """Count a reader for the length of the block."""
        reader = Reader(self, frozenset(line_ids), owner)
        self._readers.add(reader)
        self._owners[owner] += 1
        self._wanted.update(reader.ids)
        if self.closed or reader.ids <= self._known.keys():
            reader.news.set()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_on(), context=Context())
        try:
            yield reader
        finally:
            self._leave(reader)

    def streams_of(self, owner: int) -> int:
        """Count the user's open streams."""
        return self._owners[owner]

    def states_of(self, line_ids: Collection[int]) -> States:
        """Return what is known of these lines; None is unknown, and one never asked about yet is left out."""
        return {line: self._known[line] for line in line_ids if line in self._known}

    def close(self) -> None:
        """End every stream: the process is about to stop."""
        self.closed = True
        for reader in self._readers:
            reader.news.set()

    def _leave(self, reader: Reader) -> None:
        self._readers.discard(reader)
        self._owners.subtract((reader.owner,))
        self._wanted.subtract(reader.ids)
        for counter in (self._owners, self._wanted):
            for key in [key for key in (reader.owner, *reader.ids) if key in counter and counter[key] <= 0]:
                del counter[key]
        self._known = {line: state for line, state in self._known.items() if line in self._wanted}

    async def _ask_on(self) -> None:
        while self._readers and not self.closed:
            wanted = sorted(self._wanted)
            answers = [
                await self._question(wanted[start : start + MOST_LINES])
                for start in range(0, len(wanted), MOST_LINES)
            ]
            self._misses = self._misses + 1 if None in answers else 0
            self._take(
                {line: state for answer in answers if answer for line, state in answer.items()}, wanted
            )
            await self._pause(ASK_SECONDS)

    async def _question(self, lines: Sequence[int]) -> States | None:
        """Return the states of these lines, None without a (whole) answer."""
        try:
            answer = await self._ask(lines)
        except Exception:  # the outermost edge of a task that every reader depends on
            log.exception("asking for the states of lines failed")
            return None
        return {line: answer.of(line) for line in lines} if answer and answer.complete else None

    def _take(self, answered: States, wanted: Collection[int]) -> None:
        """Keep the answer and wake whoever shows a line that changed."""
        lost = {line: None for line in wanted if line not in answered} if self._misses >= MISSES else {}
        fresh = {line: state for line, state in {**answered, **lost}.items() if line in self._wanted}
        changed = {line for line, state in fresh.items() if self._known.get(line, _MISSING) != state}
        self._known.update(fresh)
        for reader in self._readers:
            if not changed.isdisjoint(reader.ids):
                reader.news.set()


_hubs: WeakKeyDictionary[AbstractEventLoop, StateHub] = WeakKeyDictionary()


def hub() -> StateHub:
    """Return the hub of the running event loop: a process that serves pages has one."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = StateHub(lambda lines: line_states_soon(line_ids=lines))
    return _hubs[loop]
