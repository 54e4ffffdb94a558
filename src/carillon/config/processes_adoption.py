"""Taking over a process that a killed supervisor left behind, so that the calls it carries go on."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path


def left_running(pid_file: Path, mark: str) -> int | None:
    """Return the pid noted in the file if that process still runs and is the one meant; else None.

    `mark` must be one of its command line's words (its configuration file), so that another process that was
    given the same pid since is never taken for it.
    """
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if mark.encode() in words else None


async def ended(pid: int) -> int:
    """Wait until the process ends; return 0, since only a parent is told its exit code."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return 0
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    loop.add_reader(handle, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    return 0
