"""A file touched every second: how the supervisor tells a frozen process from a working one."""

from __future__ import annotations

import asyncio
from pathlib import Path

INTERVAL_SECONDS = 1.0


class Heartbeat:
    """Touches `<home>/run/<process>.alive`."""

    def __init__(self, home: Path, process: str) -> None:
        self._file = home / "run" / f"{process}.alive"
        self._file.parent.mkdir(parents=True, exist_ok=True)

    def beat(self) -> None:
        """Say that the process is alive now."""
        self._file.touch()

    def stop(self) -> None:
        """Say that the process has ended as it should."""
        self._file.unlink(missing_ok=True)

    async def run(self) -> None:
        """Beat for ever from the event loop: a loop that is stuck does not beat."""
        while True:
            self.beat()
            await asyncio.sleep(INTERVAL_SECONDS)
