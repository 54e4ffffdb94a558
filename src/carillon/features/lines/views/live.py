"""What the lines on an open page are doing, streamed."""

from __future__ import annotations

from functools import partial

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from carillon.features.accounts.models import User
from carillon.features.accounts.queries import NotFound, access_for
from carillon.features.lines.queries import check_lines
from carillon.web import live_stream
from carillon.web.middleware import background
from carillon.web.sessions import reader_of, signed_in

MOST_LIVE = 200
"""Lines one page may follow."""


@background
@require_GET
async def live(request: HttpRequest) -> HttpResponseBase:
    """Stream what some lines (`?ids=1,2,3`) are doing for as long as the reader may see them."""
    user = signed_in(request, User)
    ids = _wanted(request.GET.get("ids", ""))
    await sync_to_async(lambda: check_lines(access_for(user), ids))()
    still_allowed = partial(_still_allowed, str(request.session.session_key), user.pk, ids)
    return live_stream.answer(ids, owner=user.pk, still_allowed=still_allowed)


def _wanted(text: str) -> frozenset[int]:
    words = text.split(",")
    if len(words) > MOST_LIVE or not all(
        word.isascii() and word.isdigit() and len(word) < 19 for word in words
    ):
        raise NotFound("lines", text[:40])
    return frozenset(int(word) for word in words)


def _still_allowed(session_key: str, user_id: int, ids: frozenset[int]) -> bool:
    """Say whether the session still is this user's and the lines still are in his scope."""
    reader = reader_of(session_key)
    if reader is None or reader.pk != user_id:
        return False
    try:
        check_lines(access_for(reader), ids)
    except NotFound:
        return False
    return True
