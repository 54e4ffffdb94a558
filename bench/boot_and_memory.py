"""Engine boot with 50,000 lines (process start to the first SIP answer), and each process's memory at rest."""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from pathlib import Path

import numpy as np
from bench import loaded, report
from tests.sip.agent import ready
from tests.stack.installation import Installation

PROCESSES = ("engine", "callcontrol", "worker", "web")
REST_SECONDS = 10
BOOTS = 5


def resident_mb(pid: int) -> float:
    """Return a process's resident memory in megabytes, its children included."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":\t", 1)
                for line in status.read_text(encoding="utf-8").splitlines()
                if ":\t" in line
            )
        except OSError:
            continue  # it has just ended
        if int(fields["Pid"]) == pid or int(fields["PPid"]) == pid:
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total / 1024


async def boot_seconds(installation: Installation) -> float:
    """Kill the engine and return the seconds from its replacement's start to its first SIP answer."""
    old = installation.signal("engine", signal.SIGKILL)
    while (pid := installation.pid("engine")) in {0, old}:  # noqa: ASYNC110 - another process's file
        await asyncio.sleep(0.001)
    began = time.monotonic()
    async with asyncio.timeout(60):
        while True:
            try:
                await ready(installation.sip, within=0.05)
                break
            except TimeoutError:
                continue
    assert pid
    return time.monotonic() - began


async def run(groups: int, lines: int) -> int:
    """Load, start, measure, print."""
    with loaded.home() as folder:
        installation = Installation(folder)
        loaded.load(installation, groups=groups, lines=lines, wanted=1)
        try:
            await asyncio.to_thread(installation.start, within=180)
            await asyncio.sleep(REST_SECONDS)  # at rest, that is the point
            memory = {name: resident_mb(installation.pid(name)) for name in PROCESSES}
            assert installation.supervisor
            memory["run"] = resident_mb(installation.supervisor) - sum(memory.values())
            boots = []
            for _ in range(BOOTS):
                boots.append(await boot_seconds(installation))
                await asyncio.sleep(
                    16
                )  # longer than the supervisor calls steady, so that it restarts at once
        finally:
            await asyncio.to_thread(installation.stop)
    total, boot = sum(memory.values()), float(np.median(boots))
    rows: list[list[object]] = [
        ["process", "resident MB"],
        *([n, v] for n, v in memory.items()),
        ["all", total],
    ]
    report.show(
        "memory at rest",
        rows,
        {"lines": groups * lines, **{n: round(v) for n, v in memory.items()}, "all": round(total)},
    )
    report.show(
        "engine boot",
        [["seconds", f"{boot:.2f}"]],
        {"lines": groups * lines, "median_s": round(boot, 2), "all_s": boots},
    )
    return 0 if boot <= 1 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=50, help="lines per group")
    given = parser.parse_args()
    raise SystemExit(asyncio.run(run(given.groups, given.lines)))
