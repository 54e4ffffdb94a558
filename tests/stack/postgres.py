"""A private PostgreSQL cluster on 127.0.0.1, run by an unprivileged user even when the tests run as root."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.stack import ports

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Cluster:
    """One cluster; `start` returns when it accepts connections."""

    def __init__(self) -> None:
        self.port = ports.free_block(1)
        self._folder = Path(tempfile.mkdtemp(prefix="carillon-pg-"))
        self._user = "nobody" if os.getuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._server: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb",
            "-D",
            str(self._folder / "data"),
            "-U",
            "carillon",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - our own words
            [SERVERS[-1] / program, *arguments],
            check=True,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )

    @property
    def address(self) -> str:
        """The database's address for CARILLON_DATABASE."""
        return f"postgresql://carillon@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        self._server = subprocess.Popen(  # noqa: S603 - our own words
            [
                SERVERS[-1] / "postgres", "-D", self._folder / "data", "-p", str(self.port),
                "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self._folder}",
                "-c", "fsync=off",
            ],
            user=self._user, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(100):
            ready = subprocess.run(  # noqa: S603 - our own words
                [SERVERS[-1] / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"],
                check=False,
                stdout=subprocess.DEVNULL,
            )
            if ready.returncode == 0:
                return
            try:
                self._server.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError("PostgreSQL ended while it started")
        raise RuntimeError("PostgreSQL does not get ready")

    def stop(self) -> None:
        """Stop at once, as a crash would."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(20)

    def remove(self) -> None:
        """Stop and delete everything."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
