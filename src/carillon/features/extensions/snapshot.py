"""An extension's row -> the extension as call decisions see it."""

from __future__ import annotations

from carillon.calls.directory import Extension
from carillon.calls.model import E164, LineId, Ref
from carillon.features.extensions.queries import extension_for, number_of
from carillon.features.lines.models import Line


def load_extension(group_id: int, digits: str) -> Extension | None:
    """Return what these digits are as an extension of the group, None if nothing (one query, two for a range)."""
    row = extension_for(group_id=group_id, digits=digits)
    if row is None:
        return None
    number = number_of(row, digits)
    line_id = row.line_id
    if line_id is None:
        line_id = Line.objects.filter(group_id=group_id, number=number).values_list("pk", flat=True).first()
    return Extension(
        ref=Ref("extension", row.pk, row.version),
        digits=digits,
        number=E164(number),
        line=LineId(line_id) if line_id is not None else None,
    )
