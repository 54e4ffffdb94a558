"""The life of an import: taken, checked, saved as a whole or not at all."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from carillon.errors import CarillonError
from carillon.features.accounts.models import User
from carillon.features.audit.services import Actor, Change, Receipt, lock_group, record_change
from carillon.features.line_imports.choices import FIRST_ROWS, ImportState
from carillon.features.line_imports.models import LineImport
from carillon.features.line_imports.queries import FOLDER, file_of
from carillon.features.line_imports.services.planning import Plan, PlannedLine, plan_lines
from carillon.features.line_imports.services.saving import Writer
from carillon.web.csv_files import Fault, shown

MOST_ERRORS = 5000
"""Errors kept of one file; the rest are counted."""


class ImportRefused(CarillonError):
    """The import cannot be saved: it has errors, was saved already, or the group changed and now it has some."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def start_import(*, actor: Actor, group_id: int, file_name: str, data: bytes, now: datetime) -> LineImport:
    """Keep a file for its check; nothing of the group changes."""
    folder = Path(settings.CARILLON_HOME) / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{FOLDER}/{secrets.token_urlsafe(16)}.csv"
    file = Path(settings.CARILLON_HOME) / name
    file.touch(mode=0o600)
    file.write_bytes(data)
    user = actor.user
    return LineImport.objects.create(
        group_id=group_id,
        user=user if isinstance(user, User) else None,
        actor=actor.label[:120],
        file_name=shown(Path(file_name).name)[:120] or "lines.csv",
        file=name,
        at=now,
        touched=now,
    )


def check_import(*, import_id: int, now: datetime) -> LineImport:
    """Say what the import would do and what is wrong with it (the dry run)."""
    row = LineImport.objects.get(pk=import_id)
    LineImport.objects.filter(pk=row.pk).update(state=ImportState.CHECKING, touched=now)
    plan = plan_lines(group_id=row.group_id, data=file_of(row).read_bytes(), tell=_Progress(row).tell)
    _keep(row, plan, ImportState.REFUSED if plan.faults else ImportState.CHECKED, now)
    return row


def queue_save(*, import_id: int, now: datetime) -> None:
    """Let the worker save a checked import; raises ImportRefused."""
    checked = LineImport.objects.filter(pk=import_id, state=ImportState.CHECKED)
    if not checked.update(state=ImportState.QUEUED, touched=now):
        raise ImportRefused(LineImport.objects.values_list("state", flat=True).get(pk=import_id))


def save_import(*, import_id: int, now: datetime) -> Receipt:
    """Save a checked or queued import as a whole; checked again on the group as it is now.

    Raises ImportRefused; nothing of the group is changed then. Saved once, however often it is asked for.
    """
    row = LineImport.objects.get(pk=import_id)
    ready = (ImportState.CHECKED, ImportState.QUEUED, ImportState.SAVING)
    if row.state not in ready or not row.file:
        raise ImportRefused(row.state)
    data, progress = file_of(row).read_bytes(), _Progress(row)
    with transaction.atomic():
        config_version = lock_group(row.group_id)
        if not LineImport.objects.filter(pk=row.pk, state__in=ready).update(state=ImportState.SAVED):
            raise ImportRefused(ImportState.SAVED)
        plan = plan_lines(group_id=row.group_id, data=data)
        if plan.faults:
            _keep(row, plan, ImportState.REFUSED, now)
            receipt = None
        else:
            receipt = _write(row, plan, config_version, progress, now)
    if receipt is None:
        raise ImportRefused(ImportState.REFUSED)
    _drop_file(row)
    return receipt


