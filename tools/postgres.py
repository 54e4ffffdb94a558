"""A private PostgreSQL for tests: its own cluster in a temporary folder, on a free port of 127.0.0.1.

`python tools/postgres.py -- command...` runs a command with CARILLON_DATABASE naming it, and removes it afterwards.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools.system_packages import find

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "log_min_messages": "warning",
}


class Identity(TypedDict, total=False):
    """Whom a process runs as; empty for who is there already."""

    user: str
    group: int
    extra_groups: list[int]


class Cluster:
    """One private server. `url` stays the same over stops and starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.user = unprivileged_user()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the value of CARILLON_DATABASE."""
        return f"postgresql://carillon:{self.password}@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make the cluster's files."""
        secret = self.folder / "password"
        secret.write_text(self.password, encoding="ascii")
        if self.user:
            record = pwd.getpwnam(self.user)
            for path in (self.folder, secret):
                os.chown(path, record.pw_uid, record.pw_gid)
        data = str(self.folder / "data")
        words = [
            "-D",
            data,
            "-U",
            "carillon",
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(
            [program("initdb"), *words, "--locale=C.UTF-8"],
            check=True,
            stdout=subprocess.DEVNULL,
            **self._identity(),
        )

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [program("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *options]
        with (self.folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, **self._identity())
        deadline = time.monotonic() + 30
        ready = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode != 0:
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "server.log").read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.05)  # it offers no event to wait for

    def stop(self) -> None:
        """Stop the server at once, its connections cut."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            self._server.wait(timeout=30)
            self._server = None

    def _identity(self) -> Identity:
        """Return how to run as somebody PostgreSQL accepts: it refuses root."""
        return (
            {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}
            if self.user
            else {}
        )


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Yield a running private server; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="carillon-postgres-"))
    server = Cluster(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def program(name: str) -> str:
    """Return where one of PostgreSQL's programs is: all are beside initdb."""
    initdb = find("initdb")
    if initdb is None:
        raise RuntimeError("PostgreSQL is missing; type: sudo apt install postgresql")
    return str(Path(initdb).resolve().parent / name)


def unprivileged_user() -> str:
    """Return whom the server runs as when we are root; empty otherwise."""
    if os.geteuid() != 0:
        return ""
    names = {record.pw_name for record in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: Sequence[str]) -> int:
    """Run a command beside a private server; return its exit code."""
    with cluster() as server:
        environment = {**os.environ, "CARILLON_DATABASE": server.url}
        return subprocess.run(list(command), env=environment, check=False).returncode


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(arguments[1:] if arguments[:1] == ["--"] else arguments))
