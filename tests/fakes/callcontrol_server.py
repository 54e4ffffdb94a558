"""Answers the portal as callcontrol does, over real HTTP: /changed and /states, with the secret header.

`behind` makes it say that it still applies an older version; `states` is what the engine says of the lines.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class CallcontrolServer:
    """A loopback server on a free port; `told` lists the groups it was told about."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.behind = False
        self.states: dict[str, dict[str, int]] = {}
        self.told: list[int] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.answer(self, owner.changed(body))

            def do_GET(self) -> None:
                group = parse_qs(urlsplit(self.path).query).get("group", [""])[0]
                owner.answer(self, {"lines": owner.states, "complete": True} if group else {})

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def changed(self, body: dict[str, int]) -> dict[str, object]:
        """Answer /changed."""
        self.told.append(body["group"])
        version = 0 if self.behind else 1_000_000
        return {"group": body["group"], "config_version": version, "applied": True}

    def answer(self, handler: BaseHTTPRequestHandler, value: dict[str, Any]) -> None:
        """Send the answer, or 403 without the secret."""
        right = handler.headers.get("X-Carillon-Engine") == self.secret
        content = json.dumps(value).encode()
        handler.send_response(200 if right else 403)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    @contextmanager
    def running(self) -> Iterator[CallcontrolServer]:
        """Serve until the block ends."""
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(5)
