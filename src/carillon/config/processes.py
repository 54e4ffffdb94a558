"""The product's processes: what each is called, in which order they start, and how each proves it is alive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from carillon.config import processes_health as health
from carillon.config import settings

Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One supervised process.

    `patience` is how many probes in a row (one a second) may fail once it has been healthy, `grace` how many (four
    a second) may while it starts, before it counts as frozen and is replaced.

    A process with a `mark` carries calls: it outlives a supervisor that is killed, and the next supervisor, which
    knows it by that word of its command line, takes it over.
    """

    name: str
    probe: Probe
    patience: int = 3
    grace: int = 160
    mark: str = ""

    @property
    def outlives(self) -> bool:
        """Whether the process goes on without its supervisor."""
        return bool(self.mark)


def run_folder() -> Path:
    """Return the folder of pid files, locks and heartbeats."""
    return settings.CARILLON_HOME / "run"


def pid_file(name: str) -> Path:
    """Return the file that holds a process's pid while it runs."""
    return run_folder() / f"{name}.pid"


def log_file(name: str) -> Path:
    """Return the file that takes a process's output."""
    return Path(settings.CARILLON_HOME / "logs" / f"{name}.log")


def local_address() -> str:
    """Return where this machine reaches what listens on CARILLON_BIND."""
    return "127.0.0.1" if settings.CARILLON_BIND in {"0.0.0.0", ""} else settings.CARILLON_BIND  # noqa: S104


def all_processes(*, outside: bool) -> tuple[ProcessSpec, ...]:
    """Return every process in starting order; `outside` adds the demonstration's outside world.

    The engine comes first and goes last: calls outlive everything else.
    """
    address = local_address()
    secret = {"X-Carillon-Engine": settings.CARILLON_ENGINE_SECRET}
    engine = ProcessSpec(
        # killing the engine cuts calls, so silence must last longer before it counts
        "engine", health.manager_greets("127.0.0.1", settings.CARILLON_AMI_PORT), patience=5, grace=240,
        mark=str(settings.CARILLON_NODE_FOLDER / "etc" / "asterisk.conf"),
    )  # fmt: skip
    world = ProcessSpec(
        "outside", health.sip_answers("127.0.0.1", settings.CARILLON_OUTSIDE_SIP_PORT), patience=5, grace=240,
        mark=str(settings.CARILLON_HOME / "outside" / "etc" / "asterisk.conf"),
    )  # fmt: skip
    return (
        engine,
        *((world,) if outside else ()),
        ProcessSpec(
            "callcontrol", health.http_answers("127.0.0.1", settings.CARILLON_STEP_PORT, "/health", secret)
        ),
        ProcessSpec("worker", health.heart_beats(run_folder() / "worker.alive")),
        ProcessSpec(
            "web", health.http_answers(address, settings.CARILLON_HTTP_PORT, "/health/", {}), patience=4
        ),
    )
