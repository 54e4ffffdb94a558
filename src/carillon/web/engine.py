"""What the portal asks callcontrol: "are you using this yet?" and "what are the lines doing?".

Every question is bounded and answered honestly: no answer is None, never a guess. Loopback only.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

log = logging.getLogger(__name__)

CONFIRM_SECONDS = 1.0
STATES_SECONDS = 0.5
MOST_LINES = 500
"""Lines one question may name."""
_LONGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LineState:
    """What the engine says of one line: phones registered, calls ringing and calls present (ringing included).

    `undisturbed`: it makes one of them without call waiting.
    """

    registered: int = 0
    calls: int = 0
    ringing: int = 0
    undisturbed: bool = False


@dataclass(frozen=True, slots=True)
class LineStates:
    """The states of some lines by line id; a line without phones is left out.

    `complete` is false while the engine's picture is being rebuilt: nothing is known then.
    """

    lines: Mapping[int, LineState] = field(default_factory=dict)
    complete: bool = False

    def of(self, line_id: int) -> LineState | None:
        """Return the state of one of the lines asked about, None while it is not known."""
        return self.lines.get(line_id, LineState()) if self.complete else None


def confirmed(*, group_id: int, config_version: int) -> bool:
    """Tell callcontrol that the group changed; return whether it now applies at least `config_version`."""
    answer = _ask("POST", "/changed", body={"group": group_id}, seconds=CONFIRM_SECONDS)
    if answer is None or answer.get("applied") is not True:
        return False
    version = answer.get("config_version")
    return answer.get("group") == group_id and isinstance(version, int) and version >= config_version


def line_states_of(*, line_ids: Sequence[int]) -> LineStates | None:
    """Return what these lines (at most MOST_LINES) are doing, or None when the engine does not answer."""
    if not line_ids:
        return LineStates(complete=True)
    return _line_states(_ask("POST", "/states", body={"lines": list(line_ids)}, seconds=STATES_SECONDS))


async def line_states_soon(*, line_ids: Sequence[int]) -> LineStates | None:
    """Return the same without holding up the event loop."""
    try:
        async with asyncio.timeout(STATES_SECONDS):
            return _line_states(await _ask_soon("/states", {"lines": list(line_ids)}))
    except (
        OSError,
        TimeoutError,
        ValueError,
        asyncio.IncompleteReadError,
        asyncio.LimitOverrunError,
    ) as reason:
        log.info("callcontrol gave no usable answer to /states: %s", reason)
        return None


def _line_states(answer: object) -> LineStates | None:
    lines = answer.get("lines") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(lines, dict):
        return None
    read = {int(key): _line_state(value) for key, value in lines.items() if key.isdigit()}
    return LineStates(lines=read, complete=answer.get("complete") is True)


def _line_state(value: object) -> LineState:
    if not isinstance(value, dict):
        return LineState()
    counts = {name: value.get(name, 0) for name in ("registered", "calls", "ringing")}
    known = {name: count for name, count in counts.items() if isinstance(count, int)}
    return LineState(**known, undisturbed=value.get("undisturbed") is True)


async def _ask_soon(path: str, body: object) -> object:
    address, content = urlsplit(settings.CARILLON_STEP_URL), json.dumps(body)
    reader, writer = await asyncio.open_connection(address.hostname or "127.0.0.1", address.port)
    try:
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
            f"X-Carillon-Engine: {settings.CARILLON_ENGINE_SECRET}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"\ncontent-length: *(\d{1,8})\r", head)
        if length is None or head.split(" ", 2)[1] != "200":
            raise ValueError(head.partition("\r")[0])
        return json.loads(await reader.readexactly(min(int(length[1]), _LONGEST_ANSWER)))
    finally:
        writer.close()


def _ask(method: str, path: str, *, body: object, seconds: float) -> dict[str, Any] | None:
    address = urlsplit(settings.CARILLON_STEP_URL)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=seconds)
    headers = {"X-Carillon-Engine": settings.CARILLON_ENGINE_SECRET, "Content-Type": "application/json"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read(_LONGEST_ANSWER)
        read = json.loads(content) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError) as reason:
        log.info("callcontrol gave no usable answer to %s: %s", path.partition("?")[0], reason)
        return None
    finally:
        connection.close()
    return read if isinstance(read, dict) else None
