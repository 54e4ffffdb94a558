"""The process `carillon worker`: files the journals, the messages and the mail, each in a thread of its own.

Whatever fails is tried again: while the database is away everything waits where it is, on the disk.
"""

from __future__ import annotations

import contextlib
import gc
import http.client
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
CALM_SECONDS = 0.5
"""Between two looks for what nobody waits for by the second: each look is a question to the database."""
PAUSE_AFTER_ERROR_SECONDS = 1.0
NICENESS = 10
"""Calls come first: records may wait a moment, a ringing phone may not. A tenth of a processor that everything wants
is left to the worker, which is what filing needs: further back it would not keep its two seconds on a busy machine."""
AUTOGROUP = Path("/proc/self/autogroup")
"""Where Linux keeps the niceness of a whole session; it weighs sessions first, and each process of ours has one."""


def _step_back() -> None:
    """Leave the processor to the engine whenever it wants it."""
    os.nice(NICENESS)
    with contextlib.suppress(OSError):  # a kernel without session scheduling has no such file
        AUTOGROUP.write_text(str(NICENESS), encoding="ascii")


def main() -> None:
    """Run until SIGTERM or SIGINT; what is being done is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    django.setup()
    from carillon.callcontrol import rounds  # noqa: F401, PLC0415 - a worker that comes back is there at once
    from carillon.callcontrol.heartbeat import INTERVAL_SECONDS, Heartbeat  # noqa: PLC0415

    _step_back()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    heartbeat = Heartbeat(Path(settings.CARILLON_HOME), "worker")
    threads = start(stop)
    gc.collect()  # what has been loaded lives for ever: no collection looks at it again
    gc.freeze()
    while not stop.wait(INTERVAL_SECONDS) and all(thread.is_alive() for thread in threads):
        heartbeat.beat()
    stop.set()
    for thread in threads:
        thread.join(timeout=10)
    heartbeat.stop()
    log.info("the worker has stopped")


def start(stop: threading.Event) -> list[threading.Thread]:
    """Start the worker's threads; they end soon after `stop` is set."""
    from carillon.callcontrol.rounds import (  # noqa: PLC0415 - models need Django set up
        FilingRound,
        ImportRound,
        MailRound,
        SnapshotRound,
    )

    lamps = LampMessenger(settings.CARILLON_STEP_PORT, settings.CARILLON_ENGINE_SECRET)
    work = (
        ("filing", FilingRound.from_settings(lamps.tell).run, TICK_SECONDS),
        ("mail", MailRound(lamps.tell).run, CALM_SECONDS),
        ("snapshots", SnapshotRound(lamps.tell).run, CALM_SECONDS),
        ("lamps", lamps.run, TICK_SECONDS),
        ("imports", ImportRound().run, CALM_SECONDS),
    )
    threads = [
        threading.Thread(target=repeat, args=(run, stop, pause), name=name, daemon=True)
        for name, run, pause in work
    ]
    for thread in threads:
        thread.start()
    return threads


def repeat(work: Callable[[], bool], stop: threading.Event, pause: float = TICK_SECONDS) -> None:
    """Do the work again and again, with a pause (seconds) when it had nothing to do (False) or failed."""
    while not stop.is_set():
        try:
            more = work()
        except (DatabaseError, OSError) as reason:
            log.warning(
                "%s: %s", threading.current_thread().name, str(reason).strip() or type(reason).__name__
            )
            connection.close()
            stop.wait(PAUSE_AFTER_ERROR_SECONDS)
        except Exception:  # the outermost edge of a thread that must not die: logged, and tried again
            log.exception("%s failed and goes on", threading.current_thread().name)
            stop.wait(PAUSE_AFTER_ERROR_SECONDS)
        else:
            if not more:
                stop.wait(pause)
    connection.close()


@dataclass(frozen=True, slots=True)
class _Lamp:
    new: int
    old: int


class LampMessenger:
    """Tells callcontrol what a mailbox holds, so that it lights the lamps; keeps trying while it is down."""

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._secret = secret
        self._waiting: dict[int, _Lamp] = {}
        self._guard = threading.Lock()
        self._next = 0.0

    def tell(self, *, mailbox: int, new: int, old: int) -> None:
        """Take note; the latest counts of a mailbox replace earlier ones that wait."""
        with self._guard:
            self._waiting[mailbox] = _Lamp(new, old)

    def run(self) -> bool:
        """Pass on what waits; return whether all went through and there was something."""
        if time.monotonic() < self._next:
            return False
        with self._guard:
            waiting, self._waiting = self._waiting, {}
        for mailbox, lamp in waiting.items():
            if not self._post({"mailbox": mailbox, "new": lamp.new, "old": lamp.old}):
                with self._guard:
                    self._waiting = {**waiting, **self._waiting}
                self._next = time.monotonic() + 1
                return False
        return bool(waiting)

    def _post(self, body: dict[str, int]) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2)
        headers = {"X-Carillon-Engine": self._secret, "Content-Type": "application/json"}
        try:
            link.request("POST", "/mwi", json.dumps(body), headers)
            return link.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()


if __name__ == "__main__":
    main()
