"""What callcontrol answers over HTTP: the engine's steps, and the questions of the portal and of the worker."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable
from typing import Any

from carillon.asterisk.steps.protocol import BadStep
from carillon.callcontrol.database import DatabaseAway
from carillon.callcontrol.listener import EngineAway
from carillon.callcontrol.server import JSON, Answer, Application, Request
from carillon.callcontrol.service import CallControl
from carillon.errors import CarillonError

log = logging.getLogger(__name__)

MOST_LINES = 500
"""Lines one question about states may name."""
_LARGEST_ID = 2**63 - 1


class _Refused(CarillonError):
    """The request cannot be answered; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def make_application(
    control: CallControl, *, secret: str, health: Callable[[], dict[str, Any]]
) -> Application:
    """Return the application. Every request must carry the engine's secret."""
    expected = secret.encode()

    async def application(request: Request) -> Answer:
        if not hmac.compare_digest(request.secret, expected):
            log.warning("refused a request without the engine's secret: %s", request.path[:80])
            return Answer(403)
        if request.path == "/step" and request.method == "POST":
            return await _answer_step(control, request.body)
        status, content = await _ask(control, health, request)
        return Answer(status, json.dumps(content).encode(), JSON)

    return application


async def _answer_step(control: CallControl, body: bytes) -> Answer:
    try:
        return Answer(200, await control.step(body))
    except (
        Exception
    ) as reason:  # the outermost edge: whatever failed, the dialplan knows what to do without us
        if isinstance(reason, BadStep):
            log.warning("refused a step: %s", reason)
        else:
            log.exception("a step failed, the engine falls back: %s", body[:120])
        return Answer(500)


async def _ask(
    control: CallControl, health: Callable[[], dict[str, Any]], request: Request
) -> tuple[int, dict[str, Any]]:
    try:
        return 200, await _route(control, health, request)
    except _Refused as reason:
        return reason.status, {"error": "request"}
    except DatabaseAway:
        return 503, {"error": "database"}
    except EngineAway:
        return 503, {"error": "engine"}


async def _route(
    control: CallControl, health: Callable[[], dict[str, Any]], request: Request
) -> dict[str, Any]:
    match request.method, request.path:
        case "POST", "/changed":
            return await control.changed(_numbers(request, "group")["group"])
        case "POST", "/mwi":
            return await control.lamp(**_numbers(request, "mailbox", "new", "old"))
        case "POST", "/states":
            return await control.states(_lines(request))
        case "GET", "/health":
            return health()
        case _:
            raise _Refused(404)


def _numbers(request: Request, *names: str) -> dict[str, int]:
    """Read whole numbers by their names from a JSON body."""
    read = _json(request)
    numbers = {name: read.get(name) for name in names}
    if not all(isinstance(number, int) for number in numbers.values()):
        raise _Refused(400)
    return {name: int(number) for name, number in numbers.items() if number is not None}


def _lines(request: Request) -> list[int]:
    """Read the ids of some lines from a JSON body."""
    lines = _json(request).get("lines")
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise _Refused(400)
    if not all(isinstance(line, int) and 0 < line <= _LARGEST_ID for line in lines):
        raise _Refused(400)
    return lines


def _json(request: Request) -> dict[str, Any]:
    try:
        read = json.loads(request.body)
    except ValueError:
        raise _Refused(400) from None
    if not isinstance(read, dict):
        raise _Refused(400)
    return read
