"""The forty-nine torture messages of RFC 4475, made anew from what each one is about, under the RFC's short names.

The topmost Via names the sender's real port, so that an answer returns to the test; everything else is as
odd as the RFC has it. `{me}` in a text is that `host:port`; `{to}` the user that is called.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.calls.torture_invalid import INVALID, OTHER
from tests.calls.torture_valid import VALID

COUNT = 49


def messages(*, me: str, to: str) -> Iterator[tuple[str, bytes]]:
    """Yield (short name, bytes) of every message."""
    for name, text in {**VALID, **INVALID, **OTHER}.items():
        yield name, _bytes(text, me=me, to=to)


def _bytes(text: str, *, me: str, to: str) -> bytes:
    filled = text.lstrip("\n").replace("{me}", me).replace("{to}", to).replace("\n", "\r\n")
    head, gap, body = filled.partition("\r\n\r\n")
    size = len(body.encode("utf-8", "surrogateescape"))
    return (head.replace("{length}", str(size)) + gap + body).encode("utf-8", "surrogateescape")
