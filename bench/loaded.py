"""A private installation with many groups and lines in it, as the benchmarks need it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.stack.installation import PROJECT, Installation

LOAD = """
import json, sys, django
django.setup()
from carillon.config.demonstration.bulk import load_bulk
groups, lines, password = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
loaded = load_bulk(groups=groups, lines_per_group=lines, password=password)
from carillon.features.phones.models import Phone
from carillon.features.phones.services import reveal_secret
wanted = int(sys.argv[4])
found = {}
rows = Phone.objects.select_related("line", "line__extension").order_by("group_id", "line__number")
for phone in rows[: wanted * lines]:
    found.setdefault(phone.group_id, []).append({
        "id": phone.line_id, "number": phone.line.number, "extension": phone.line.extension.first,
        "name": phone.line.name, "password": password,
        "phones": [{"user": phone.sip_user, "password": reveal_secret(phone)}],
    })
print(json.dumps(list(found.values())))
"""
PASSWORD = "Une-mesure, trois-cloches 8"  # noqa: S105 - of a home that lives for one run


@contextlib.contextmanager
def home() -> Iterator[Path]:
    """A home folder that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="carillon-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def load(installation: Installation, *, groups: int, lines: int, wanted: int) -> str:
    """Migrate and load; return JSON of the lines of the first `wanted` groups, one list per group."""
    run = [sys.executable, "-m", "carillon.config.cli", "migrate"]
    subprocess.run(run, cwd=PROJECT, env=installation.environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    code = [sys.executable, "-c", LOAD, str(groups), str(lines), PASSWORD, str(wanted)]
    done = subprocess.run(  # noqa: S603 - our own words
        code, cwd=PROJECT, env=installation.environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout
