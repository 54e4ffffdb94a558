"""Import of lines: one CSV of 10,000 lines in 200 departments with extensions, checked and saved on PostgreSQL.

A private PostgreSQL is started and removed; the second import of the same file must change nothing.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from typing import NamedTuple

from bench import report
from tools import postgres

CHECK_SECONDS = 10
SAVE_SECONDS = 30
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def file_of(lines: int, departments: int) -> bytes:
    """Return the file: departments three levels deep, an extension for each line, a few words of accents."""
    rows = ["Numéro;Nom;Service;Poste;Langue;Classe de service;Messagerie vocale;Adresse d'urgence"]
    for index in range(lines):
        place = index % departments
        department = f"Site {place % 10}/Étage {place // 10 % 5}/Équipe {place}"
        rows.append(
            f"819200{index:04d};Prénom Nom {index};{department};{20000 + index};fr;Mesure;oui;{index}, rue Haute"
        )
    return "\n".join(rows).encode()


class Outcome(NamedTuple):
    """Seconds of the check, of the save and of a second import, our own processor time of the first two."""

    check: float
    save: float
    again: float
    processor: float
    changed_again: int


def measure(lines: int, departments: int) -> Outcome:
    """Import a file twice."""
    from carillon.calls.model import CallClass
    from carillon.features.audit.services import Actor
    from carillon.features.business_groups.services import create_group
    from carillon.features.classes_of_service.services import create_class_of_service
    from carillon.features.line_imports.services import check_import, save_import, start_import
    from carillon.features.number_blocks.services import create_block

    actor = Actor(None, "bench")
    create_class_of_service(actor=actor, name="Mesure", permitted=set(CallClass), now=NOW)
    group = create_group(actor=actor, name="Mesure", now=NOW)
    create_block(actor=actor, group_id=group.pk, first="+18192000000", last="+18192009999", now=NOW)
    data = file_of(lines, departments)

    def start() -> int:
        row = start_import(actor=actor, group_id=group.pk, file_name="lines.csv", data=data, now=NOW)
        return int(row.pk)

    first, began, worked = start(), time.monotonic(), time.process_time()
    checked = check_import(import_id=first, now=NOW)
    assert (checked.errors, checked.created_lines) == ([], lines), checked.errors[:3]
    between = time.monotonic()
    save_import(import_id=first, now=NOW)
    ended, worked = time.monotonic(), time.process_time() - worked
    second = check_import(import_id=start(), now=NOW)
    save_import(import_id=second.pk, now=NOW)
    changed = second.created_lines + second.changed_lines
    return Outcome(between - began, ended - between, time.monotonic() - ended, worked, changed)


def main() -> int:
    """Print the outcome; return 1 when the promise is not kept."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lines", type=int, default=10_000)
    words.add_argument("--departments", type=int, default=200)
    asked = words.parse_args()
    with postgres.cluster() as cluster, tempfile.TemporaryDirectory(prefix="carillon-bench-") as home:
        os.environ.update(
            CARILLON_DATABASE=cluster.url,
            CARILLON_HOME=home,
            DJANGO_SETTINGS_MODULE="carillon.config.settings",
        )
        importlib.import_module("django").setup()
        importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
        found = measure(asked.lines, asked.departments)
        importlib.import_module("django.db").connections.close_all()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    server = used.ru_utime + used.ru_stime
    rows = [
        ("", "seconds", "at most"),
        ("check", found.check, CHECK_SECONDS),
        ("save", found.save, SAVE_SECONDS),
        ("both, processor time of the importer", found.processor, ""),
        ("processor time of PostgreSQL, its start and both imports included", server, ""),
        ("check and save again", found.again, ""),
    ]
    facts = {"lines": asked.lines, **found._asdict(), "server": server}
    report.show(f"import of {asked.lines} lines, PostgreSQL", rows, facts)
    kept = found.check <= CHECK_SECONDS and found.save <= SAVE_SECONDS
    return 0 if kept and found.changed_again == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
