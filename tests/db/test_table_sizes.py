"""SQLite learns how large its tables are, and only then takes the index that answers a rare search at once."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from tests.db.builders import make_company

from carillon.callcontrol.rounds import ImportRound
from carillon.features.lines.models import Line
from carillon.web import table_sizes

pytestmark = pytest.mark.django_db


def known() -> int:
    """Return how many lines SQLite believes there are, 0 while it does not know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'lines_line' LIMIT 1")
        found = cursor.fetchone()
        return int(found[0].split()[0]) if found else 0


def test_the_worker_learns_how_many_lines_there_are_at_once_and_not_again_at_every_round(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    company, work = make_company(), ImportRound()
    count = Line.objects.count()
    work.run()
    if connection.vendor == "postgresql":  # it learns by itself
        with django_assert_num_queries(0):
            table_sizes.learn()
        return
    assert known() == count > 0
    company.alice.delete()
    work.run()
    assert known() == count
