"""What the portal answers to Django's test client, and how a test reads it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer  # a name of the type checker's only
else:
    from django.http import HttpResponse as Answer

__all__ = ["Answer", "read", "streamed"]

_KEPT_WHOLE = re.compile('<span class="text-nowrap">([^<]*)</span>')


def read(answer: Answer) -> str:
    """Return a page with its entities read, and without what only keeps its numbers whole."""
    return html.unescape(_KEPT_WHOLE.sub(r"\1", answer.content.decode()))


def streamed(answer: Answer) -> bytes:
    """Return a file that is sent piece by piece."""
    assert answer.streaming
    return answer.getvalue()
