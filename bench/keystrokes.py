"""The search of the list of lines, typed key by key: against the same search of 100 lines and as bare SQL."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench import report
from bench.timing import measured, p95, queries_of, signed_in

SEARCHES = (
    "tremblay",
    "514",
    "5145",
    "514 555",
    "zoé",
    "gagnon m",
    "atelier",
    "2045",
    "zzzz",
    "admin",
    "é",
    "a",
)
PLACES = ("service 1", "service 3999", "vesque")
"""Searched in the departments alone, which is where 4,000 of them can be felt."""


@dataclass
class Key:
    """One keystroke: what has been typed with it, and what was measured of it."""

    text: str
    within: str
    large: list[float] = field(default_factory=list)
    ratio: float = 0.0
    """To the group of 100 lines; 0 where it shows other rows."""
    times_bare: float = 0.0
    small: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    queries: int = 0

    def measure(self, clients: dict[str, Any], sql: Callable[[], object], times: int) -> None:
        """Ask in both groups, then the database alone."""
        query = {"q": self.text, "in": self.within}
        asks = {name: partial(client.get, "/lines/", query) for name, client in clients.items()}
        self.rows = {name: ask().content.count(b'<tr id="row-') for name, ask in asks.items()}
        self.queries = queries_of(asks["large"])
        self.large, self.small = (measured(asks[name], times) for name in ("large", "small"))
        self.sql = measured(sql, times)
        half = statistics.median(self.large)
        if self.rows["large"] == self.rows["small"]:
            self.ratio = round(half / statistics.median(self.small), 2)
        self.times_bare = round(half / statistics.median(self.sql), 1)


def bare(search: str, user: int) -> Callable[[], object]:
    """Return the search as bare SQL: the count up to 1,000 and the first page."""
    from django.db import connection

    from carillon.features.accounts.models import User
    from carillon.web.search import read_term

    group_id = User.objects.values_list("line__group_id", flat=True).get(pk=user)

    term = read_term(search)
    wanted = term.digits or term.text
    holds = (
        "instr(l.search_key, %s) > 0"
        if connection.vendor == "sqlite"
        else "l.search_key LIKE '%%' || %s || '%%'"
    )

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(*) FROM (SELECT 1 FROM lines_line l WHERE group_id = %s AND {holds} LIMIT 1001) s",  # noqa: S608
                (group_id, wanted),
            )
            cursor.fetchall()
            cursor.execute(
                f"""SELECT l.*, d.*, u.* FROM lines_line l LEFT JOIN departments_department d ON d.id = l.department_id
                LEFT JOIN accounts_user u ON u.line_id = l.id
                WHERE l.group_id = %s AND {holds} ORDER BY l.name_key, l.id LIMIT 51""",  # noqa: S608
                (group_id, wanted),
            )
            cursor.fetchall()

    return run


def searches(people: dict[str, int], times: int, lines: int) -> tuple[float, int]:
    """Type each word in both groups; return the 95th percentile of all keystrokes and the most queries of one."""
    from django.db import connection

    clients = {name: signed_in(user, fragment=True) for name, user in people.items()}
    rows: list[list[object]] = [
        [
            "typed",
            "keys",
            "p95 ms",
            "slowest key",
            "its p95",
            "its rows",
            "ratio",
            "times bare SQL",
            "queries",
        ]
    ]
    keys: list[Key] = []
    for word, within in [(one, "") for one in SEARCHES] + [(one, "department") for one in PLACES]:
        typed = [Key(word[:end], within) for end in range(1, len(word) + 1) if word[end - 1] != " "]
        for key in typed:
            key.measure(clients, bare(key.text, people["large"]), times)
        rows.append(_row(f"{word} {within}".strip(), typed))
        keys += typed
    report.show(f"search of {lines} lines on {connection.vendor}", rows, _facts(keys))
    return _p95_of_all(keys, "large"), max(key.queries for key in keys)


def _row(word: str, typed: list[Key]) -> list[object]:
    slowest = max(typed, key=lambda key: p95(key.large))
    return [
        word,
        len(typed),
        _p95_of_all(typed, "large"),
        slowest.text,
        p95(slowest.large),
        slowest.rows["large"],
        max(key.ratio for key in typed),
        max(key.times_bare for key in typed),
        max(key.queries for key in typed),
    ]


def _facts(keys: list[Key]) -> dict[str, object]:
    return {
        "keystrokes": len(keys),
        "p95_ms": _p95_of_all(keys, "large"),
        "p95_ms_of_100_lines": _p95_of_all(keys, "small"),
        "p95_ms_of_bare_sql": _p95_of_all(keys, "sql"),
        "p50_ms": round(statistics.median(one for key in keys for one in key.large), 1),
        "slowest_key_p95_ms": max(p95(key.large) for key in keys),
        "keys_beyond_60_ms": sum(p95(key.large) > 60 for key in keys),
        "worst_ratio_at_equal_rows": max(key.ratio for key in keys),
        "queries": max(key.queries for key in keys),
    }


def _p95_of_all(keys: list[Key], what: str) -> float:
    return p95([one for key in keys for one in getattr(key, what)])
