"""A number of the group -> its owner, as call decisions see it."""

from __future__ import annotations

from carillon.calls.directory import NumberOwner
from carillon.calls.model import E164, LineId
from carillon.features.lines.models import Line
from carillon.features.number_blocks.queries import block_of


def load_number(group_id: int, e164: str) -> NumberOwner | None:
    """Return who holds the number inside the group, None outside its blocks and lines (one or two queries)."""
    line_id = Line.objects.filter(group_id=group_id, number=e164).values_list("pk", flat=True).first()
    if line_id is not None:
        return NumberOwner(E164(e164), LineId(line_id))
    if block_of(number=e164, group_id=group_id) is not None:
        return NumberOwner(E164(e164), None)
    return None
