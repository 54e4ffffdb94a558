"""Addresses of objects, fast enough for every entry of the menu of every row."""

from __future__ import annotations

from functools import cache

from django.urls import reverse


def address_of(name: str, number: int) -> str:
    """Return the address of a page that is about the object with this number (`reverse(name, args=[number])`)."""
    before, after = _around(name)
    return f"{before}{number:d}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    """Return what stands before and after the number: the addresses do not change while the portal runs."""
    before, _, after = reverse(name, args=[0]).rpartition("/0/")
    return f"{before}/", f"/{after}"
