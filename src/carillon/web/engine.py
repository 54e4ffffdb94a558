"""What the portal asks callcontrol: "are you using this yet?" and "what are the lines doing?".

Every question is bounded and answered honestly: no answer is None, never a guess. Loopback only.
"""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

log = logging.getLogger(__name__)

CONFIRM_SECONDS = 1.0
STATES_SECONDS = 0.5
_LONGEST_ANSWER = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LineState:
    """What the engine says of one line: phones registered, calls ringing and calls present (ringing included)."""

    registered: int = 0
    calls: int = 0
    ringing: int = 0


@dataclass(frozen=True, slots=True)
class LineStates:
    """The states of a group's lines by line id; `complete` is false while the engine's picture is being rebuilt."""

    lines: Mapping[int, LineState] = field(default_factory=dict)
    complete: bool = False


def confirmed(*, group_id: int, config_version: int) -> bool:
    """Tell callcontrol that the group changed; return whether it now applies at least `config_version`."""
    answer = _ask("POST", "/changed", body={"group": group_id}, seconds=CONFIRM_SECONDS)
    if answer is None or answer.get("applied") is not True:
        return False
    version = answer.get("config_version")
    return answer.get("group") == group_id and isinstance(version, int) and version >= config_version


def line_states(*, group_id: int) -> LineStates | None:
    """Return what the lines of a group are doing, or None when the engine does not answer."""
    answer = _ask("GET", f"/states?group={group_id}", body=None, seconds=STATES_SECONDS)
    lines = answer.get("lines") if answer else None
    if answer is None or not isinstance(lines, dict):
        return None
    read = {int(key): _line_state(value) for key, value in lines.items() if key.isdigit()}
    return LineStates(lines=read, complete=answer.get("complete") is True)


def _line_state(value: object) -> LineState:
    if not isinstance(value, dict):
        return LineState()
    counts = {name: value.get(name, 0) for name in ("registered", "calls", "ringing")}
    return LineState(**{name: count for name, count in counts.items() if isinstance(count, int)})


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
