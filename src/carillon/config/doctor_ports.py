"""Which ports the product needs, and which process holds one already (from /proc: no lsof needed)."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from carillon.config import settings

LISTENING = {"tcp": "0A", "udp": "07"}  # the kernel's states: TCP_LISTEN, and an unconnected UDP socket


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what to type about it; `grave` unless the product does its work without."""

    problem: str
    remedy: str
    grave: bool = True


@dataclass(frozen=True, slots=True)
class Port:
    """A port the product listens on."""

    setting: str
    number: int
    kind: str
    process: str


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that listens on a port; pid 0 when it belongs to another user and cannot be read."""

    pid: int
    command: str


def needed() -> tuple[Port, ...]:
    """Return every port of the product's processes."""
    return (
        Port("CARILLON_HTTP_PORT", settings.CARILLON_HTTP_PORT, "tcp", "web"),
        Port("CARILLON_STEP_PORT", settings.CARILLON_STEP_PORT, "tcp", "callcontrol"),
        Port("CARILLON_AMI_PORT", settings.CARILLON_AMI_PORT, "tcp", "engine"),
        Port("CARILLON_SIP_PORT", settings.CARILLON_SIP_PORT, "udp", "engine"),
        Port("CARILLON_SIP_PORT", settings.CARILLON_SIP_PORT, "tcp", "engine"),
        Port("CARILLON_SIP_TLS_PORT", settings.CARILLON_SIP_TLS_PORT, "tcp", "engine"),
        Port("CARILLON_OUTSIDE_SIP_PORT", settings.CARILLON_OUTSIDE_SIP_PORT, "udp", "outside"),
    )


def taken(*, but: Collection[int | None] = ()) -> list[Finding]:
    """Return a finding for each needed port that another process holds, unless its pid is in `but`."""
    findings = []
    for port in needed():
        if is_free(port):
            continue
        who = holder(port)
        if who and who.pid in but:
            continue
        by = f"process {who.pid} ({who.command})" if who and who.pid else "another user's process"
        stop = f"stop it (kill {who.pid})" if who and who.pid else "stop it"
        findings.append(
            Finding(
                f"port {port.number}/{port.kind} ({port.process}) is taken by {by}",
                f"{stop}, or choose another port: export {port.setting}={port.number + 1000}",
            )
        )
    return findings


def is_free(port: Port) -> bool:
    """Return whether the port could be listened on now."""
    kind = socket.SOCK_STREAM if port.kind == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if port.kind == "tcp":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.CARILLON_BIND, port.number))
        except OSError:
            return False
    return True


def holder(port: Port) -> Holder | None:
    """Return who listens on the port; None when nobody does."""
    inodes = _inodes(port)
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _holds(folder, wanted):
            return Holder(int(folder.name), command_of(int(folder.name)))
    return Holder(0, "")


def _inodes(port: Port) -> set[str]:
    found = set()
    for table in (port.kind, f"{port.kind}6"):
        try:
            lines = Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in (line.split() for line in lines):
            if fields[3] == LISTENING[port.kind] and int(fields[1].rpartition(":")[2], 16) == port.number:
                found.add(fields[9])
    return found


def _holds(folder: Path, wanted: set[str]) -> bool:
    try:
        return any(str(entry.readlink()) in wanted for entry in (folder / "fd").iterdir())
    except OSError:  # it ended, or belongs to another user
        return False


def command_of(pid: int) -> str:
    """Return a process's command line without its folders, cut to 100 characters; empty when it is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", errors="replace").split("\0")
    except OSError:
        return ""
    return " ".join(" ".join(word.rpartition("/")[2] for word in words).split())[:100]
