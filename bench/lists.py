"""Lists at 100,000 lines and 4,000 departments: time of the server for each keystroke of a search, for each page.

Everything is measured inside one process (no network): a whole request from its middleware to the finished answer.
Every word is typed key by key, as the page searches. The same searches are made as bare SQL, and in a group of 100
lines, where many find fewer rows than the fifty of a page, which are most of the time: ratios are compared where both
show as many. Run it twice: as it is for SQLite, and behind `tools/postgres.py --` for PostgreSQL.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

from bench import report
from bench.keystrokes import searches
from bench.many_lines import load
from bench.timing import measured, p95, queries_of, signed_in

PAGES = (
    "/",
    "/lines/",
    "/lines/?sort=-number",
    "/lines/?sort=extension",
    "/lines/?sort=department",
    "/lines/?sort=-department",
    "/users/",
    "/attendants/",
    "/group-access/",
    "/record/",
    "/departments/choose/?for=/lines/",
    "/search/?everything=trem",
)


def main() -> int:
    """Load, measure, print; return 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--departments", type=int, default=4000)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carillon-bench-") as home:
        os.environ["CARILLON_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        return measure(given)


def measure(given: argparse.Namespace) -> int:
    """Measure both groups; return 1 when a promise is not kept."""
    from django.db import connection

    logging.disable(logging.INFO)
    people = {"large": load(given.lines, given.departments, 5140000000), "small": load(100, 4, 8190000000)}
    with connection.cursor() as cursor:
        # As a server does by itself soon after so many rows came: until then an index alone answers nothing.
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM (ANALYZE)")
    worst, queries = searches(people, given.times, given.lines)
    slowest = pages(people["large"], given.times)
    download(people["large"])
    limit = 120 if connection.vendor == "sqlite" else 60
    return 0 if worst <= limit and queries <= 12 and slowest <= 150 else 1


def pages(user: int, times: int) -> float:
    """Open each page of the large group; return the worst 95th percentile."""
    client = signed_in(user, fragment=False)
    rows: list[list[object]] = [["page", "p95 ms", "p50 ms", "queries"]]
    slowest = 0.0
    for address in PAGES:
        ask = partial(client.get, address)
        ask()
        made, taken = queries_of(ask), measured(ask, times)
        slowest = max(slowest, p95(taken))
        rows.append([address, p95(taken), round(statistics.median(taken), 1), made])
    report.show("pages", rows, {"slowest_p95_ms": slowest})
    return slowest


COPIED = """COPY (SELECT l.name, l.number, coalesce(d.full_name, '') FROM lines_line l
LEFT JOIN departments_department d ON d.id = l.department_id WHERE l.group_id = %s
ORDER BY coalesce(d.name_key, ''), l.number) TO STDOUT (FORMAT csv)"""


def download(user: int) -> None:
    """Write the file of all lines, against COPY of the same query on PostgreSQL; follow the memory meanwhile."""
    from django.db import connection

    from carillon.features.accounts.models import User
    from carillon.features.accounts.queries import access_for
    from carillon.features.lines.queries import file_of_lines

    access = access_for(User.objects.get(pk=user))
    before, most, size = resident(), 0.0, 0
    started = time.perf_counter()
    for piece in file_of_lines(access, ("a", "b", "c")):
        size += len(piece)
        most = max(most, resident())
    taken = (time.perf_counter() - started) * 1000
    facts: dict[str, object] = {
        "ms": round(taken),
        "mb": round(size / 1e6, 1),
        "memory_grew_mb": round(most - before, 1),
    }
    if connection.vendor == "postgresql":
        started = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy(COPIED, (access.group_id,)) as copied:
            for _row in copied:
                pass
        facts["copy_ms"] = round((time.perf_counter() - started) * 1000)
    report.show(
        "download of all lines", [["what", "value"], *([key, value] for key, value in facts.items())], facts
    )


def resident() -> float:
    """Return this process's resident memory in MB."""
    pages_held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages_held * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
