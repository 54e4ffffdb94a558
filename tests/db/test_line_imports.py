"""Files of lines: checked without a trace, saved as a whole or not at all, and twice without doubles."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.db.builders import (
    ACTOR,
    NOW,
    Company,
    config_version,
    make_class_of_service,
    make_company,
    make_operator,
    settings_of,
    user_of,
)

from carillon.features.accounts.queries import NotFound, access_for
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.business_groups.services import switch_permission
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.line_imports.choices import ImportState
from carillon.features.line_imports.jobs import GIVEN_UP_AFTER, KEPT, forget_old, run_next
from carillon.features.line_imports.models import LineImport
from carillon.features.line_imports.queries import access_import, imports_of, may_import, progress_of
from carillon.features.line_imports.services import (
    ImportRefused,
    check_import,
    queue_save,
    save_import,
    start_import,
)
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line
from carillon.features.phones.models import Phone
from carillon.features.voicemail.models import Mailbox

pytestmark = pytest.mark.django_db

HEAD = "Number,Name,Department,Extension,Type,Language,Class of service,Voicemail,Emergency address,Portal account"
GOOD = (
    f"{HEAD}\n"
    '514 555-0110,Zoé Roy,Sales/Québec/Nuit,310,user,fr,National,yes,"1, rue Haute",yes\n'
    "+15145550111,Hall,Sales,311,common-area line,,National,no,,no\n"
    "5145550112,Nguyễn Thị Lan,,,,en,national,,,\n"
)


@pytest.fixture
def company() -> Company:
    return make_company()


def checked(company: Company, text: str | bytes) -> LineImport:
    data = text.encode() if isinstance(text, str) else text
    row = start_import(actor=ACTOR, group_id=company.group.pk, file_name="a.csv", data=data, now=NOW)
    return check_import(import_id=row.pk, now=NOW)


def saved(company: Company, text: str) -> LineImport:
    row = checked(company, text)
    assert row.errors == []
    save_import(import_id=row.pk, now=NOW)
    return LineImport.objects.get(pk=row.pk)


def errors(company: Company, rows: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    row = checked(company, f"{head}\n{rows}")
    assert row.state == ImportState.REFUSED
    return [(error["row"], error["column"], error["code"]) for error in row.errors]


def counts(company: Company) -> tuple[int, ...]:
    models = (Line, Department, Extension, Mailbox, Phone, AuditEntry)
    return (*(model.objects.count() for model in models), config_version(company.group))


class TestADryRun:
    def test_says_what_would_happen_and_leaves_no_trace(self, company: Company) -> None:
        before = counts(company)
        row = checked(company, GOOD + "5145550103,Robert,,,,,,,,\n5145550104,Carol,,,,,,,,\n")
        assert row.state == ImportState.CHECKED
        found = (row.created_lines, row.changed_lines, row.unchanged_lines, row.refused_rows)
        assert found == (3, 1, 1, 0)
        assert row.new_departments == ["Sales/Québec", "Sales/Québec/Nuit"]
        assert [(shown["row"], shown["new"], shown["changes"]) for shown in row.first_rows] == [
            (2, True, []), (3, True, []), (4, True, []), (5, False, ["name"]),
        ]  # fmt: skip
        assert counts(company) == before

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            ("5145550110,,,,,,National,,,", [(2, "Name", "required")]),
            (",A,,,,,National,,,", [(2, "Number", "required")]),
            ("abc,A,,,,,National,,,", [(2, "Number", "number_not_valid")]),
            ("4185550110,A,,,,,National,,,", [(2, "Number", "not_in_blocks")]),
            ("4185550101,A,,,,,National,,,", [(2, "Number", "not_in_blocks")]),
            ("5145550150,A,,,,,National,,,", [(2, "Number", "not_in_blocks")]),
            ("5145550110,A,,203,,,National,,,", [(2, "Extension", "already_used")]),
            ("5145550110,A,,911,,,National,,,", [(2, "Extension", "conflict")]),
            ("5145550110,A,,2x,,,National,,,", [(2, "Extension", "malformed")]),
            ("5145550110,A,,0,,,National,,,", [(2, "Extension", "conflict")]),
            ("5145550110,A,,,robot,,National,,,", [(2, "Type", "unknown_choice")]),
            ("5145550103,A,,,trunk,,,,,", [(2, "Type", "import_kind_stays")]),
            ("5145550110,A,,,,de,National,,,", [(2, "Language", "unknown_choice")]),
            ("5145550110,A,,,,,Platine,,,", [(2, "Class of service", "unknown_choice")]),
            ("5145550110,A,,,,,National,maybe,,", [(2, "Voicemail", "csv_yes_or_no")]),
            ("5145550110,A,,,basic,,National,yes,,no", [(2, "Voicemail", "not_for_kind")]),
            ("5145550110,A,,,mailbox only,,National,no,,", [(2, "Voicemail", "required")]),
            ("5145550103,Bob,,,,,,no,,", [(2, "Voicemail", "cannot_remove")]),
            ("5145550103,Bob,,,,,,,,no", [(2, "Portal account", "cannot_remove")]),
            ("5145550110,A\u202eB,,,,,National,,,", [(2, "Name", "bad_character")]),
            ("5145550110,A,Ventes\x07,,,,National,,,", [(2, "Department", "bad_character")]),
            (f"5145550110,A,{'x' * 65},,,,National,,,", [(2, "Department", "too_long")]),
            (
                "5145550110,A,,310,,,National,,,\n514-555-0110,B,,310,,,National,,,",
                [(3, "Number", "csv_repeated_row"), (3, "Extension", "csv_repeated_row")],
            ),
        ],
    )
    def test_names_row_column_and_reason(
        self, company: Company, row: str, expected: list[tuple[int, str, str]]
    ) -> None:
        assert errors(company, row) == expected

    def test_needs_a_class_of_service_where_there_are_several(self, company: Company) -> None:
        make_class_of_service("Gold", [])
        assert errors(company, "5145550110,A,,,,,,,,") == [(2, "Class of service", "required")]

    def test_refuses_an_unknown_and_a_missing_column(self, company: Company) -> None:
        head = "Number,Colour"
        assert errors(company, "5145550110,red", head) == [
            (1, "Colour", "csv_unknown_column"), (1, "Name", "csv_missing_column"),
        ]  # fmt: skip

    def test_tells_nothing_of_another_groups_lines(self, company: Company) -> None:
        taken = checked(company, "Number,Name\n4185550101,A\n").errors[0]
        free = checked(company, "Number,Name\n4185550111,A\n").errors[0]
        assert "Mallory" not in str(taken)
        assert taken["code"] == free["code"]


class TestSaving:
    def test_creates_whole_lines(self, company: Company) -> None:
        before = config_version(company.group)
        saved(company, GOOD)
        zoe = Line.objects.get(number="+15145550110")
        assert zoe.department is not None
        assert zoe.department.name == "Nuit"
        parent = zoe.department.parent
        assert parent is not None
        assert zoe.department.path == f"{parent.path}{zoe.department.pk}/"
        assert parent.path == f"{company.sales.path}{parent.pk}/"
        value = load_line(zoe.pk)
        assert value is not None
        assert (value.extension, value.mailbox is not None) == ("310", True)
        assert zoe.emergency_address == "1, rue Haute"
        assert user_of(zoe).must_change_password
        assert zoe.department.full_name == "Sales/Québec/Nuit"
        assert (zoe.name_key, zoe.extension_digits) == ("zoe roy", "310")
        hall = Line.objects.get(number="+15145550111")
        assert settings_of(hall).no_answer == "tone"
        assert not hasattr(hall, "mailbox")
        assert config_version(company.group) == before + 1

    def test_is_recorded_line_by_line_under_one_version(self, company: Company) -> None:
        saved(company, GOOD)
        entries = AuditEntry.objects.filter(config_version=config_version(company.group))
        kinds = sorted(entries.values_list("kind", "action"))
        assert kinds == [
            *[("department", "create")] * 2, *[("extension", "create")] * 2, *[("line", "create")] * 3,
            ("line_import", "import"),
        ]  # fmt: skip

    def test_twice_changes_nothing_the_second_time(self, company: Company) -> None:
        saved(company, GOOD)
        before = counts(company)
        again = saved(company, GOOD)
        assert (again.created_lines, again.changed_lines, again.unchanged_lines) == (0, 0, 3)
        assert counts(company) == before

    def test_changes_what_differs_and_nothing_else(self, company: Company) -> None:
        saved(company, "Numéro;Nom;Service;Poste\n5145550103;Robert;Works;330\n5145550106;Frank;/;\n")
        bob = Line.objects.get(pk=company.bob.pk)
        assert (bob.name, bob.department_id, bob.version) == ("Robert", company.works.pk, 2)
        assert Extension.objects.get(line=bob).first == "330"
        assert (bob.name_key, bob.extension_digits) == ("robert", "330")
        assert Line.objects.get(pk=company.frank.pk).department_id is None
        entry = AuditEntry.objects.get(kind="line", object_id=bob.pk, action="change")
        assert entry.old == {"name": "Bob", "department": "Sales", "extension": "203"}
        assert entry.new == {"name": "Robert", "department": "Works", "extension": "330"}

    def test_gives_a_sip_account_once(self, company: Company) -> None:
        text = "Number,Name,SIP account\n5145550110,A,yes\n"
        saved(company, text)
        saved(company, text)
        assert Phone.objects.filter(line__number="+15145550110").count() == 1

    def test_a_new_account_has_no_password_anyone_knows(self, company: Company) -> None:
        saved(company, GOOD)
        for guess in ("", "!", user_of(Line.objects.get(number="+15145550110")).password):
            with pytest.raises(SignInRefused):
                sign_in(number_text="5145550110", password=guess, address="", now=NOW)

    def test_takes_an_extension_that_waited_for_its_number(self, company: Company) -> None:
        from carillon.features.extensions.services import create_extension

        create_extension(actor=ACTOR, group_id=company.group.pk, digits="350", number="+15145550110", now=NOW)
        saved(company, "Number,Name\n5145550110,A\n")
        assert Extension.objects.get(first="350").line == Line.objects.get(number="+15145550110")

    def test_is_refused_whole_when_the_group_changed_since_the_check(self, company: Company) -> None:
        row = checked(company, GOOD)
        Extension.objects.filter(line=company.bob).update(first="310", last="310")
        before = counts(company)
        with pytest.raises(ImportRefused):
            save_import(import_id=row.pk, now=NOW)
        row.refresh_from_db()
        assert (row.state, len(row.errors)) == (ImportState.REFUSED, 1)
        assert counts(company) == before

    def test_happens_once(self, company: Company) -> None:
        row = saved(company, GOOD)
        with pytest.raises(ImportRefused):
            save_import(import_id=row.pk, now=NOW)
        with pytest.raises(ImportRefused):
            save_import(import_id=checked(company, "Number,Name\nx,y").pk, now=NOW)

    def test_leaves_no_file(self, company: Company, own_home: Path) -> None:
        saved(company, GOOD)
        assert list((own_home / "imports").iterdir()) == []

    def test_file_is_read_by_its_owner_only(self, company: Company, own_home: Path) -> None:
        checked(company, GOOD)
        (file,) = (own_home / "imports").glob("*.csv")
        assert file.stat().st_mode & 0o077 == 0


class TestTheWorker:
    def start(self, company: Company) -> LineImport:
        return start_import(
            actor=ACTOR, group_id=company.group.pk, file_name="a.csv", data=GOOD.encode(), now=NOW
        )

    def test_checks_then_saves_when_asked(self, company: Company) -> None:
        row = self.start(company)
        assert run_next(now=NOW)
        assert not run_next(now=NOW)
        queue_save(import_id=row.pk, now=NOW)
        assert run_next(now=NOW)
        row.refresh_from_db()
        assert (row.state, row.created_lines) == (ImportState.SAVED, 3)
        assert progress_of(row) == 0

    def test_begins_again_what_was_interrupted(self, company: Company) -> None:
        row = self.start(company)
        LineImport.objects.filter(pk=row.pk).update(state=ImportState.CHECKING)
        assert not run_next(now=NOW)
        assert run_next(now=NOW + GIVEN_UP_AFTER + timedelta(seconds=1))
        row.refresh_from_db()
        assert row.state == ImportState.CHECKED

    def test_forgets_what_nobody_saved(self, company: Company, own_home: Path) -> None:
        self.start(company)
        run_next(now=NOW)
        assert forget_old(now=NOW + KEPT + timedelta(seconds=1))
        assert not LineImport.objects.exists()
        assert not list((own_home / "imports").glob("*.csv"))

    def test_queues_only_what_was_checked(self, company: Company) -> None:
        row = self.start(company)
        with pytest.raises(ImportRefused):
            queue_save(import_id=row.pk, now=NOW)


class TestWhoMay:
    def test_is_the_operator_and_where_granted_the_administrator(self, company: Company) -> None:
        row = checked(company, GOOD)
        operator, alice = access_for(make_operator()), access_for(user_of(company.alice))
        assert access_import(operator, row.pk) == row
        assert not may_import(alice, company.group.pk)
        switch_permission(actor=ACTOR, group_id=company.group.pk, permission="create_lines", on=True, now=NOW)
        for line, allowed in ((company.alice, True), (company.denis, False), (company.bob, False)):
            assert may_import(access_for(user_of(line)), company.group.pk) is allowed
        assert not may_import(access_for(user_of(company.alice)), company.mallory.group_id)
        for stranger in (company.mallory, company.bob):
            with pytest.raises(NotFound):
                access_import(access_for(user_of(stranger)), row.pk)
            with pytest.raises(NotFound):
                imports_of(access_for(user_of(stranger)), company.group.pk)
