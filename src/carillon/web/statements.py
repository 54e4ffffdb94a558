"""Long lists of values in the pieces that one SQL statement takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

MOST = 500
"""Values in one statement, a few columns compared with each: every database takes so many."""


def in_pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values in their order, so many at a time as one statement takes."""
    return (values[start : start + MOST] for start in range(0, len(values), MOST))
