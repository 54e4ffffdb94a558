"""The supervisor of `carillon run`: starts the processes, replaces what exits or freezes, ends them in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from carillon.config import processes_adoption as adoption
from carillon.config import processes_health as health
from carillon.config.processes import ProcessSpec
from carillon.config.processes_log import LogFile

Say = Callable[[str, str], None]


def child_command(spec: ProcessSpec) -> list[str]:
    """Return how a process is started: tied to this supervisor's life, unless it carries calls."""
    supervisor = "0" if spec.outlives else str(os.getpid())
    return [sys.executable, "-m", "carillon.config.child", supervisor, spec.name]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the supervisor is, in seconds.

    A process that fails is started again after `first_delay`, doubled up to `longest_delay` each time it fails
    again within `steady`, but no longer than `longest_after_service` if it was healthy: what served is needed. One that
    is held stopped for `stopped_probes` probes is replaced.
    """

    probe_every: float = 1.0
    probe_starting: float = 0.25
    stopped_probes: int = 2
    stop_within: float = 5.0
    first_delay: float = 0.5
    longest_delay: float = 20.0
    longest_after_service: float = 2.0
    steady: float = 15.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every supervised process shares: where it writes, how it is started, who is told."""

    run_folder: Path
    log_folder: Path
    say: Say
    pace: Pace = Pace()
    command: Callable[[ProcessSpec], Sequence[str]] = child_command


class Process:
    """One supervised process, over all its lives."""

    def __init__(self, spec: ProcessSpec, around: Surroundings) -> None:
        self.spec = spec
        self.healthy = asyncio.Event()
        self.log = LogFile(around.log_folder / f"{spec.name}.log")
        self._around = around
        self._pid_file = around.run_folder / f"{spec.name}.pid"
        self._pid = 0
        self._gone = asyncio.Event()
        self._gone.set()
        self._stopping = False

    async def keep(self) -> None:
        """Keep the process running until `stop`, waiting longer each time it fails early."""
        clock = asyncio.get_running_loop().time
        pace = self._around.pace
        delay = pace.first_delay
        while True:
            started = clock()
            reason = await self._live()
            served = self.healthy.is_set()
            self.healthy.clear()
            if self._stopping:
                return
            if clock() - started > pace.steady:
                delay = pace.first_delay
            elif served:
                delay = min(delay, pace.longest_after_service)
            self._around.say(self.spec.name, f"{reason}; starting it again in {delay:.1f} s")
            await asyncio.sleep(delay)
            delay = min(delay * 2, pace.longest_delay)

    async def _live(self) -> str:
        """Run one life of the process, or what is left of one; return why it ended."""
        self._pid, ended = self._take_over() or await self._start()
        self._gone.clear()
        self._pid_file.write_text(f"{self._pid}\n", encoding="ascii")
        try:
            frozen = await self._watch(self._pid, ended)
            if frozen:
                signal_group(self._pid, signal.SIGKILL)
            code = await ended
        finally:
            signal_group(self._pid, signal.SIGKILL)  # whatever it had started itself
            self._pid_file.unlink(missing_ok=True)
            self._gone.set()
        return frozen or ending(code)

    def _take_over(self) -> tuple[int, asyncio.Future[int]] | None:
        left = adoption.left_running(self._pid_file, self.spec.mark) if self.spec.outlives else None
        if left is None:
            return None
        self._around.say(self.spec.name, f"was still running (process {left}); taken over, its calls go on")
        return left, asyncio.ensure_future(adoption.ended(left))

    async def _start(self) -> tuple[int, asyncio.Future[int]]:
        output = self.log.open()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._around.command(self.spec),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            os.close(output)
        return process.pid, asyncio.ensure_future(process.wait())

    async def _watch(self, pid: int, ended: asyncio.Future[int]) -> str:
        """Probe until the process ends (return "") or counts as frozen (return why)."""
        missed = stopped = 0
        while True:
            pace = self._around.pace
            await asyncio.wait(
                {ended}, timeout=pace.probe_every if self.healthy.is_set() else pace.probe_starting
            )
            if ended.done():
                return ""
            if self._stopping:  # `stop` has its own, shorter patience
                continue
            stopped = stopped + 1 if health.is_stopped(pid) else 0
            if stopped >= pace.stopped_probes:
                return "was frozen (SIGSTOP)"
            if await self.spec.probe():
                missed = 0
                self.healthy.set()
                continue
            missed += 1
            if missed >= (self.spec.patience if self.healthy.is_set() else self.spec.grace):
                return "does not answer any more" if self.healthy.is_set() else "did not get ready"

    async def stop(self) -> None:
        """End the process: SIGTERM, and SIGKILL if that is not enough within a few seconds."""
        self._stopping = True
        if self._gone.is_set():
            return
        signal_group(self._pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(self._gone.wait(), self._around.pace.stop_within)
        except TimeoutError:
            self._around.say(self.spec.name, "did not end in time; killed")
            self.kill()
            await self._gone.wait()

    def kill(self) -> None:
        """End the process now."""
        self._stopping = True
        if not self._gone.is_set():
            signal_group(self._pid, signal.SIGKILL)


class Supervisor:
    """All processes together."""

    def __init__(self, specs: Sequence[ProcessSpec], around: Surroundings) -> None:
        self.processes = [Process(spec, around) for spec in specs]
        self._say = around.say
        self._stop = asyncio.Event()

    async def run(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        """Run everything until SIGINT, SIGTERM or SIGHUP; `when_ready` runs once all have been healthy."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.ask_to_stop)
        keepers = [asyncio.create_task(process.keep()) for process in self.processes]
        telling = asyncio.create_task(self._tell_when_ready(when_ready))
        following = asyncio.create_task(self._follow_logs())
        await self._stop.wait()
        telling.cancel()
        for process in reversed(self.processes):
            self._say(process.spec.name, "stopping")
            await process.stop()
        for task in (*keepers, following):
            task.cancel()
        outcomes = await asyncio.gather(*keepers, telling, following, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def ask_to_stop(self) -> None:
        """Stop in order; asked a second time, stop at once."""
        if self._stop.is_set():
            for process in self.processes:
                process.kill()
        self._stop.set()

    async def _tell_when_ready(self, when_ready: Callable[[], Awaitable[None]]) -> None:
        for process in self.processes:
            await process.healthy.wait()
            self._say(process.spec.name, "ready")
        await when_ready()

    async def _follow_logs(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            for process in self.processes:
                for line in process.log.look():
                    self._say(process.spec.name, line)


def signal_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to what is left of a process group, which may be nothing."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def ending(code: int) -> str:
    """Return in words how a process ended."""
    return f"ended (exit code {code})" if code >= 0 else f"was killed ({signal.Signals(-code).name})"