def _write(row: LineImport, plan: Plan, config_version: int, progress: _Progress, now: datetime) -> Receipt:
    """Write the plan and its entry in the record; a file that changes nothing counts no version up."""
    _keep(row, plan, ImportState.SAVED, now)
    LineImport.objects.filter(pk=row.pk).update(saved_at=now)
    if not plan.created and not plan.changed:
        return Receipt("line_import", row.pk, row.version, row.group_id, config_version, now)
    actor = Actor(row.user, row.actor)
    Writer(plan, actor, config_version + 1, now, progress.tell).write()
    return _record(actor, plan, object_id=row.pk, label=row.file_name, version=row.version, now=now)


def save_lines(*, actor: Actor, group_id: int, data: bytes, label: str, now: datetime) -> Plan:
    """Save a file of lines at once, without keeping it; nothing is written when the plan returned has faults."""
    with transaction.atomic():
        config_version = lock_group(group_id)
        plan = plan_lines(group_id=group_id, data=data)
        if not plan.faults and (plan.created or plan.changed):
            Writer(plan, actor, config_version + 1, now, lambda _done, _total: None).write()
            _record(actor, plan, object_id=group_id, label=label, version=1, now=now)
    return plan


def _record(actor: Actor, plan: Plan, *, object_id: int, label: str, version: int, now: datetime) -> Receipt:
    counts = {"created": len(plan.created), "changed": len(plan.changed), "unchanged": plan.unchanged}
    change = Change(
        kind="line_import",
        object_id=object_id,
        label=label,
        action="import",
        version=version,
        group_id=plan.picture.group.pk,
        new={"file": label, "departments": len(plan.departments), **counts},
    )
    return record_change(actor=actor, change=change, now=now)


def forget_import(*, import_id: int) -> None:
    """Drop an import that was not saved, with its file."""
    row = (
        LineImport.objects.exclude(state__in=(ImportState.SAVING, ImportState.SAVED))
        .filter(pk=import_id)
        .first()
    )
    if row is not None:
        _drop_file(row)
        row.delete()


def _keep(row: LineImport, plan: Plan, state: ImportState, now: datetime) -> None:
    """Keep what a plan says with its import."""
    refused = {fault.row for fault in plan.faults}
    row.state, row.touched, row.rows = state, now, plan.rows
    row.created_lines, row.changed_lines = len(plan.created), len(plan.changed)
    row.unchanged_lines, row.refused_rows = plan.unchanged, len(refused)
    row.new_departments = plan.departments
    coming = sorted((*plan.created, *plan.changed), key=lambda planned: planned.row)
    row.first_rows = [_shown(planned) for planned in coming[:FIRST_ROWS]]
    row.errors = [_stored(fault) for fault in sorted(plan.faults, key=lambda fault: fault.row)[:MOST_ERRORS]]
    LineImport.objects.filter(pk=row.pk).update(version=F("version") + 1)
    row.save(
        update_fields=[
            "state", "touched", "rows", "created_lines", "changed_lines", "unchanged_lines", "refused_rows",
            "new_departments", "first_rows", "errors",
        ]
    )  # fmt: skip


def _shown(planned: PlannedLine) -> dict[str, object]:
    return {
        "row": planned.row,
        "number": planned.number,
        "name": planned.name,
        "department": planned.department,
        "extension": planned.extension,
        "changes": sorted(planned.changes) if planned.known else [],
        "new": planned.known is None,
    }


def _stored(fault: Fault) -> dict[str, object]:
    return {
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "code": str(fault.code),
        "params": dict(fault.params),
    }


def _drop_file(row: LineImport) -> None:
    if row.file:
        file_of(row).with_suffix(".progress").unlink(missing_ok=True)
        file_of(row).unlink(missing_ok=True)
        LineImport.objects.filter(pk=row.pk).update(file="")


class _Progress:
    """Writes how far an import is into a file beside its own: the rows of a transaction are seen only after it."""

    def __init__(self, row: LineImport) -> None:
        self._file = file_of(row).with_suffix(".progress")

    def tell(self, done: int, total: int) -> None:
        """Note how many of how many are done, in one step."""
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps([done, total]), encoding="ascii")
        part.replace(self._file)
