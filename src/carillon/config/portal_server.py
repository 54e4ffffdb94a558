"""The process `carillon web`: serves the portal until it is told to stop."""

from __future__ import annotations

import socket

import uvicorn

from carillon.config import settings

GRACE_SECONDS = 3


class PortalServer(uvicorn.Server):
    """Ends the live streams before it waits for the answers in progress: they would never end by themselves."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        from carillon.web.live_hub import hub  # noqa: PLC0415 - once the application is loaded

        hub().close()
        await super().shutdown(sockets)


def main() -> int:
    """Run until SIGTERM or SIGINT; answers in progress are finished first."""
    server = PortalServer(
        uvicorn.Config(
            "carillon.config.asgi:application",
            host=settings.CARILLON_BIND,
            port=settings.CARILLON_HTTP_PORT,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    server.run()
    return 0 if server.started else 1
