"""Reading number blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models.functions import Length

from carillon.features.lines.models import Line
from carillon.features.number_blocks.models import NumberBlock


def block_of(*, number: str, group_id: int | None = None) -> NumberBlock | None:
    """Return the block that holds a number (E.164), of this group or of any (one query).

    Numbers are compared as text of one length: `+1514555010` is not between `+15145550100` and `+15145550199`.
    """
    blocks = NumberBlock.objects.filter(first__lte=number, last__gte=number)
    if group_id is not None:
        blocks = blocks.filter(group_id=group_id)
    return next((block for block in blocks if len(block.first) == len(number)), None)


def overlapping(*, first: str, last: str) -> NumberBlock | None:
    """Return a block of any group that shares a number with this range, if there is one (one query)."""
    blocks = NumberBlock.objects.filter(first__lte=last, last__gte=first)
    return next((block for block in blocks if len(block.first) == len(first)), None)


@dataclass(frozen=True, slots=True)
class BlockUse:
    """A block as its list shows it: how many numbers it has, how many of them are assigned to lines, and free."""

    block: NumberBlock
    size: int
    assigned: int

    @property
    def free(self) -> int:
        """How many numbers no line has."""
        return self.size - self.assigned


def blocks_of(group_id: int) -> list[BlockUse]:
    """Return the group's blocks in their order with what is free in each (a query, and one per block)."""
    blocks = NumberBlock.objects.filter(group_id=group_id).order_by("first")
    return [BlockUse(block, size_of(block), _lines_in(block).count()) for block in blocks]


def size_of(block: NumberBlock) -> int:
    """Return how many numbers a block holds."""
    return int(block.last[1:]) - int(block.first[1:]) + 1


def used_in(block: NumberBlock) -> str:
    """Return a line or an extension of the group that uses a number of the block, "" when it is empty."""
    line = _lines_in(block).first()
    if line is not None:
        return str(line)
    extensions: Any = apps.get_model("extensions", "Extension")
    near = extensions.objects.filter(group_id=block.group_id, first_number__lte=block.last)
    long = near.annotate(digits=Length("first_number")).filter(digits=len(block.first))
    extension = long.filter(first_number__gte=block.first).first()
    return str(extension) if extension is not None else ""


def _lines_in(block: NumberBlock) -> Any:
    lines = Line.objects.filter(group_id=block.group_id, number__gte=block.first, number__lte=block.last)
    return lines.annotate(digits=Length("number")).filter(digits=len(block.first))


def free_numbers(group_id: int, *, most: int) -> list[str]:
    """Return the first numbers (E.164) of the group's blocks that no line has, at most so many."""
    found: list[str] = []
    for use in blocks_of(group_id):
        if use.free:
            found += islice(_free_in(use.block), most - len(found))
        if len(found) >= most:
            break
    return found


def _free_in(block: NumberBlock) -> Iterator[str]:
    """Yield the free numbers of a block in their order; lines are read only as far as is asked for."""
    expected = int(block.first[1:])
    for number in _lines_in(block).order_by("number").values_list("number", flat=True).iterator(500):
        yield from (f"+{value}" for value in range(expected, int(number[1:])))
        expected = int(number[1:]) + 1
    yield from (f"+{value}" for value in range(expected, int(block.last[1:]) + 1))
