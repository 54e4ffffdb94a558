"""Personal details: names and addresses, and that nobody gives what he does not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.db.builders import NOW, Company, config_version, make_line, make_operator, promote, user_of
from tests.db.line_actions.test_reset import refusals

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, StaleVersion
from carillon.features.line_actions.services import Details, change_details
from carillon.features.lines.models import Line

DEPARTMENT, GROUP = Role.DEPARTMENT_ADMINISTRATOR, Role.GROUP_ADMINISTRATOR


def present(line: Line) -> Details:
    """Return the details as they are."""
    row, user = Line.objects.get(pk=line.pk), User.objects.filter(line=line).first()
    if user is None:
        return Details(row.name, row.emergency_address, row.language)
    return Details(
        row.name, row.emergency_address, user.language, Role(user.role), user.scope_id,
        user.is_supervisor, user.may_read_call_logs, user.may_monitor,
    )  # fmt: skip


def change(access: Access, line: Line, **changes: object) -> None:
    row, user = Line.objects.get(pk=line.pk), User.objects.filter(line=line).first()
    change_details(
        access=access,
        line_id=line.pk,
        details=replace(present(line), **changes),  # type: ignore[arg-type]
        seen_version=row.version,
        seen_account=user.version if user else 0,
        now=NOW,
    )


def test_name_language_and_address_are_changed_and_recorded(alice: Access, company: Company) -> None:
    before = config_version(company.group)
    change(alice, company.bob, name=" Robert ", language="en", emergency_address="1 rue Principale, Laval")
    row = Line.objects.get(pk=company.bob.pk)
    assert (row.name, row.emergency_address, user_of(company.bob).language) == (
        "Robert", "1 rue Principale, Laval", "en",
    )  # fmt: skip
    assert config_version(company.group) == before + 1
    entries = AuditEntry.objects.filter(config_version=before + 1).order_by("id")
    assert [(entry.kind, entry.action) for entry in entries] == [("line", "change"), ("user", "change")]


def test_saving_what_is_there_changes_nothing(alice: Access, company: Company) -> None:
    before = config_version(company.group)
    change(alice, company.bob)
    assert config_version(company.group) == before


def test_a_line_without_a_portal_account_keeps_its_own_language_and_administers_nothing(
    alice: Access, company: Company
) -> None:
    plain = make_line(company.group, "+15145550120", user=False)
    change(alice, plain, language="en")
    assert Line.objects.get(pk=plain.pk).language == "en"
    with pytest.raises(Invalid) as refused:
        change(alice, plain, role=GROUP)
    assert refusals(refused) == {"role": ErrorCode.NO_ACCOUNT}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": ""}, {"name": ErrorCode.REQUIRED}),
        ({"name": "x" * 65}, {"name": ErrorCode.TOO_LONG}),
        ({"emergency_address": "x" * 201}, {"emergency_address": ErrorCode.TOO_LONG}),
        ({"emergency_address": "a\x00b"}, {"emergency_address": ErrorCode.BAD_CHARACTER}),
        ({"language": "de"}, {"language": ErrorCode.UNKNOWN_CHOICE}),
        ({"role": DEPARTMENT}, {"scope": ErrorCode.REQUIRED}),
        ({"role": DEPARTMENT, "scope_id": 999_999}, {"scope": ErrorCode.UNKNOWN_CHOICE}),
        ({"role": Role.OPERATOR}, {"role": ErrorCode.UNKNOWN_CHOICE}),
    ],
)
def test_bad_values_are_refused_beside_their_fields(
    alice: Access, company: Company, changes: dict[str, object], expected: dict[str, ErrorCode]
) -> None:
    with pytest.raises(Invalid) as refused:
        change(alice, company.bob, **changes)
    assert refusals(refused) == expected
    assert present(company.bob) == Details("Bob")


def test_a_line_becomes_an_administrator_of_the_group_or_of_one_department(
    alice: Access, company: Company
) -> None:
    change(alice, company.bob, role=GROUP)
    assert access_for(user_of(company.bob)).role is GROUP
    change(alice, company.bob, role=DEPARTMENT, scope_id=company.works.pk)
    access = access_for(user_of(company.bob))
    assert (access.role, access.department_path) == (DEPARTMENT, company.works.path)
    told = AuditEntry.objects.filter(action="grant_role", object_id=user_of(company.bob).pk).order_by("id")[1]
    assert (told.old, told.new) == (
        {"role": "group_administrator", "scope": ""},
        {"role": "department_administrator", "scope": "Works"},
    )
    change(alice, company.bob, role=Role.SUBSCRIBER)
    assert (user_of(company.bob).role, user_of(company.bob).scope_id) == (Role.SUBSCRIBER, None)


def test_a_department_administrator_gives_only_parts_of_his_own_department(
    denis: Access, company: Company
) -> None:
    change(denis, company.bob, role=DEPARTMENT, scope_id=company.export.pk)
    change(denis, company.carol, role=DEPARTMENT, scope_id=company.sales.pk)
    with pytest.raises(Invalid) as elsewhere:
        change(denis, company.erin, role=DEPARTMENT, scope_id=company.works.pk)
    assert refusals(elsewhere) == {"scope": ErrorCode.UNKNOWN_CHOICE}
    with pytest.raises(Invalid) as higher:
        change(denis, company.erin, role=GROUP)
    assert refusals(higher) == {"role": ErrorCode.RIGHT_NOT_HELD}


@pytest.mark.parametrize("flag", ["is_supervisor", "may_read_call_logs"])
def test_a_flag_is_given_only_by_who_holds_it(company: Company, flag: str) -> None:
    with pytest.raises(Invalid) as refused:
        change(access_for(user_of(company.alice)), company.denis, **{flag: True})
    assert refusals(refused) == {flag: ErrorCode.RIGHT_NOT_HELD}
    User.objects.filter(line=company.alice).update(**{flag: True})
    change(access_for(user_of(company.alice)), company.denis, **{flag: True})
    assert getattr(user_of(company.denis), flag)
    change(access_for(user_of(company.alice)), company.denis, role=Role.SUBSCRIBER)
    assert not getattr(user_of(company.denis), flag), "a subscriber has no flags"


def test_a_flag_already_there_stays_though_the_administrator_does_not_hold_it(
    alice: Access, company: Company
) -> None:
    User.objects.filter(line=company.denis).update(is_supervisor=True)
    change(alice, company.denis, name="Denis G.", scope_id=company.works.pk)
    assert user_of(company.denis).is_supervisor


def test_monitoring_is_the_operators_to_give_and_to_take(company: Company) -> None:
    User.objects.filter(line=company.alice).update(may_monitor=True, is_supervisor=True)
    change(access_for(user_of(company.alice)), company.denis, may_monitor=True)
    assert not user_of(company.denis).may_monitor
    change(access_for(make_operator()), company.denis, may_monitor=True)
    assert user_of(company.denis).may_monitor
    change(access_for(user_of(company.alice)), company.denis, may_monitor=False)
    assert user_of(company.denis).may_monitor


def test_the_last_administrator_of_the_group_stays_one(company: Company) -> None:
    operator = access_for(make_operator())
    with pytest.raises(Invalid) as refused:
        change(operator, company.alice, role=Role.SUBSCRIBER)
    assert refusals(refused) == {"role": ErrorCode.LAST_ADMINISTRATOR}
    promote(company.frank, GROUP)
    change(operator, company.alice, role=Role.SUBSCRIBER)


def test_nobody_takes_rights_from_himself(alice: Access, denis: Access, company: Company) -> None:
    promote(company.frank, GROUP)
    for access, line, changes in (
        (alice, company.alice, {"role": DEPARTMENT, "scope_id": company.sales.pk}),
        (alice, company.alice, {"role": Role.SUBSCRIBER}),
        (denis, company.denis, {"scope_id": company.export.pk}),
    ):
        with pytest.raises(Invalid) as refused:
            change(access, line, **changes)
        assert refusals(refused) == {"role": ErrorCode.OWN_RIGHTS}
    change(alice, company.alice, name="Alice B.")


def test_who_administers_more_is_left_alone_but_for_his_name(denis: Access, company: Company) -> None:
    promote(company.carol, GROUP)
    with pytest.raises(Invalid) as refused:
        change(denis, company.carol, role=Role.SUBSCRIBER)
    assert refusals(refused) == {"role": ErrorCode.OUTRANKED}
    promote(company.erin, DEPARTMENT, company.works)
    with pytest.raises(Invalid):
        change(denis, company.erin, role=DEPARTMENT, scope_id=company.sales.pk)
    change(denis, company.carol, name="Carole")


def test_only_lines_in_scope(alice: Access, denis: Access, company: Company) -> None:
    bob = access_for(user_of(company.bob))
    for access, line in (
        (denis, company.frank),
        (alice, company.mallory),
        (bob, company.carol),
        (bob, company.bob),
    ):
        with pytest.raises(NotFound):
            change(access, line, name="Mine")


def test_two_people_saving_at_once_are_told(alice: Access, company: Company) -> None:
    row, user = Line.objects.get(pk=company.bob.pk), user_of(company.bob)
    change(alice, company.bob, name="Robert", role=GROUP)

    def save(seen_version: int) -> None:
        change_details(
            access=alice,
            line_id=row.pk,
            details=Details("Bobby"),
            seen_version=seen_version,
            seen_account=user.version,
            now=NOW,
        )

    with pytest.raises(StaleVersion) as stale:
        save(row.version)
    assert stale.value.differences == {"name": ("Bob", "Robert")}
    with pytest.raises(StaleVersion) as rights:
        save(row.version + 1)
    assert rights.value.kind == "user"
    assert Line.objects.get(pk=row.pk).name == "Robert", "neither half is saved"
