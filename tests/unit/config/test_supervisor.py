"""The supervisor, with small stand-in processes instead of the product's: what ends or freezes comes back."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from carillon.config.processes import ProcessSpec
from carillon.config.processes_adoption import left_running
from carillon.config.processes_health import heart_beats
from carillon.config.processes_supervisor import (
    Pace,
    Process,
    Supervisor,
    Surroundings,
    child_command,
    ending,
)

QUICK = Pace(
    probe_every=0.05, probe_starting=0.05, stop_within=0.5, first_delay=0.02, longest_delay=0.1, steady=0.2
)
BEATING = "import os,time,sys\nwhile True:\n    os.utime(sys.argv[1]) if os.path.exists(sys.argv[1]) else open(sys.argv[1],'w').close(); time.sleep(0.02)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + BEATING
SILENT = "import time; time.sleep(60)"


class Stage:
    """A place for one process: its folders, what was said, and its spec."""

    def __init__(self, folder: Path, script: str) -> None:
        self.said: list[str] = []
        self.folder = folder
        self.beat = folder / "alive"
        self.around = Surroundings(
            run_folder=folder,
            log_folder=folder,
            say=lambda name, text: self.said.append(f"{name}: {text}"),
            pace=QUICK,
            command=lambda _name: [sys.executable, "-S", "-c", script, str(self.beat)],
        )
        self.spec = ProcessSpec("thing", heart_beats(self.beat), patience=6, grace=40)

    def pid(self) -> int:
        """Return the process's pid."""
        return int((self.folder / "thing.pid").read_text(encoding="ascii"))


async def until(true: Callable[[], bool]) -> None:
    """Wait until something holds; the test's own timeout bounds it."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


def supervised(stage: Stage, scene: Callable[[Process], Awaitable[None]]) -> None:
    """Keep the stage's process, play the scene, and stop it."""

    async def play() -> None:
        process = Process(stage.spec, stage.around)
        keeper = asyncio.create_task(process.keep())
        try:
            async with asyncio.timeout(10):
                await process.healthy.wait()
            await scene(process)
        finally:
            await process.stop()
            await keeper

    asyncio.run(play())


