"""The indexes of parts of words (web/parts.py): put back after every migration what a rebuilt table has lost."""

from __future__ import annotations


def ensure() -> None:
    """Create what is missing."""
    from carillon.features.lines.queries import SEARCHED as LINES  # noqa: PLC0415 - models need Django set up
    from carillon.features.record.queries import SEARCHED as RECORD  # noqa: PLC0415

    for parts in (LINES, RECORD):
        parts.ensure()
