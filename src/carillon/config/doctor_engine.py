"""The doctor's look at Asterisk."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from carillon.asterisk import install
from carillon.config import settings
from carillon.config.doctor_ports import Finding
from carillon.config.processes import log_file
from carillon.config.processes_log import LogFile
from carillon.errors import CarillonError

REMEDIES = {
    "mirror": (
        "no Debian mirror is known: this machine's apt sources name none",
        "export CARILLON_DEBIAN_MIRROR=<address of a Debian mirror>",
    ),
    "keyring": (
        "Debian's archive keys are missing, so its packages cannot be verified",
        "sudo apt install debian-archive-keyring",
    ),
    "program": ("a program of apt is missing", "install apt and dpkg, or Asterisk 22 yourself"),
    "time": ("fetching took too long", "check the network, then: make run"),
    "command": ("apt or dpkg failed", "check the network and the free disk space, then: make run"),
}


def explain(problem: CarillonError) -> Finding:
    """Return what an operator does about an engine that could not be obtained."""
    if not isinstance(problem, install.CannotInstall):
        return Finding(str(problem), "install Asterisk 22 yourself, with its French and English prompts")
    text, remedy = REMEDIES.get(problem.need, ("Asterisk could not be obtained", "make run"))
    return Finding(f"{text} ({problem.detail})" if problem.detail else text, remedy)


def findings(*, running: bool) -> Iterator[Finding]:
    """Return what is wrong with Asterisk; `running`: it should be alive now."""
    engine = install.installed(settings.CARILLON_ENGINE_PREFIX)
    if engine is None:
        yield Finding("Asterisk 22 is not installed yet", "make run (fetches it, without root)")
        return
    try:
        engine.check()
    except install.UnusableEngine as problem:
        yield Finding(str(problem), f"rm -r {settings.CARILLON_ENGINE_PREFIX} and: make run")
        return
    if running and not _greets():
        end = "".join(f"\n       {line}" for line in LogFile(log_file("engine")).last_lines(8))
        yield Finding(f"Asterisk is down or hangs; the end of its log:{end}", f"less {log_file('engine')}")


def _greets() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", settings.CARILLON_AMI_PORT), timeout=2) as connection:
            return connection.recv(64).startswith(b"Asterisk Call Manager")
    except OSError:
        return False
