"""What the server takes for a request, inside one process, and the reader who asks."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

CLOCK = time.process_time if os.environ.get("BENCH_PROCESSOR_TIME") else time.perf_counter
"""On a busy machine, processor time says more of SQLite, which works inside this process."""


def measured(work: Callable[[], object], times: int) -> list[float]:
    """Return how long each of so many runs took, in milliseconds."""
    taken = []
    for _ in range(times):
        started = CLOCK()
        work()
        taken.append((CLOCK() - started) * 1000)
    return taken


def queries_of(work: Callable[[], object]) -> int:
    """Return how many queries some work makes."""
    from django.db import connection

    made = []

    def count(execute: Callable[..., object], *words: object) -> object:
        made.append(words[0])
        return execute(*words)

    with connection.execute_wrapper(count):
        work()
    return len(made)


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return round(statistics.quantiles(values, n=20)[18], 1)


def signed_in(user: int, *, fragment: bool) -> Any:
    """Return a client signed in as the user, which asks as htmx does or as a browser does."""
    from django.test import Client

    from carillon.features.accounts.models import User

    headers = {"host": "127.0.0.1"} | ({"hx-request": "true"} if fragment else {})
    client = Client(headers=headers)
    client.force_login(User.objects.get(pk=user))
    return client
