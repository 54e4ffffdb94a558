"""`carillon run`: the whole product on one machine, prepared, started, supervised."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from carillon.config import doctor_ports, settings
from carillon.config.processes import all_processes, local_address, pid_file, run_folder
from carillon.config.processes_adoption import left_running
from carillon.config.processes_supervisor import Supervisor, Surroundings
from carillon.errors import CarillonError


class AlreadyRunning(CarillonError):
    """Another supervisor holds this home; `pid` is its process (0 when unknown)."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"Carillon already runs on {settings.CARILLON_HOME} (process {pid})")
        self.pid = pid


def main(*, demonstration: bool) -> int:
    """Prepare, start and supervise until told to stop; return the exit code."""
    try:
        with only_one():
            return asyncio.run(_run(demonstration=demonstration))
    except AlreadyRunning as problem:
        say("run", f"{problem}; stop it first, or choose another CARILLON_HOME and other ports")
        return 1
    except KeyboardInterrupt:
        return 130


async def _run(*, demonstration: bool) -> int:
    if not await _program("prepare", *([] if demonstration else ["--no-demonstration"])):
        say("run", "not started: see the message above, or type: carillon doctor")
        return 1
    specs = all_processes(outside=demonstration)
    ours = {left_running(pid_file(spec.name), spec.mark) for spec in specs if spec.outlives}
    taken = doctor_ports.taken(but=ours)
    if taken:
        for finding in taken:
            say("run", f"{finding.problem} - {finding.remedy}")
        return 1
    logs = settings.CARILLON_HOME / "logs"
    around = Surroundings(run_folder=run_folder(), log_folder=logs, say=say)
    supervisor = Supervisor(specs, around)
    say("run", f"starting {len(supervisor.processes)} processes; their logs: {logs}")

    async def announce() -> None:
        say("run", f"ready: {portal_address()}")
        if demonstration:
            await _program("demo", "--brief")
        say("run", "Ctrl-C ends everything; `carillon doctor` says what is wrong when something is.")
        say("run", "Ctrl-C arrête tout; « carillon doctor » dit ce qui ne va pas.")

    await supervisor.run(announce)
    say("run", "stopped")
    return 0


async def _program(*words: str) -> bool:
    """Run another `carillon` command to its end, its output shown; return whether it succeeded.

    A process of its own, tied to this one's life: the supervisor stays small, without Django in it.
    """
    command = (sys.executable, "-m", "carillon.config.child", str(os.getpid()), *words)
    process = await asyncio.create_subprocess_exec(*command)
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            process.terminate()


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the home's lock. The kernel frees it when this process ends, however it ends."""
    folder = run_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "supervisor.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            text = file.read().strip()
            raise AlreadyRunning(int(text) if text.isdigit() else 0) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def portal_address() -> str:
    """Return the portal's address, as a browser on this machine reaches it."""
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{local_address()}:{settings.CARILLON_HTTP_PORT}/"


def say(name: str, text: str) -> None:
    """Print one line at once, with the process it is about."""
    sys.stdout.write(f"{name:>11} | {text}\n")
    sys.stdout.flush()
