"""The calls tier: one installation for the session, one scene (company, phones) for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from tests.stack.installation import Installation
from tests.stack.scene import Scene


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running Carillon shared by the session's tests."""
    running = Installation(tmp_path_factory.mktemp("carillon"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest_asyncio.fixture
async def scene(installation: Installation) -> AsyncIterator[Scene]:
    """What one test works with."""
    made = Scene(installation)
    try:
        yield made
    finally:
        await made.close()
