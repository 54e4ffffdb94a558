"""Reading number blocks."""

from __future__ import annotations

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
