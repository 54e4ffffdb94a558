"""Reading extensions."""

from __future__ import annotations

from carillon.features.extensions.models import Extension


def extension_for(*, group_id: int, digits: str) -> Extension | None:
    """Return the extension or range that holds these digits (one indexed query).

    The database compares in its own collation, which may overlook `*` and `#`; what it returns is looked at again.
    """
    rows = Extension.objects.filter(group_id=group_id, first__lte=digits, last__gte=digits)
    return next((row for row in rows if holds(row, digits)), None)


def holds(row: Extension, digits: str) -> bool:
    """Say whether the row's extension or range contains exactly these digits."""
    return (
        len(row.first) == len(digits)
        and row.first <= digits <= row.last
        and row.first[:1].isdigit() == (digits[:1].isdigit())
    )


def number_of(row: Extension, digits: str) -> str:
    """Return the number (E.164) that these digits of the row stand for."""
    if row.first == row.last:
        return row.first_number
    return "+" + str(int(row.first_number[1:]) + int(digits.lstrip("*#")) - int(row.first.lstrip("*#")))
