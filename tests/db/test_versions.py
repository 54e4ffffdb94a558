"""Writers at the same time: versions are never given twice, and nobody overwrites what he has not seen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import TypedDict

import pytest
from django.db import connection, transaction
from tests.db.builders import (
    ACTOR,
    NOW,
    config_version,
    make_class_of_service,
    make_group,
    make_line,
    settings_of,
)

from carillon.calls.model import CallClass
from carillon.features.accounts.models import User
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import Actor, ErrorCode, Invalid, Receipt, StaleVersion, bump_group
from carillon.features.business_groups.services import create_group
from carillon.features.call_manager.services import IncomingChoice, change_availability, change_incoming
from carillon.features.classes_of_service.services import create_class_of_service
from carillon.features.departments.services import create_department
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine, create_line
from carillon.features.number_blocks.services import create_block
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6


class Writing(TypedDict):
    """What every service is told."""

    actor: Actor
    now: datetime


def together(*works: Callable[[], object]) -> list[object]:
    """Run works at once, each on a connection of its own; return their results or anticipated errors."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            barrier.wait(10)
            return work()
        except (StaleVersion, SignInRefused, Invalid) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def set_dnd(line: Line, *, dnd: bool = True) -> Callable[[], object]:
    seen = settings_of(line).version
    return lambda: change_availability(actor=ACTOR, line_id=line.pk, dnd=dnd, seen_version=seen, now=NOW)


def test_writers_of_different_lines_all_succeed_with_versions_of_their_own() -> None:
    group = make_group()
    lines = [make_line(group, f"+151455501{10 + index}", phones=0) for index in range(WRITERS)]
    before = config_version(group)
    receipts = together(*(set_dnd(line) for line in lines))
    versions = sorted(receipt.config_version for receipt in receipts if isinstance(receipt, Receipt))
    assert versions == list(range(before + 1, before + 1 + WRITERS))
    assert config_version(group) == before + WRITERS
    recorded = AuditEntry.objects.filter(kind="call_settings").values_list("config_version", flat=True)
    assert sorted(recorded) == versions


def test_of_writers_of_one_line_that_saw_the_same_one_wins() -> None:
    group = make_group()
    line = make_line(group, "+15145550103", phones=0)
    before = config_version(group)

    def save(seconds: int) -> Callable[[], object]:
        choice = IncomingChoice(no_answer_seconds=seconds)
        return lambda: change_incoming(actor=ACTOR, line_id=line.pk, choice=choice, seen_version=1, now=NOW)

    results = together(*(save(30 + index) for index in range(WRITERS)))
    assert sum(isinstance(result, StaleVersion) for result in results) == WRITERS - 1
    assert settings_of(line).version == 2
    assert config_version(group) == before + 1
    assert AuditEntry.objects.filter(kind="call_settings").count() == 1


def test_changes_of_the_whole_platform_and_of_groups_do_not_lock_each_other_out() -> None:
    groups = [make_group(f"Group {index}", area) for index, area in enumerate(("514", "418", "613"))]
    lines = [make_line(group, group.number_blocks.get().first, phones=0) for group in groups]
    before = [config_version(group) for group in groups]
    together(*(set_dnd(line) for line in lines), *([_bump_all] * 3))
    assert [config_version(group) for group in groups] == [version + 4 for version in before]


def _bump_all() -> None:
    with transaction.atomic():
        bump_group(None)


def test_failures_at_once_block_once() -> None:
    line = make_line(make_group(), "+15145550103", phones=0)

    def fail() -> object:
        return sign_in(number_text="5145550103", password="wrong", address="", now=NOW)

    results = together(*([fail] * WRITERS))
    assert all(isinstance(result, SignInRefused) for result in results)
    assert User.objects.get(line_id=line.pk).blocked_at == NOW
    assert AuditEntry.objects.filter(action="block").count() == 1


def test_of_those_who_create_the_same_thing_at_once_one_does() -> None:
    group = make_group()
    plan = make_class_of_service()
    carrier = create_trunk(
        actor=ACTOR, name="first", label="First", address=TrunkAddress("192.0.2.1"), now=NOW
    )
    line = NewLine(number="+15145550110", name="Zoé", class_of_service_id=plan.pk)
    new: Writing = {"actor": ACTOR, "now": NOW}
    creations: dict[str, Callable[[], object]] = {
        "group": lambda: create_group(name="Cèdre", **new),
        "class": lambda: create_class_of_service(name="Or", permitted=(), **new),
        "trunk": lambda: create_trunk(name="new", label="New", address=TrunkAddress("192.0.2.2"), **new),
        "route": lambda: create_route(trunk_id=carrier.pk, classes={CallClass.LOCAL}, **new),
        "department": lambda: create_department(group_id=group.pk, name="Ventes", **new),
        "block": lambda: create_block(group_id=group.pk, first="+15145550200", last="+15145550209", **new),
        "line": lambda: create_line(group_id=group.pk, new=line, **new),
    }
    for kind, create in creations.items():
        results = together(*([create] * 3))
        refused = [result for result in results if isinstance(result, Invalid)]
        assert len(refused) == 2, (kind, results)
        assert {problem.code for one in refused for problem in one.errors.values()} == {
            ErrorCode.ALREADY_USED
        }, kind
