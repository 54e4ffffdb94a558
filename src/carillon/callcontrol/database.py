"""The database on behalf of the event loop: in a thread that gives up in time, or at once where nothing waits.

While the database is away every piece of work is refused at once (`DatabaseAway`); a probe finds out when it is
back. A thread that is stuck in a frozen database is left behind and replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, connection

from carillon.errors import CarillonError

log = logging.getLogger(__name__)
T = TypeVar("T")
_STUCK_PROBE_SECONDS = 5.0


class DatabaseAway(CarillonError):
    """The database does not answer (in time)."""


class Database(Protocol):
    """Does pieces of database work for the event loop."""

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work()` returns. Raises DatabaseAway."""

    async def watch(self) -> None:
        """Run for ever beside `run`: notice when the database goes and when it is back."""

    def close(self) -> None:
        """Do no more work."""


class LocalDatabase:
    """Works in the event loop itself: for SQLite in WAL mode, whose readers wait for nobody.

    A thread would cost every step more than its queries do. Only reads belong here.
    """

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work()` returns. Raises DatabaseAway for a file that cannot be read."""
        try:
            return _with_second_chance(work)
        except (OperationalError, InterfaceError) as reason:
            log.exception("the database cannot be read, the last settings seen are used")
            raise DatabaseAway from reason

    async def watch(self) -> None:
        """Nothing to notice: every piece of work finds out for itself."""

    def close(self) -> None:
        """Close the connection."""
        connection.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    work: Callable[[], Any]
    future: asyncio.Future[Any]
    since: float


class DatabaseThread:
    """Runs work in order, in a thread that owns one database connection. Belongs to one event loop."""

    def __init__(
        self,
        name: str,
        *,
        patience: float = 0.8,
        retry: float = 1.0,
        probe: Callable[[], None] | None = None,
    ) -> None:
        self.away = False
        self._ask_anything = probe or _ask_anything
        self._name = name
        self._patience = patience
        self._retry = retry
        self._pending: dict[_Job, None] = {}
        self._lane = _Lane(name)

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work()` returns in the thread. Raises DatabaseAway within `patience` seconds."""
        if self.away:
            raise DatabaseAway
        return await self._submit(work)

    async def watch(self) -> None:
        """Run for ever beside `run`: notice a database that hangs, and one that is back."""
        next_probe = 0.0
        while True:
            await asyncio.sleep(0.1)
            now = time.monotonic()
            oldest = next(iter(self._pending), None)
            if oldest is not None and now - oldest.since > self._limit():
                self._give_up()
            if not self.away:
                next_probe = now + self._retry
            elif now >= next_probe and not self._pending:
                next_probe = now + self._retry
                await self._probe()

    def close(self) -> None:
        """End the thread after its present work."""
        self._lane.stop()

    def _limit(self) -> float:
        return _STUCK_PROBE_SECONDS if self.away else self._patience

    async def _submit(self, work: Callable[[], T]) -> T:
        job = _Job(work, asyncio.get_running_loop().create_future(), time.monotonic())
        self._pending[job] = None
        self._lane.queue.put(job)
        try:
            result: T = await job.future
        except (OperationalError, InterfaceError) as reason:
            self._mark_away(str(reason))
            raise DatabaseAway from reason
        finally:
            self._pending.pop(job, None)
        return result

    def _give_up(self) -> None:
        self._mark_away("no answer in time")
        self._lane.stop()
        self._lane = _Lane(self._name)
        for job in self._pending:
            if not job.future.done():
                job.future.set_exception(DatabaseAway())

    def _mark_away(self, reason: str) -> None:
        if not self.away:
            log.error("the database is away, the last settings seen are used: %s", reason.strip())
        self.away = True

    async def _probe(self) -> None:
        task = asyncio.ensure_future(self._submit(self._ask_anything))
        await asyncio.wait([task], timeout=self._retry)
        if task.done():
            self._conclude(task)
        else:
            task.add_done_callback(self._conclude)

    def _conclude(self, task: asyncio.Future[None]) -> None:
        if task.cancelled() or task.exception() is not None:
            return
        log.warning("the database is back")
        self.away = False


class _Lane:
    """A thread with its queue."""

    def __init__(self, name: str) -> None:
        self.queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._stopped = False
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def stop(self) -> None:
        self._stopped = True
        self.queue.put(None)

    def _run(self) -> None:
        while not self._stopped and (job := self.queue.get()) is not None:
            loop = job.future.get_loop()
            with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                try:
                    result = _with_second_chance(job.work)
                except Exception as reason:  # noqa: BLE001 - handed to whoever awaits the work
                    loop.call_soon_threadsafe(_fail, job.future, reason)
                else:
                    loop.call_soon_threadsafe(_finish, job.future, result)
        connection.close()


def _with_second_chance(work: Callable[[], T]) -> T:
    """Run the work; when the connection turns out to be dead, once more on a new one."""
    try:
        return work()
    except (OperationalError, InterfaceError):
        connection.close()
        return work()


def _ask_anything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _finish(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], reason: BaseException) -> None:
    if not future.done():
        future.set_exception(reason)
