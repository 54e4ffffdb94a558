"""The database thread: gives up in time, comes back by itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from django.db import OperationalError

from carillon.callcontrol.database import DatabaseAway, DatabaseThread

pytestmark = pytest.mark.asyncio


class Database:
    """Answers, refuses or hangs."""

    def __init__(self) -> None:
        self.down = False
        self.released = threading.Event()
        self.asked = 0

    def ask(self) -> str:
        self.asked += 1
        if self.down:
            raise OperationalError("gone")
        return "answer"

    def hang(self) -> str:
        self.released.wait(20)
        return "too late"

    def probe(self) -> None:
        if self.down:
            raise OperationalError("gone")


@asynccontextmanager
async def running(database: Database) -> AsyncIterator[DatabaseThread]:
    thread = DatabaseThread("test", patience=0.2, retry=0.1, probe=database.probe)
    watching = asyncio.ensure_future(thread.watch())
    try:
        yield thread
    finally:
        database.released.set()
        watching.cancel()
        thread.close()


async def back(thread: DatabaseThread) -> None:
    async with asyncio.timeout(5):
        while thread.away:
            await asyncio.sleep(0.02)


async def test_work_is_done_in_the_thread_and_errors_come_back() -> None:
    async with running(Database()) as thread:
        assert await thread.run(lambda: threading.current_thread().name) == "test"
        with pytest.raises(ZeroDivisionError):
            await thread.run(lambda: 1 // 0)
        assert not thread.away


async def test_a_dead_connection_is_tried_once_more() -> None:
    database = Database()
    answers = [OperationalError("server closed the connection"), None]

    def ask() -> str:
        error = answers.pop(0)
        if error is not None:
            raise error
        return database.ask()

    async with running(database) as thread:
        assert await thread.run(ask) == "answer"
        assert not thread.away


async def test_while_the_database_is_down_work_is_refused_at_once_until_it_is_back() -> None:
    database = Database()
    database.down = True
    async with running(database) as thread:
        with pytest.raises(DatabaseAway):
            await thread.run(database.ask)
        asked = database.asked
        for _ in range(10):
            with pytest.raises(DatabaseAway):
                await thread.run(database.ask)
        assert database.asked == asked
        database.down = False
        await back(thread)
        assert await thread.run(database.ask) == "answer"


async def test_a_database_that_hangs_is_given_up_within_the_patience() -> None:
    database = Database()
    async with running(database) as thread:
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(DatabaseAway):
            await thread.run(database.hang)
        assert loop.time() - began < 1
        await back(thread)
        assert await thread.run(database.ask) == "answer"


async def test_work_behind_the_one_that_hangs_is_given_up_too() -> None:
    database = Database()
    async with running(database) as thread:
        results = await asyncio.gather(*(thread.run(database.hang) for _ in range(5)), return_exceptions=True)
        assert all(isinstance(result, DatabaseAway) for result in results)
