"""How a benchmark prints its outcome: a small table for people, one line of JSON for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path


def machine() -> dict[str, object]:
    """Return the machine's size: ratios travel, absolute figures belong to it."""
    memory = Path("/proc/meminfo").read_text(encoding="ascii").split()[1]
    return {"processors": os.cpu_count(), "memory_mb": int(memory) // 1024}


def show(title: str, rows: Sequence[Sequence[object]], facts: Mapping[str, object]) -> None:
    """Print the table and the facts."""
    text = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[column]) for row in text) for column in range(len(text[0]))]
    print(f"\n{title}")
    for row in text:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(json.dumps({"bench": title, "machine": machine(), **facts}))


def _cell(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
