"""Asking each process of an installation whether it works."""

from __future__ import annotations

import http.client
import json
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.stack.installation import Installation


def answers(installation: Installation, name: str) -> bool:
    """Whether the named process answers."""
    match name:
        case "engine":
            return _greets(installation.ami)
        case "callcontrol":
            return bool(callcontrol(installation).get("ami"))
        case "web":
            return _status(installation.http, "/health/", {}) == 200
        case _:
            return installation.pid(name) > 0


def callcontrol(installation: Installation) -> dict[str, object]:
    """Return callcontrol's own account of its health, empty when it does not answer."""
    secret = json.loads((installation.home / "secrets.json").read_text(encoding="utf-8"))["engine"]
    connection = http.client.HTTPConnection("127.0.0.1", installation.step, timeout=1)
    try:
        connection.request("GET", "/health", headers={"X-Carillon-Engine": secret})
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else {}


def _status(port: int, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return connection.recv(64).startswith(b"Asterisk Call Manager")
    except OSError:
        return False
