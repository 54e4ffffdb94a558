"""The processes' output: written by them straight into files, followed and rotated here.

A process owns its log's descriptor (opened for appending), so nothing it writes ever waits for the supervisor.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

ROTATE_BYTES = 10 * 1024 * 1024
KEPT = 3
READ_BYTES = 256 * 1024
SHOWN_PER_LOOK = 8
IMPORTANT = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b|^Traceback |^[A-Za-z_.]+(Error|Exception): ")
UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class LogFile:
    """One process's log: `open` it for the process, `look` for new important lines, now and then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def open(self) -> int:
        """Return a new descriptor for a process's output; what was there before is not shown again."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self._offset = max(self._offset, os.fstat(descriptor).st_size) if not self._offset else self._offset
        return descriptor

    def look(self) -> list[str]:
        """Return the important lines written since the last look, cleaned for a terminal; rotate if it grew."""
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            return []
        if size < self._offset:
            self._offset = 0
        with self.path.open("rb") as file:
            file.seek(self._offset)
            data = file.read(READ_BYTES)
        whole = data.rpartition(b"\n")[0] if len(data) < READ_BYTES else data
        self._offset += len(whole) + (1 if whole and len(data) < READ_BYTES else 0)
        if size > ROTATE_BYTES:
            self._rotate()
        return important(whole.decode("utf-8", errors="replace").splitlines())

    def last_lines(self, count: int) -> list[str]:
        """Return the last lines of the log, cleaned for a terminal."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 16 * 1024))
                lines = file.read().decode("utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return [printable(line) for line in lines[-count:]]

    def _rotate(self) -> None:
        for number in range(KEPT - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        # copied and cut, not renamed: the process goes on writing to the descriptor it has
        shutil.copyfile(self.path, self.path.with_name(f"{self.path.name}.1"))
        os.truncate(self.path, 0)
        self._offset = 0


def important(lines: list[str]) -> list[str]:
    """Return the lines an operator should see at once, at most a few, cleaned for a terminal."""
    found = [printable(line) for line in lines if IMPORTANT.search(line)]
    more = len(found) - SHOWN_PER_LOOK
    return [*found[:SHOWN_PER_LOOK], f"... {more} more in the log"] if more > 0 else found


def printable(line: str) -> str:
    """Return a line without control characters: a caller's name must not steer the operator's terminal."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", line)[:400]
