"""callcontrol over HTTP: a bare ASGI application, because it stands in the way of every call."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from carillon.asterisk.steps.protocol import SECRET_HEADER, BadStep
from carillon.callcontrol.database import DatabaseAway
from carillon.callcontrol.listener import EngineAway
from carillon.callcontrol.service import CallControl
from carillon.errors import CarillonError

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
LONGEST_BODY = 16 * 1024
MOST_LINES = 500
"""Lines one question about states may name."""
_SECRET_HEADER = SECRET_HEADER.encode()
_TEXT = (b"content-type", b"text/plain")
_JSON = (b"content-type", b"application/json")
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

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        given = next((value for name, value in scope["headers"] if name == _SECRET_HEADER), b"")
        if not hmac.compare_digest(given, expected):
            log.warning("refused a request without the engine's secret: %s", path[:80])
            await _answer(send, 403, b"", _TEXT)
        elif path == "/step" and scope["method"] == "POST":
            await _answer_step(control, receive, send)
        else:
            status, content = await _ask(control, health, scope, receive)
            await _answer(send, status, json.dumps(content).encode(), _JSON)

    return application


async def _answer_step(control: CallControl, receive: Receive, send: Send) -> None:
    body = b""
    try:
        body = await _body(receive)
        answer = await control.step(body)
    except (
        Exception
    ) as reason:  # the outermost edge: whatever failed, the dialplan knows what to do without us
        if isinstance(reason, BadStep):
            log.warning("refused a step: %s", reason)
        else:
            log.exception("a step failed, the engine falls back: %s", body[:120])
        await _answer(send, 500, b"", _TEXT)
    else:
        await _answer(send, 200, answer, _TEXT)


async def _ask(
    control: CallControl, health: Callable[[], dict[str, Any]], scope: Message, receive: Receive
) -> tuple[int, dict[str, Any]]:
    try:
        return 200, await _route(control, health, scope, receive)
    except _Refused as reason:
        return reason.status, {"error": "request"}
    except DatabaseAway:
        return 503, {"error": "database"}
    except EngineAway:
        return 503, {"error": "engine"}


async def _route(
    control: CallControl, health: Callable[[], dict[str, Any]], scope: Message, receive: Receive
) -> dict[str, Any]:
    match scope["method"], scope["path"]:
        case "POST", "/changed":
            return await control.changed((await _numbers(receive, "group"))["group"])
        case "POST", "/mwi":
            return await control.lamp(**await _numbers(receive, "mailbox", "new", "old"))
        case "POST", "/states":
            return await control.states(await _lines(receive))
        case "GET", "/health":
            return health()
        case _:
            raise _Refused(404)


async def _numbers(receive: Receive, *names: str) -> dict[str, int]:
    """Read whole numbers by their names from a JSON body."""
    read = await _json(receive)
    numbers = {name: read.get(name) for name in names}
    if not all(isinstance(number, int) for number in numbers.values()):
        raise _Refused(400)
    return {name: int(number) for name, number in numbers.items() if number is not None}


async def _lines(receive: Receive) -> list[int]:
    """Read the ids of some lines from a JSON body."""
    lines = (await _json(receive)).get("lines")
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise _Refused(400)
    if not all(isinstance(line, int) and 0 < line <= _LARGEST_ID for line in lines):
        raise _Refused(400)
    return lines


async def _json(receive: Receive) -> dict[str, Any]:
    try:
        read = json.loads(await _body(receive))
    except ValueError:
        raise _Refused(400) from None
    if not isinstance(read, dict):
        raise _Refused(400)
    return read


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= LONGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
    if len(body) > LONGEST_BODY or message["type"] == "http.disconnect":
        raise _Refused(413)
    return body


async def _answer(send: Send, status: int, body: bytes, kind: tuple[bytes, bytes]) -> None:
    headers = [kind, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