def gone(pid: int) -> bool:
    """Whether no such process is left (a zombie counts as gone)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGKILL, "was killed (SIGKILL)"), (signal.SIGSTOP, "was frozen (SIGSTOP)")]
)
def test_what_is_killed_or_frozen_is_replaced(tmp_path: Path, number: signal.Signals, reason: str) -> None:
    stage = Stage(tmp_path, BEATING)

    async def scene(process: Process) -> None:
        first = stage.pid()
        os.kill(first, number)
        await until(lambda: bool(stage.said))
        assert reason in stage.said[0]
        assert gone(first)
        async with asyncio.timeout(10):
            await process.healthy.wait()
        assert stage.pid() != first

    supervised(stage, scene)


def test_what_runs_but_no_longer_answers_is_replaced(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BEATING)
    once = [True]

    async def scene(process: Process) -> None:
        first = stage.pid()
        once[0] = False
        await until(lambda: bool(stage.said))
        once[0] = True
        assert "does not answer any more" in stage.said[0]
        assert gone(first)
        async with asyncio.timeout(10):
            await process.healthy.wait()

    beats = stage.spec.probe

    async def probe() -> bool:
        return once[0] and await beats()

    stage.spec = ProcessSpec("thing", probe, patience=3, grace=100)
    supervised(stage, scene)


def test_one_that_ignores_SIGTERM_is_killed(tmp_path: Path) -> None:
    stage = Stage(tmp_path, DEAF)
    pids: list[int] = []

    async def scene(_process: Process) -> None:
        pids.append(stage.pid())

    supervised(stage, scene)
    assert any("did not end in time" in line for line in stage.said)
    assert gone(pids[0])


def test_one_that_fails_at_once_is_tried_again_more_and_more_slowly(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "raise SystemExit(3)")

    async def play() -> None:
        process = Process(stage.spec, stage.around)
        keeper = asyncio.create_task(process.keep())
        await until(lambda: len(stage.said) >= 4)
        keeper.cancel()

    asyncio.run(play())
    assert stage.said[0] == "thing: ended (exit code 3); starting it again in 0.0 s"
    assert stage.said[3].endswith("in 0.1 s")


def _said(stage: Stage, times: int) -> bool:
    return len(stage.said) >= times


def test_one_that_served_is_back_soon_however_often_it_dies(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BEATING)
    stage.around = replace(
        stage.around, pace=replace(QUICK, steady=60, longest_delay=20, longest_after_service=0.05)
    )

    async def scene(process: Process) -> None:
        for times in range(1, 8):
            os.kill(stage.pid(), signal.SIGKILL)
            await until(partial(_said, stage, times))
            async with asyncio.timeout(10):
                await process.healthy.wait()
        assert {line.rpartition(" in ")[2] for line in stage.said} == {"0.0 s", "0.1 s"}

    supervised(stage, scene)


def test_all_stop_in_reverse_order_and_nothing_is_left(tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    stages = []
    for folder in folders:
        folder.mkdir()
        stages.append(Stage(folder, BEATING))
    said: list[str] = []
    beats = {stage.folder.name: stage.beat for stage in stages}
    around = Surroundings(
        run_folder=tmp_path,
        log_folder=tmp_path,
        say=lambda name, text: said.append(f"{name}: {text}"),
        pace=QUICK,
        command=lambda spec: [sys.executable, "-S", "-c", BEATING, str(beats[spec.name])],
    )
    specs = [ProcessSpec(name, heart_beats(beat), patience=6, grace=40) for name, beat in beats.items()]
    pids: list[int] = []

    async def play() -> None:
        supervisor = Supervisor(specs, around)

        async def ready() -> None:
            pids.extend(int((tmp_path / f"{name}.pid").read_text(encoding="ascii")) for name in beats)
            supervisor.ask_to_stop()

        await supervisor.run(ready)

    asyncio.run(play())
    assert said == ["first: ready", "second: ready", "second: stopping", "first: stopping"]
    assert all(gone(pid) for pid in pids)


def test_a_process_dies_with_a_supervisor_killed_by_SIGKILL(tmp_path: Path) -> None:
    child = "import ctypes,os,sys,time\nfrom carillon.config.child import die_with\ndie_with(os.getppid())\nopen(sys.argv[1],'w').write(str(os.getpid()))\ntime.sleep(60)"
    parent = f"import subprocess,sys\nsubprocess.run([sys.executable,'-c',{child!r},sys.argv[1]])"
    note = tmp_path / "pid"

    async def play() -> None:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, str(note))
        await until(lambda: note.exists() and bool(note.read_text(encoding="ascii")))
        process.kill()
        await process.wait()
        pid = int(note.read_text(encoding="ascii"))
        await until(lambda: gone(pid))

    asyncio.run(play())


def test_what_carries_calls_is_left_by_a_killed_supervisor_and_taken_over_by_the_next(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BEATING)
    stage.spec = replace(stage.spec, mark=str(stage.beat))
    left = subprocess.Popen(stage.around.command(stage.spec), start_new_session=True)  # noqa: S603 - our own words
    note = tmp_path / "thing.pid"
    note.write_text(f"{left.pid}\n", encoding="ascii")
    asyncio.run(
        until(lambda: left_running(note, stage.spec.mark) == left.pid)
    )  # the kernel shows its words a bit later

    async def scene(process: Process) -> None:
        assert stage.pid() == left.pid
        assert stage.said == [f"thing: was still running (process {left.pid}); taken over, its calls go on"]
        os.kill(left.pid, signal.SIGKILL)
        await asyncio.to_thread(left.wait)
        await until(lambda: len(stage.said) > 1)
        async with asyncio.timeout(10):
            await process.healthy.wait()
        assert stage.pid() != left.pid

    supervised(stage, scene)


def test_another_process_with_the_noted_pid_is_not_taken_over(tmp_path: Path) -> None:
    note = tmp_path / "thing.pid"
    note.write_text(f"{os.getpid()}\n", encoding="ascii")
    assert left_running(note, str(tmp_path / "asterisk.conf")) is None
    assert left_running(tmp_path / "none.pid", "x") is None


def test_the_command_names_the_supervisor_except_for_what_carries_calls() -> None:
    web = ProcessSpec("web", heart_beats(Path("none")))
    assert child_command(web)[-2:] == [str(os.getpid()), "web"]
    assert child_command(replace(web, name="engine", mark="x"))[-2:] == ["0", "engine"]


def test_endings_are_said_in_words() -> None:
    assert ending(0) == "ended (exit code 0)"
    assert ending(-9) == "was killed (SIGKILL)"
