"""Work that is cut off before anything of it is committed."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction


class Killed(Exception):
    """The death itself."""


def killed(work: Callable[[], object]) -> None:
    """Do the work, and die before anything is committed."""
    try:
        with transaction.atomic():
            work()
            raise Killed  # noqa: TRY301 - it is the death itself
    except Killed:
        pass
