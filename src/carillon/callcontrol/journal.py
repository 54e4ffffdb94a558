"""The journal of decisions: one JSON object per line, written before the engine is answered."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

LARGEST = 64 * 1024 * 1024


class DecisionJournal:
    """Appends whole lines to one file, each with one write, and starts a new file when it has grown.

    A line is safe from the death of this process as soon as `write` returns (it is in the system's page cache);
    it is not forced to the disk, which would cost a call more than a power failure is worth.
    """

    def __init__(self, file: Path, *, largest: int = LARGEST) -> None:
        self._file = file
        self._largest = largest
        self._descriptor = -1
        self._size = 0

    def write(self, line: Mapping[str, Any]) -> None:
        """Append one line. A full disk must not stop calls: the failure is logged and the call goes on."""
        content = json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        try:
            self._append(content)
        except OSError:
            log.exception("the decision journal cannot be written")
            self.close()

    def close(self) -> None:
        """Let go of the file; the next line opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _append(self, content: bytes) -> None:
        if self._descriptor < 0:
            self._open()
        elif self._size + len(content) > self._largest:
            self._rotate()
        self._size += os.write(self._descriptor, content)

    def _open(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(self._file, flags, 0o600)
        self._size = os.fstat(self._descriptor).st_size
        if self._size and os.pread(self._descriptor, 1, self._size - 1) != b"\n":
            self._size += os.write(self._descriptor, b"\n")  # a full disk once cut a line: close it

    def _rotate(self) -> None:
        """Rename the file by the time and its inode, so that the shipper finds the old ones in their order."""
        self.close()
        status = self._file.stat()
        self._file.rename(self._file.with_name(f"{self._file.name}.{status.st_mtime_ns}-{status.st_ino}"))
        self._open()


def engine_start(at: datetime, *, lost: datetime | None) -> dict[str, Any]:
    """Return the line that says the engine (re)started at `at`; its contact was lost at `lost`, if known."""
    return {"kind": "engine_start", "at": at.isoformat(), "lost": lost.isoformat() if lost else None}
