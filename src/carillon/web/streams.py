"""Files sent while they are being written: whatever their size, memory holds one piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse


def send_file(
    request: HttpRequest, pieces: Iterator[bytes], *, name: str, kind: str
) -> StreamingHttpResponse:
    """Return the response that sends the pieces as a file to keep; `name` is plain ASCII.

    Each piece is made in the request's own thread (where its database connection is), never in the event loop.
    """
    content = _in_thread(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def _in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    def following() -> bytes | None:
        return next(pieces, None)

    try:
        while (piece := await sync_to_async(following)()) is not None:
            yield piece
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            await sync_to_async(close)()
