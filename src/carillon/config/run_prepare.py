"""`carillon prepare`: everything `carillon run` needs before its processes start. Each step is skipped when done."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from carillon.asterisk import install
from carillon.asterisk.install import CannotInstall, UnusableEngine
from carillon.asterisk.machine import UnknownProcessor
from carillon.config import search_parts, settings


def main(*, demonstration: bool, only: str | None = None) -> int:
    """Do every step in order, or `only` one; return the exit code."""
    settings.CARILLON_HOME.mkdir(parents=True, exist_ok=True)
    steps = {
        "engine": ("Asterisk", install_engine),
        "database": ("database", migrate),
        "static": ("static files", collect_static),
        "demonstration": ("demonstration company", load_demonstration),
    }
    if not demonstration:
        del steps["demonstration"]
    try:
        for name, work in [steps[only]] if only else steps.values():
            _timed(name, work)
    except (CannotInstall, UnusableEngine, UnknownProcessor) as problem:
        from carillon.config import doctor_engine  # noqa: PLC0415 - only when something is wrong

        finding = doctor_engine.explain(problem)
        show(f"{finding.problem} -> {finding.remedy}")
        return 1
    return 0


def _setup_django() -> None:
    import django  # noqa: PLC0415 - fetching the engine does not need it

    django.setup()


def _timed(name: str, work: Callable[[], str]) -> None:
    started = time.monotonic()
    show(f"{name} ...")
    outcome = work()
    show(f"{name}: {outcome} ({time.monotonic() - started:.1f} s)")


def show(text: str) -> None:
    """Print one line of progress at once."""
    sys.stdout.write(f"{'prepare':>11} | {text}\n")
    sys.stdout.flush()


def migrate() -> str:
    """Bring the database to this version."""
    _setup_django()
    from django.core.management import call_command  # noqa: PLC0415 - Django is ready only now
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return "up to date"
    call_command("migrate", interactive=False, verbosity=0)
    search_parts.ensure()
    return f"{len(plan)} migrations applied"


def collect_static() -> str:
    """Copy, compress and name by contents every file the browser loads."""
    _setup_django()
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415 - Django is ready only now
    from django.core.management import call_command  # noqa: PLC0415

    sources = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    now = _fingerprint(sources)
    stamp = settings.STATIC_ROOT / ".sources"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == now:
        return "up to date"
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now, encoding="ascii")
    return f"{len(sources)} files"


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        facts = file.stat()
        digest.update(f"{file}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def install_engine() -> str:
    """Find or fetch Asterisk 22."""
    prefix = settings.CARILLON_ENGINE_PREFIX
    places = install.Places(prefix, settings.CARILLON_ENGINE_PACKAGES, settings.CARILLON_DEBIAN_MIRROR)
    engine = install.installed(prefix) or install.obtain(places, show)
    return f"{engine.prefix or engine.binary}"


def load_demonstration() -> str:
    """Load the demonstration company, once."""
    _setup_django()
    from carillon.config.demonstration import company  # noqa: PLC0415 - its models need Django ready

    return str(company.load())
