"""Moving lines: all or none, each in scope, thousands in seconds."""

from __future__ import annotations

import time

import pytest
from tests.db.builders import NOW, Company, config_version, make_operator

from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid
from carillon.features.call_manager.models import CallSettings
from carillon.features.line_actions.services import Moved, move_lines
from carillon.features.lines.models import Line


def move(access: Access, lines: list[Line], department: int | None) -> Moved:
    return move_lines(access=access, line_ids=[line.pk for line in lines], department_id=department, now=NOW)


def places(company: Company) -> dict[str, int | None]:
    return dict(Line.objects.filter(group=company.group).values_list("name", "department_id"))


def test_lines_are_moved_with_one_version_and_an_entry_each(alice: Access, company: Company) -> None:
    before = config_version(company.group)
    done = move(alice, [company.bob, company.carol, company.frank], company.works.pk)
    assert done.count == 2, "Frank is there already"
    assert done.receipt is not None
    assert done.receipt.config_version == config_version(company.group) == before + 1
    entries = AuditEntry.objects.filter(action="move").order_by("object_id")
    assert [(entry.object_id, entry.old, entry.new, entry.version) for entry in entries] == [
        (line.pk, {"department": "Sales"}, {"department": "Works"}, line.version + 1)
        for line in (company.bob, company.carol)
    ]
    assert places(company)["Bob"] == places(company)["Carol"] == company.works.pk


def test_a_move_to_where_they_are_changes_nothing(alice: Access, company: Company) -> None:
    before = config_version(company.group)
    assert move(alice, [company.frank], company.works.pk) == Moved(0, None)
    assert config_version(company.group) == before


def test_a_line_or_department_out_of_scope_moves_none(alice: Access, denis: Access, company: Company) -> None:
    before = places(company)
    for access, lines, department in (
        (denis, [company.bob, company.frank], company.export.pk),
        (denis, [company.bob], company.works.pk),
        (denis, [company.bob], None),
        (alice, [company.bob, company.mallory], company.works.pk),
        (alice, [company.mallory], company.works.pk),
        (alice, [company.bob], 999_999),
    ):
        with pytest.raises(NotFound):
            move(access, lines, department)
    with pytest.raises(NotFound):
        move_lines(access=alice, line_ids=[company.bob.pk, 999_999], department_id=company.works.pk, now=NOW)
    assert places(company) == before
    assert not AuditEntry.objects.filter(action="move").exists()


def test_an_operator_moves_within_one_group(company: Company) -> None:
    operator = access_for(make_operator())
    with pytest.raises(NotFound):
        move(operator, [company.mallory], company.works.pk)
    with pytest.raises(NotFound):
        move(operator, [company.bob, company.mallory], None)
    assert move(operator, [company.bob], None).count == 1
    assert places(company)["Bob"] is None


def test_nothing_selected_is_said(alice: Access, company: Company) -> None:
    with pytest.raises(Invalid) as refused:
        move(alice, [], company.works.pk)
    assert refused.value.errors["selected"].code is ErrorCode.REQUIRED


def test_ten_thousand_lines_move_in_seconds(alice: Access, company: Company) -> None:
    pattern = {
        "group": company.group,
        "department": company.sales,
        "class_of_service": company.bob.class_of_service,
    }
    many = [Line(number=f"+1438{index:07d}", name=f"Line {index}", **pattern) for index in range(10_000)]
    made = Line.objects.bulk_create(many, batch_size=1000)
    CallSettings.objects.bulk_create([CallSettings(line=line) for line in made], batch_size=1000)
    before = config_version(company.group)
    began = time.process_time()
    assert move(alice, made, company.works.pk).count == 10_000
    assert time.process_time() - began < 10
    assert config_version(company.group) == before + 1
    assert AuditEntry.objects.filter(action="move").count() == 10_000
