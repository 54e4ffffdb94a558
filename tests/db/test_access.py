"""Who may do what, to whom: the policy's table against every role and every place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.db.builders import Company, make_company, make_operator, promote, user_of

from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import POLICY, Access, NotFound, access_for, may
from carillon.features.audit.queries import entries_of
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.departments.queries import departments_in_scope
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line, lines_in_scope, target_of

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset({"alice", "denis", "bob", "carol", "erin", "frank", "mallory"})
GROUP = EVERYBODY - {"mallory"}
SALES = frozenset({"denis", "bob", "carol", "erin"})
NOBODY: frozenset[str] = frozenset()


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def accesses(company: Company) -> Mapping[str, Access]:
    """The four roles: Bob has only his line, Denis has Sales, Alice the group, Olga the platform."""
    people = {name: access_for(user_of(getattr(company, name))) for name in ("alice", "denis", "bob")}
    return {**people, "olga": access_for(make_operator("olga"))}


SETTINGS = {"bob": frozenset({"bob"}), "denis": SALES, "alice": GROUP, "olga": EVERYBODY}
LISTS = {**SETTINGS, "bob": NOBODY}
MATRIX: dict[Action, dict[str, frozenset[str]]] = {
    Action.LIST_LINES: LISTS,
    Action.DOWNLOAD_LINES: LISTS,
    Action.VIEW_LINE: SETTINGS,
    Action.CHANGE_CALL_SETTINGS: SETTINGS,
    Action.CHANGE_NAMES: SETTINGS,
    Action.CHANGE_MESSAGE_SETTINGS: SETTINGS,
    Action.CHANGE_PIN: SETTINGS,
    Action.READ_MESSAGES: {
        "bob": frozenset({"bob"}), "denis": frozenset({"denis"}), "alice": frozenset({"alice"}), "olga": NOBODY,
    },
    Action.UNBLOCK: LISTS,
    Action.READ_RECORD: LISTS,
    Action.READ_CALL_LOGS: {"bob": NOBODY, "denis": NOBODY, "alice": NOBODY, "olga": EVERYBODY},
    Action.SUPERVISE: {"bob": NOBODY, "denis": NOBODY, "alice": NOBODY, "olga": NOBODY},
    Action.MANAGE_DEPARTMENTS: LISTS,
    Action.MANAGE_EXTENSIONS: {"bob": NOBODY, "denis": NOBODY, "alice": GROUP, "olga": EVERYBODY},
    Action.MANAGE_LINES: {"bob": NOBODY, "denis": NOBODY, "alice": NOBODY, "olga": EVERYBODY},
    Action.RENUMBER_LINES: {"bob": NOBODY, "denis": NOBODY, "alice": NOBODY, "olga": EVERYBODY},
    Action.MANAGE_PHONES: {"bob": NOBODY, "denis": NOBODY, "alice": NOBODY, "olga": EVERYBODY},
    Action.READ_FEEDBACK: {"bob": NOBODY, "denis": NOBODY, "alice": NOBODY, "olga": EVERYBODY},
    Action.MANAGE_GROUPS: {"bob": NOBODY, "denis": NOBODY, "alice": NOBODY, "olga": EVERYBODY},
    Action.LOCK_LINES: LISTS,
    Action.RESET_LINES: LISTS,
    Action.CHANGE_DETAILS: LISTS,
    Action.MOVE_LINES: LISTS,
}  # fmt: skip


def test_the_matrix_covers_every_action_and_role() -> None:
    assert set(MATRIX) == set(POLICY) == set(Action)
    assert all(set(row) == set(Role) for row in POLICY.values())


@pytest.mark.parametrize("action", list(Action))
def test_each_role_reaches_exactly_its_lines(
    company: Company, accesses: Mapping[str, Access], action: Action
) -> None:
    lines = {name: getattr(company, name) for name in EVERYBODY}
    for person, access in accesses.items():
        allowed = {name for name, line in lines.items() if may(access, action, target_of(line))}
        assert allowed == MATRIX[action][person], person
        assert {line.name.lower() for line in lines_in_scope(access, action)} == allowed, person
        assert may(access, action) == (allowed != set()), person


def test_what_the_operator_grants_reaches_each_administrators_scope(company: Company) -> None:
    BusinessGroup.objects.filter(pk=company.group.pk).update(permissions=["create_lines"])
    reached = {
        (action, name): {
            other for other in EVERYBODY
            if may(access_for(user_of(getattr(company, name))), action, target_of(getattr(company, other)))
        }
        for action in (Action.MANAGE_LINES, Action.RENUMBER_LINES, Action.MANAGE_PHONES)
        for name in ("alice", "denis", "bob", "mallory")
    }  # fmt: skip
    assert {who: found for who, found in reached.items() if found} == {
        (Action.MANAGE_LINES, "alice"): GROUP,
        (Action.MANAGE_LINES, "denis"): SALES,
        (Action.RENUMBER_LINES, "alice"): GROUP,
    }


def test_a_foreign_line_is_answered_like_a_missing_one(
    company: Company, accesses: Mapping[str, Access]
) -> None:
    for person, names in LISTS.items():
        for name in EVERYBODY - names - {person}:
            with pytest.raises(NotFound):
                access_line(accesses[person], getattr(company, name).pk)
        with pytest.raises(NotFound):
            access_line(accesses[person], 999_999)


def test_a_line_comes_with_what_its_page_shows(company: Company, accesses: Mapping[str, Access]) -> None:
    line = access_line(accesses["denis"], company.erin.pk)
    assert line == Line.objects.get(pk=company.erin.pk)
    assert (line.extension.first, line.department, line.call_settings.dnd) == ("205", company.export, False)


def test_a_department_whose_path_begins_alike_is_outside(company: Company) -> None:
    """`/1/` must not reach `/11/`: the path ends with a slash."""
    access = access_for(user_of(company.denis))
    assert access.department_path == f"/{company.sales.pk}/"


def test_flags_open_call_logs_and_the_dashboard(company: Company) -> None:
    promote(company.denis, Role.DEPARTMENT_ADMINISTRATOR, company.sales, logs=True)
    User.objects.filter(line_id=company.denis.pk).update(is_supervisor=True)
    access = access_for(user_of(company.denis))
    assert may(access, Action.READ_CALL_LOGS, target_of(company.bob))
    assert may(access, Action.SUPERVISE, target_of(company.erin))
    assert not may(access, Action.READ_CALL_LOGS, target_of(company.frank))


def test_departments_are_those_of_the_scope(company: Company, accesses: Mapping[str, Access]) -> None:
    names = {
        person: [department.name for department in departments_in_scope(access)]
        for person, access in accesses.items()
    }
    assert names == {
        "bob": [],
        "denis": ["Sales", "Export"],
        "alice": ["Sales", "Export", "Works"],
        "olga": ["Sales", "Export", "Works"],
    }


def test_the_record_is_read_by_scope(company: Company) -> None:
    paths = {
        entry.department_path
        for entry in entries_of(group_id=company.group.pk, department_path=company.sales.path)
    }
    assert paths == {company.sales.path, company.export.path}
    groups = {entry.group_id for entry in entries_of(group_id=company.group.pk)}
    assert groups == {company.group.pk}
