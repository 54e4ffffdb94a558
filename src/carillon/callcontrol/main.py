"""The process `carillon callcontrol`: serves steps beside one engine node until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import uvloop

if TYPE_CHECKING:
    from carillon.callcontrol.server import Server

log = logging.getLogger(__name__)

GRACE_SECONDS = 3
NEW_OBJECTS = 20_000
"""After how many the next collection looks for cycles: a step makes hundreds of objects, and none of them."""


def main() -> None:
    """Run until SIGTERM or SIGINT; steps in progress are answered first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    django.setup()
    uvloop.run(_serve())


async def _serve() -> None:
    from django.conf import settings  # noqa: PLC0415 - settings are read once Django is set up

    from carillon.callcontrol.heartbeat import Heartbeat  # noqa: PLC0415
    from carillon.callcontrol.wiring import build  # noqa: PLC0415

    service = build()
    heartbeat = Heartbeat(Path(settings.CARILLON_HOME), "callcontrol")
    # What has been loaded lives for ever: left out of every collection, so that none stops a step for long.
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    beside = [
        heartbeat.run(),
        service.listener.run(),
        service.changes.watch(),
        *(database.watch() for database in service.databases),
    ]
    try:
        await _serve_beside(service.server, settings.CARILLON_STEP_PORT, beside)
    finally:
        for database in service.databases:
            database.close()
        service.journal.close()
        service.projection.close()
        heartbeat.stop()
        log.info("callcontrol has stopped")


async def _serve_beside(server: Server, port: int, beside: list[Coroutine[Any, Any, None]]) -> None:
    """Serve until a signal; what runs beside ends with it, and a failure there ends the service."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def end(done: asyncio.Future[None]) -> None:
        if not done.cancelled() and done.exception() is not None:
            log.error("a part of callcontrol failed", exc_info=done.exception())
            stop.set()

    await server.start("127.0.0.1", port)
    log.info("callcontrol answers on port %d", port)
    tasks = [asyncio.ensure_future(work) for work in beside]
    for task in tasks:
        task.add_done_callback(end)
    try:
        await stop.wait()
        await server.stop(grace=GRACE_SECONDS)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    main()
