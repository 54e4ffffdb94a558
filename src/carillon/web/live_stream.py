"""The stream of live states to one open page: server-sent events, what it shows once and then only what changes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Collection

from asgiref.sync import SyncToAsync, sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation

from carillon.web.live_hub import Reader, States, hub
from carillon.web.states import in_words

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
"""A stream never stays silent for longer, so that its reader notices a dead connection."""
CHECK_SECONDS = 15.0
"""Between two looks at whether the reader may still see this."""
CHECK_PATIENCE_SECONDS = 10.0
MOST_STREAMS = 20
"""Streams one user may have open in this process."""


def answer(
    line_ids: Collection[int], *, owner: int, still_allowed: Callable[[], bool]
) -> StreamingHttpResponse | HttpResponse:
    """Answer with the stream of these lines' states in the language in force; 429 when the user has too many open."""
    if hub().streams_of(owner) >= MOST_STREAMS:
        return HttpResponse(status=429, headers={"Retry-After": str(int(CHECK_SECONDS))})
    events = _events(line_ids, owner, translation.get_language() or settings.LANGUAGE_CODE, still_allowed)
    headers = {"X-Accel-Buffering": "no"}  # a proxy before us passes each event on at once
    return StreamingHttpResponse(events, content_type="text/event-stream; charset=utf-8", headers=headers)


async def _events(
    line_ids: Collection[int], owner: int, language: str, still_allowed: Callable[[], bool]
) -> AsyncIterator[bytes]:
    await _let_thread_go()
    with hub().reading(line_ids, owner=owner) as reader:
        async for event in stream(reader, language=language, still_allowed=still_allowed):
            yield event


async def stream(
    reader: Reader,
    *,
    language: str,
    still_allowed: Callable[[], bool],
    beat: float = BEAT_SECONDS,
    check: float = CHECK_SECONDS,
) -> AsyncIterator[bytes]:
    """Yield server-sent events: the states, then their changes.

    `beat` says that nothing changed, `ended` that this reader may no longer see these lines (`still_allowed`, asked
    now and then in a thread). Without `ended` the stream broke off and may be asked for again.
    """
    checked = asyncio.get_running_loop().time()
    while not reader.hub.closed:
        found = await reader.changes(within=beat)
        yield _data(found, language) if found else b"event: beat\ndata: 1\n\n"
        now = asyncio.get_running_loop().time()
        if now - checked >= check:
            checked = now
            allowed = await _check(still_allowed)
            if allowed is None:
                return
            if not allowed:
                yield b"event: ended\ndata: 1\n\n"
                return


def _data(states: States, language: str) -> bytes:
    with translation.override(language):
        words = {line: in_words(state) for line, state in states.items()}
    told = {str(line): {"kind": kind, "text": text} for line, (kind, text) in words.items()}
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n".encode()


async def _check(still_allowed: Callable[[], bool]) -> bool | None:
    """Return the answer, or None when the database does not give one; no connection is left open."""

    def asked() -> bool:
        try:
            return still_allowed()
        finally:
            connection.close()

    try:
        async with asyncio.timeout(CHECK_PATIENCE_SECONDS):
            return await asyncio.to_thread(asked)
    except (DatabaseError, TimeoutError) as reason:
        log.warning("a live stream ends, its reader cannot be checked: %s", reason)
        return None


async def _let_thread_go() -> None:
    """Give back the thread, and its database connection, that the request was read in.

    Django keeps a thread for each request until its answer ends; a stream has no use for it.
    """
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is None:  # not served over ASGI: the thread is not the request's own
        return
    await sync_to_async(connections.close_all)()
    executor = SyncToAsync.context_to_thread_executor.pop(context, None)
    if executor is not None:
        executor.shutdown(wait=False)
