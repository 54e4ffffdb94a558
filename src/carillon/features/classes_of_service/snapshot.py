"""Stored classes of call -> the values decisions use."""

from __future__ import annotations

from carillon.calls.model import CallClass
from carillon.errors import CarillonError


class UnknownValue(CarillonError):
    """A stored value means nothing: the row was written by something else than a service of this version."""

    def __init__(self, *, kind: str, object_id: int, field: str, value: object) -> None:
        super().__init__(f"{kind} {object_id}: {field} holds {value!r}")
        self.kind = kind
        self.object_id = object_id
        self.field = field
        self.value = value


def call_classes(stored: object, *, kind: str, object_id: int, field: str) -> frozenset[CallClass]:
    """Return the classes in a JSON list; raise UnknownValue rather than let a misspelt one be forgotten."""
    if not isinstance(stored, list):
        raise UnknownValue(kind=kind, object_id=object_id, field=field, value=stored)
    try:
        return frozenset(CallClass(value) for value in stored)
    except ValueError:
        raise UnknownValue(kind=kind, object_id=object_id, field=field, value=stored) from None
