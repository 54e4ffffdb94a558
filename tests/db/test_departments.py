"""Departments: renamed, moved and deleted, with every written path and key of the subtree in step."""

from __future__ import annotations

from typing import Any

import pytest
from tests.db.builders import (
    ACTOR,
    NOW,
    Company,
    config_version,
    make_company,
    make_line,
    make_operator,
    user_of,
)

from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, StaleVersion
from carillon.features.departments.models import Department
from carillon.features.departments.queries import contents_of, possible_parents, tree_of
from carillon.features.departments.services import (
    add_department,
    change_department,
    create_department,
    delete_department,
)
from carillon.features.lines.models import Line
from carillon.features.lines.queries import lines_in_scope
from carillon.web.search import fold


@pytest.fixture
def company(db: None) -> Company:
    """Sales with Export below it, and Works; Erin is in Export."""
    return make_company()


@pytest.fixture
def operator(company: Company) -> Access:
    return access_for(make_operator())


@pytest.fixture
def denis(company: Company) -> Access:
    """The administrator of Sales."""
    return access_for(user_of(company.denis))


def change(access: Access, department: Department, **wanted: Any) -> Any:
    row = Department.objects.get(pk=department.pk)
    values = {"name": row.name, "parent_id": row.parent_id, "seen_version": row.version} | wanted
    return change_department(access=access, department_id=row.pk, now=NOW, **values)


def check_in_step() -> None:
    """Compare every derived column with what it is derived from."""
    rows = {row.pk: row for row in Department.objects.all()}
    for row in rows.values():
        above, names = row, [row.name]
        path = f"{row.pk}/"
        while above.parent_id is not None:
            above = rows[above.parent_id]
            names.insert(0, above.name)
            path = f"{above.pk}/{path}"
        assert (row.path, row.full_name) == (f"/{path}", "/".join(names))
        assert row.name_key == fold(row.full_name)[:600]
    for line in Line.objects.select_related("department"):
        assert line.department_key == (line.department.name_key if line.department else "")


def reason(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, ErrorCode]:
    return {field: problem.code for field, problem in caught.value.errors.items()}


def test_a_new_name_is_written_on_everything_below(operator: Access, company: Company) -> None:
    deep = create_department(
        actor=ACTOR, group_id=company.group.pk, name="Asie", parent_id=company.export.pk, now=NOW
    )
    make_line(company.group, "+15145550120", name="Gaël", department=deep)
    before = config_version(company.group)
    receipt = change(operator, company.sales, name="Ventes à l'étranger")
    assert (receipt.version, receipt.config_version) == (2, before + 1)
    assert config_version(company.group) == before + 1
    check_in_step()
    deep.refresh_from_db()
    assert deep.full_name == "Ventes à l'étranger/Export/Asie"
    assert Line.objects.get(name="Gaël").department_key == fold("Ventes à l'étranger/Export/Asie")
    assert Line.objects.get(name="Frank").department_key == "works"
    entry = AuditEntry.objects.get(kind="department", action="change")
    assert (entry.old, entry.new) == ({"name": "Sales"}, {"name": "Ventes à l'étranger"})


def test_a_department_moves_with_everything_below(operator: Access, company: Company, denis: Access) -> None:
    erin = company.erin.pk
    assert lines_in_scope(denis).filter(pk=erin).exists()
    change(operator, company.export, parent_id=company.works.pk)
    check_in_step()
    assert Department.objects.get(pk=company.export.pk).full_name == "Works/Export"
    assert not lines_in_scope(denis).filter(pk=erin).exists(), "Denis administers Sales only"
    change(operator, company.works, parent_id=company.sales.pk)
    check_in_step()
    assert Department.objects.get(pk=company.export.pk).full_name == "Sales/Works/Export"
    assert lines_in_scope(denis).filter(pk=erin).exists()
    change(operator, company.export, parent_id=None, name="Exportation")
    check_in_step()
    assert Department.objects.get(pk=company.export.pk).path == f"/{company.export.pk}/"


def test_a_department_does_not_move_below_itself(operator: Access, company: Company) -> None:
    for parent in (company.sales.pk, company.export.pk):
        with pytest.raises(Invalid) as caught:
            change(operator, company.sales, parent_id=parent)
        assert reason(caught) == {"parent": ErrorCode.BELOW_ITSELF}
    offered = {one.name for one in possible_parents(company.sales)}
    assert offered == {"Works"}
    check_in_step()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", ErrorCode.REQUIRED),
        ("a/b", ErrorCode.BAD_CHARACTER),
        ("Works", ErrorCode.ALREADY_USED),
        ("x" * 65, ErrorCode.TOO_LONG),
    ],
)
def test_a_name_is_refused(operator: Access, company: Company, name: str, code: ErrorCode) -> None:
    with pytest.raises(Invalid) as caught:
        change(operator, company.sales, name=name)
    assert reason(caught) == {"name": code}
    with pytest.raises(Invalid) as caught:
        add_department(access=operator, group_id=company.group.pk, name=name, parent_id=None, now=NOW)
    assert reason(caught) == {"name": code}


