"""`carillon doctor`: what is wrong, and what to type about it."""

from __future__ import annotations

import os
import shutil
import smtplib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from carillon.config import doctor_engine, doctor_ports, settings
from carillon.config.doctor_ports import Finding
from carillon.config.processes import log_file, run_folder

FREE_BYTES = 500 * 1024 * 1024
OLDEST_CLOCK = 1_795_000_000  # 18 November 2026: an earlier clock is a wrong clock

Check = Callable[[], Iterator[Finding]]


def main() -> int:
    """Run every check; return 1 when something is wrong."""
    wrong = 0
    sys.stdout.write(f"[ok] Python {sys.version.split()[0]} ({sys.executable})\n")  # or we would not be here
    for name, check in CHECKS.items():
        findings = list(check())
        grave = sum(finding.grave for finding in findings)
        sys.stdout.write(f"[{'!!' if grave else '--' if findings else 'ok'}] {name}\n")
        for finding in findings:
            sys.stdout.write(f"     {finding.problem}\n     -> {finding.remedy}\n")
        wrong += grave
    sys.stdout.write("Nothing is wrong.\n" if not wrong else f"{wrong} to see to.\n")
    return 1 if wrong else 0


def check_ports() -> Iterator[Finding]:
    """Every port is free, or held by our own processes."""
    if supervisor_pid():
        return
    yield from doctor_ports.taken()


def check_processes() -> Iterator[Finding]:
    """Each supervised process is there; the last lines of the log of one that is not."""
    if not supervisor_pid():
        return
    for name in ("engine", "callcontrol", "worker", "web"):
        if not (run_folder() / f"{name}.pid").is_file():
            log = log_file(name)
            yield Finding(f"{name} is down; the end of its log:{tail(log)}", f"less {log}")


def check_database() -> Iterator[Finding]:
    """The database answers and has this version's tables."""
    import django  # noqa: PLC0415 - only this check needs it
    from django.db import DatabaseError, connection  # noqa: PLC0415
    from django.db.migrations.exceptions import InconsistentMigrationHistory  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    django.setup()
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InconsistentMigrationHistory) as problem:
        yield Finding(
            f"the database does not answer: {problem}", "look at CARILLON_DATABASE, or start the database"
        )
        return
    if plan:
        yield Finding(f"the database lacks {len(plan)} migrations", "carillon migrate")


def check_packages() -> Iterator[Finding]:
    """The front-end packages and the compiled translations are there."""
    if not settings.NPM_FOLDER.is_dir():
        yield Finding("the front-end packages are missing (node_modules)", "make setup")
    for source in sorted(settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.is_file() or compiled.stat().st_mtime < source.stat().st_mtime:
            yield Finding(f"the {source.parts[-3]} translations are not compiled", "make setup")


def check_disk() -> Iterator[Finding]:
    """There is room to write."""
    folder = next(
        place for place in (settings.CARILLON_HOME, *settings.CARILLON_HOME.parents) if place.exists()
    )
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        yield Finding(
            f"only {free // 1024**2} MB are free on the disk of {folder}", f"df -h {folder}; remove something"
        )


def check_mail() -> Iterator[Finding]:
    """The mail server answers."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=3) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as problem:
        yield Finding(
            f"the mail server {where} does not answer ({problem}): messages wait, calls are not affected",
            "export CARILLON_SMTP_HOST=... CARILLON_SMTP_PORT=... (docs/operations/settings.md)",
            grave="CARILLON_SMTP_HOST" in os.environ,  # nobody asked for mail yet
        )


def check_clock() -> Iterator[Finding]:
    """The clock is plausible; call records, certificates and schedules live by it."""
    if time.time() < OLDEST_CLOCK:
        yield Finding(
            f"the machine's clock says {time.strftime('%Y-%m-%d')}", "sudo timedatectl set-ntp true"
        )


def check_engine() -> Iterator[Finding]:
    """Asterisk is installed, recent and, when it should run, alive."""
    yield from doctor_engine.findings(running=bool(supervisor_pid()))


def supervisor_pid() -> int:
    """Return the running supervisor's process, 0 when none runs on this home."""
    try:
        text = (run_folder() / "supervisor.lock").read_text(encoding="ascii").strip()
    except OSError:
        return 0
    alive = text.isdigit() and "carillon" in doctor_ports.command_of(int(text))
    return int(text) if alive else 0


def tail(log: Path) -> str:
    """Return the end of a log, indented below a finding."""
    from carillon.config.processes_log import LogFile  # noqa: PLC0415 - one use

    return "".join(f"\n       {line}" for line in LogFile(log).last_lines(8))


CHECKS: dict[str, Check] = {
    "ports": check_ports,
    "Asterisk": check_engine,
    "processes": check_processes,
    "database": check_database,
    "packages and translations": check_packages,
    "disk": check_disk,
    "mail": check_mail,
    "clock": check_clock,
}
