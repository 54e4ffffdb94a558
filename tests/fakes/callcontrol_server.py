"""Answers the portal as callcontrol does, over real HTTP: /changed and /states, with the secret header.

`behind` makes it say that it still applies an older version; `states` is what the engine says of the lines, `complete`
whether it knows.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class CallcontrolServer:
    """A loopback server on a free port; `told` lists the groups it was told about, `asked` the lines it was asked about."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.behind = False
        self.complete = True
        self.states: dict[str, dict[str, int]] = {}
        self.asked: list[list[int]] = []
        self.told: list[int] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.answer(self, owner.states_of(body) if self.path == "/states" else owner.changed(body))

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def changed(self, body: dict[str, int]) -> dict[str, object]:
        """Answer /changed."""
        self.told.append(body["group"])
        version = 0 if self.behind else 1_000_000
        return {"group": body["group"], "config_version": version, "applied": True}

    def states_of(self, body: dict[str, list[int]]) -> dict[str, object]:
        """Answer /states for the lines asked about."""
        self.asked.append(body["lines"])
        wanted = {str(line) for line in body["lines"]}
        found = {line: state for line, state in self.states.items() if line in wanted}
        return {"lines": found, "complete": self.complete}

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
