"""Reading what managing lines needs: what uses them (`uses`), what stands in the way and what is lost (`deletion`)."""

from carillon.features.line_management.queries.deletion import (
    Sums,
    hindrances_among,
    lines_to_delete,
    sums_of,
)
from carillon.features.line_management.queries.uses import GROUP_NUMBERS, Use, uses_among, uses_of
from carillon.features.line_management.queries.whole import kinds_for, phones_of, places_in_scope

__all__ = [
    "GROUP_NUMBERS",
    "Sums",
    "Use",
    "hindrances_among",
    "kinds_for",
    "lines_to_delete",
    "phones_of",
    "places_in_scope",
    "sums_of",
    "uses_among",
    "uses_of",
]