def test_a_name_taken_below_the_new_parent_is_refused(operator: Access, company: Company) -> None:
    add_department(
        access=operator, group_id=company.group.pk, name="Export", parent_id=company.works.pk, now=NOW
    )
    with pytest.raises(Invalid) as caught:
        change(operator, company.export, parent_id=company.works.pk)
    assert reason(caught) == {"name": ErrorCode.ALREADY_USED}


def dig(company: Company, parent: Department) -> None:
    """Create departments one below the other for as long as it goes."""
    while True:
        parent = create_department(
            actor=ACTOR, group_id=company.group.pk, name="Below", parent_id=parent.pk, now=NOW
        )


def test_a_path_too_long_to_keep_is_refused(operator: Access, company: Company) -> None:
    with pytest.raises(Invalid) as caught:
        dig(company, company.export)
    assert reason(caught) == {"parent": ErrorCode.TOO_DEEP}
    # Created last, its id has as many digits as any below Sales: no room for it is left at the end of their paths.
    last = create_department(
        actor=ACTOR, group_id=company.group.pk, name="Last", parent_id=company.works.pk, now=NOW
    )
    with pytest.raises(Invalid) as caught:
        change(operator, company.sales, parent_id=last.pk)
    assert reason(caught) == {"parent": ErrorCode.TOO_DEEP}
    check_in_step()


def test_the_second_of_two_savers_is_told(operator: Access, company: Company) -> None:
    change(operator, company.sales, name="First")
    with pytest.raises(StaleVersion) as caught:
        change(operator, company.sales, name="Second", seen_version=1)
    assert caught.value.differences == {"name": ("Sales", "First")}


def test_nothing_to_change_changes_nothing(operator: Access, company: Company) -> None:
    before = config_version(company.group)
    assert change(operator, company.sales).config_version == before == config_version(company.group)


def test_a_department_is_deleted_once_empty(operator: Access, company: Company) -> None:
    with pytest.raises(Invalid) as caught:
        delete_department(access=operator, department_id=company.sales.pk, now=NOW)
    assert reason(caught) == {"department": ErrorCode.NOT_EMPTY}
    found = {content.kind: content.count for content in contents_of(company.sales)}
    assert found == {"lines.Line": 3, "departments.Department": 1, "accounts.User": 1}
    Line.objects.filter(department=company.export).update(department=None)
    receipt = delete_department(access=operator, department_id=company.export.pk, now=NOW)
    assert receipt.config_version == config_version(company.group)
    assert [one.name for one in tree_of(company.group.pk)] == ["Sales", "Works"]
    entry = AuditEntry.objects.get(kind="department", action="delete")
    assert entry.old == {"name": "Export", "parent": "Sales"}


def test_the_tree_keeps_children_below_their_parent(operator: Access, company: Company) -> None:
    for name in ("Sales floor", "Sales-A", "Écart"):
        add_department(access=operator, group_id=company.group.pk, name=name, parent_id=None, now=NOW)
    names = [one.full_name for one in tree_of(company.group.pk)]
    assert names == ["Écart", "Sales", "Sales/Export", "Sales floor", "Sales-A", "Works"]


def test_an_administrator_of_a_department_stays_inside_it(denis: Access, company: Company) -> None:
    add_department(
        access=denis, group_id=company.group.pk, name="Détail", parent_id=company.sales.pk, now=NOW
    )
    change(denis, company.export, name="Exportation")
    check_in_step()
    with pytest.raises(NotFound):
        change(denis, company.works, name="X")
    with pytest.raises(NotFound):
        delete_department(access=denis, department_id=company.works.pk, now=NOW)
    for parent in (None, company.works.pk):
        with pytest.raises(NotFound):
            add_department(access=denis, group_id=company.group.pk, name="X", parent_id=parent, now=NOW)
        with pytest.raises(Invalid) as caught:
            change(denis, company.export, parent_id=parent)
        assert reason(caught) == {"parent": ErrorCode.UNKNOWN_CHOICE}


def test_a_neighbour_and_a_subscriber_manage_nothing(company: Company) -> None:
    for line in (company.mallory, company.bob):
        access = access_for(user_of(line))
        with pytest.raises(NotFound):
            change(access, company.sales, name="X")
        with pytest.raises(NotFound):
            delete_department(access=access, department_id=company.export.pk, now=NOW)
        with pytest.raises(NotFound):
            add_department(access=access, group_id=company.group.pk, name="X", parent_id=None, now=NOW)
