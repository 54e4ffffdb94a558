"""Imports too large for a page to wait for: the worker checks and saves them, one after another."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Q

from carillon.features.line_imports.choices import ImportState
from carillon.features.line_imports.models import LineImport
from carillon.features.line_imports.services import (
    ImportRefused,
    check_import,
    forget_import,
    save_import,
)

log = logging.getLogger(__name__)

GIVEN_UP_AFTER = timedelta(minutes=10)
"""A check or a save that was begun and not ended for so long was interrupted; both may be begun again."""
KEPT = timedelta(days=7)
"""How long a file that was not saved is kept."""


def run_next(*, now: datetime) -> bool:
    """Check or save the import that waits longest; return whether there was one."""
    interrupted = Q(state__in=(ImportState.CHECKING, ImportState.SAVING), touched__lt=now - GIVEN_UP_AFTER)
    waiting = Q(state__in=(ImportState.WAITING, ImportState.QUEUED))
    row = LineImport.objects.filter(waiting | interrupted).order_by("touched", "pk").first()
    if row is None:
        return False
    saving = row.state in {ImportState.QUEUED, ImportState.SAVING}
    taken = LineImport.objects.filter(pk=row.pk, state=row.state, touched=row.touched)
    if not taken.update(state=ImportState.SAVING if saving else ImportState.CHECKING, touched=now):
        return True  # another worker has it
    _run(row, saving=saving, now=now)
    return True


def _run(row: LineImport, *, saving: bool, now: datetime) -> None:
    try:
        if saving:
            save_import(import_id=row.pk, now=now)
        else:
            check_import(import_id=row.pk, now=now)
    except ImportRefused as refused:
        log.info("import %d was not saved: it is %s", row.pk, refused.state)
    except FileNotFoundError:
        log.warning("the file of import %d is gone", row.pk)
        LineImport.objects.filter(pk=row.pk).update(state=ImportState.FAILED)


def forget_old(*, now: datetime) -> bool:
    """Drop one import that nobody saved in time; return whether there was one."""
    old = LineImport.objects.filter(touched__lt=now - KEPT).exclude(state=ImportState.SAVED).order_by("pk")
    row = old.exclude(state__in=(ImportState.CHECKING, ImportState.SAVING)).first()
    if row is not None:
        forget_import(import_id=row.pk)
    return row is not None
