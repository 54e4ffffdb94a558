"""A complete private Carillon on free ports: `carillon run` on a home of its own, a console, a mail server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.stack import ports
from tests.stack.mailserver import MailServer

PROJECT = Path(__file__).resolve().parents[2]
PREFIX = Path(os.environ.get("CARILLON_ENGINE_PREFIX", PROJECT / ".carillon" / "engine" / "prefix"))
SOUNDS = PREFIX / "usr" / "share" / "asterisk" / "sounds"
RTP_PORTS = 400


class DidNotStart(Exception):
    """The installation did not get ready; the text says what it printed."""


class Installation:
    """One installation. `start` returns when every process is healthy, `stop` when every process is gone."""

    def __init__(self, home: Path, *, database: str = "", extra: dict[str, str] | None = None) -> None:
        self.home = home
        base = ports.free_block(7)
        self.http, self.step, self.ami, self.sip, self.tls, smtp, self.outside = range(base, base + 7)
        rtp = ports.free_block(RTP_PORTS)
        self.mail = MailServer(smtp)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("CARILLON_")},
            "CARILLON_HOME": str(home), "CARILLON_ENGINE_PREFIX": str(PREFIX), "CARILLON_DATABASE": database,
            "CARILLON_HTTP_PORT": str(self.http), "CARILLON_STEP_PORT": str(self.step),
            "CARILLON_AMI_PORT": str(self.ami), "CARILLON_SIP_PORT": str(self.sip),
            "CARILLON_SIP_TLS_PORT": str(self.tls), "CARILLON_OUTSIDE_SIP_PORT": str(self.outside),
            "CARILLON_RTP_FIRST": str(rtp), "CARILLON_RTP_LAST": str(rtp + RTP_PORTS - 1),
            "CARILLON_SMTP_PORT": str(smtp), "DJANGO_SETTINGS_MODULE": "carillon.config.settings",
            "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}",
        } | (extra or {})  # fmt: skip
        self.output: list[str] = []
        self._changed = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._console: subprocess.Popen[str] | None = None
        self._console_lock = threading.Lock()

    @property
    def node(self) -> Path:
        """The engine's node folder."""
        return self.home / "engine" / "node1"

    @property
    def supervisor(self) -> int:
        """The supervisor's process id, 0 before `start`."""
        return self._process.pid if self._process is not None else 0

    def start(self, *, within: float = 60) -> None:
        """Start the supervisor and wait until it says that everything is ready."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.mail.start()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "carillon.config.cli", "run", "--no-demonstration"],
            cwd=PROJECT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read_output)
        self._reader.start()
        self.wait_for_output(lambda line: " run | ready:" in line, within=within)
        self._console = subprocess.Popen(
            [sys.executable, "-m", "tests.stack.console"],
            cwd=PROJECT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _read_output(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with self._changed:
                    self.output.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self.output.append("(ended)")
            self._changed.notify_all()

    def wait_for_output(self, wanted: Callable[[str], bool], *, within: float, since: int = 0) -> str:
        """Wait for a line of the supervisor's output from index `since` on."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for line in self.output[since:]:
                    if wanted(line):
                        return line
                left = deadline - time.monotonic()
                if left <= 0 or "(ended)" in self.output[-1:]:
                    raise DidNotStart("\n".join(self.output[-60:]))
                self._changed.wait(left)

    def stop(self) -> None:
        """End everything, by the ids of the processes this object started."""
        if self._console is not None and self._console.stdin is not None:
            self._console.communicate(timeout=10)
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(40)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
        if self._reader is not None:
            self._reader.join()
        self.mail.stop()

    def pid(self, name: str) -> int:
        """Return the process id of `engine`, `callcontrol`, `worker` or `web`, 0 while it is not running."""
        file = self.home / "run" / f"{name}.pid"
        try:
            return int(file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send a signal to one process; return its id."""
        pid = self.pid(name)
        assert pid, f"{name} is not running"
        os.kill(pid, number)
        return pid

    def wait_replaced(self, name: str, old: int, *, within: float) -> float:
        """Wait until the supervisor has another process of this name that is healthy; return the seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < within:
            pid = self.pid(name)
            if pid and pid != old and self.healthy(name):
                return time.monotonic() - began
            time.sleep(0.1)  # another process's pid file: there is nothing to wait on
        raise AssertionError(
            f"{name} ({old}) not replaced within {within} s:\n" + "\n".join(self.output[-20:])
        )

    def healthy(self, name: str) -> bool:
        """Whether the process answers what it is there for."""
        from tests.stack import health

        return health.answers(self, name)

    def do(self, action: str, /, **arguments: Any) -> Any:
        """Have the console do something; raise with its traceback if that failed."""
        assert self._console is not None
        assert self._console.stdin is not None
        assert self._console.stdout is not None
        with self._console_lock:
            self._console.stdin.write(json.dumps({"do": action, **arguments}) + "\n")
            self._console.stdin.flush()
            line = self._console.stdout.readline()
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["ok"]
