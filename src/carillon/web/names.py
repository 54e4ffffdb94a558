"""Names of any script inside a sentence."""

from __future__ import annotations

import unicodedata

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
ISOLATE, END = "\u2068", "\u2069"


def isolated(name: str) -> str:
    """Return a name so that one written from right to left turns nothing beside it, neither digits nor brackets."""
    turns = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in name)
    return f"{ISOLATE}{name}{END}" if turns else name
