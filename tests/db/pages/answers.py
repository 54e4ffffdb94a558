"""What the portal answers to Django's test client, and how a test reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer  # a name of the type checker's only
else:
    from django.http import HttpResponse as Answer

__all__ = ["Answer", "streamed"]


def streamed(answer: Answer) -> bytes:
    """Return a file that is sent piece by piece."""
    assert answer.streaming
    return answer.getvalue()
