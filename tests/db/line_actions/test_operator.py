"""What the operator does to a line: suspended, renumbered, given another type and class, handed secrets, deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password
from tests.db.builders import (
    ACTOR,
    NOW,
    PASSWORD,
    Company,
    config_version,
    make_class_of_service,
    make_line,
    make_operator,
    promote,
    user_of,
)

from carillon.calls.model import CallClass
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, Receipt, StaleVersion
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import switch_permission
from carillon.features.call_manager.models import CallSettings, SpeedDial
from carillon.features.extensions.models import Extension
from carillon.features.extensions.services import create_extension
from carillon.features.line_actions.choices import SnapshotState
from carillon.features.line_actions.jobs import settle_snapshots
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.services import ResetLine, reset_line, suspend_line
from carillon.features.line_management.queries import kinds_for, uses_of
from carillon.features.line_management.services import LineService, add_line, change_service, delete_line
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.queries import find_endpoint, find_number
from carillon.features.lines.services import NewLine
from carillon.features.number_blocks.queries import free_numbers
from carillon.features.operator_console.services import hand_out
from carillon.features.phones.models import Phone
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.queries import audio_file

NEW = "+15145550140"


@pytest.fixture
def operator(company: Company) -> Access:
    return access_for(make_operator())


def fresh(line: Line) -> Line:
    return Line.objects.get(pk=line.pk)


def codes(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, ErrorCode]:
    return {field: problem.code for field, problem in caught.value.errors.items()}


def extension(company: Company, digits: str, number: str) -> None:
    create_extension(actor=ACTOR, group_id=company.group.pk, digits=digits, number=number, now=NOW)


def serve(
    access: Access,
    line: Line,
    *,
    number: str | None = None,
    kind: LineKind | None = None,
    class_of_service_id: int | None = None,
    seen_version: int | None = None,
) -> Receipt:
    """Change these of a line, seen as it is now unless said otherwise."""
    row = fresh(line)
    service = LineService(
        row.number if number is None else number,
        kind or LineKind(row.kind),
        row.class_of_service_id if class_of_service_id is None else class_of_service_id,
    )
    seen = row.version if seen_version is None else seen_version
    return change_service(access=access, line_id=row.pk, wanted=service, seen_version=seen, now=NOW)


class TestService:
    def test_everything_follows_the_new_number(self, operator: Access, company: Company) -> None:
        before = config_version(company.group)
        receipt = serve(operator, company.bob, number=NEW)
        assert receipt.config_version == before + 1 == config_version(company.group)
        line = fresh(company.bob)
        assert (line.number, line.extension_digits) == (NEW, "203")
        assert Extension.objects.get(line=line).first_number == NEW
        assert line.search_key == f"bob | {NEW} | 203"
        assert user_of(line).login == NEW
        assert sign_in(number_text="514 555-0140", password=PASSWORD, address="", now=NOW) == user_of(line)
        with pytest.raises(SignInRefused):
            sign_in(number_text="514 555-0103", password=PASSWORD, address="", now=NOW)
        assert (find_number(NEW) or (0, 0, 0))[2] == line.pk
        assert (find_number("+15145550103") or (0, 0, 0))[2] is None
        entries = AuditEntry.objects.filter(config_version=receipt.config_version, group_id=company.group.pk)
        assert set(entries.values_list("kind", flat=True)) == {"line", "user", "extension"}

    def test_a_waiting_extension_becomes_the_lines(self, operator: Access, company: Company) -> None:
        line = make_line(company.group, "+15145550120", name="Zoé")
        extension(company, "340", NEW)
        serve(operator, line, number=NEW)
        assert fresh(line).extension_digits == "340"

    @pytest.mark.parametrize(
        ("number", "code"),
        [
            ("", ErrorCode.REQUIRED),
            ("+15145550160", ErrorCode.NOT_IN_BLOCKS),
            ("+1514555014", ErrorCode.NOT_IN_BLOCKS),
            ("+14185550105", ErrorCode.NOT_IN_BLOCKS),
            ("+15145550104", ErrorCode.ALREADY_USED),
            ("+15145550130", ErrorCode.ALREADY_USED),
        ],
    )
    def test_a_number_is_refused(
        self, operator: Access, company: Company, number: str, code: ErrorCode
    ) -> None:
        extension(company, "330", "+15145550130")
        with pytest.raises(Invalid) as caught:
            serve(operator, company.bob, number=number)
        assert codes(caught) == {"number": code}
        assert fresh(company.bob).number == "+15145550103"

    def test_the_groups_own_number_is_changed_first(self, operator: Access, company: Company) -> None:
        BusinessGroup.objects.filter(pk=company.group.pk).update(emergency_callback=company.bob.number)
        with pytest.raises(Invalid) as caught:
            serve(operator, company.bob, number=NEW)
        assert codes(caught) == {"number": ErrorCode.IN_USE}

    def test_a_type_must_have_room_for_what_the_line_has(self, operator: Access, company: Company) -> None:
        assert kinds_for(company.bob) == [LineKind.USER]
        with pytest.raises(Invalid) as caught:
            serve(operator, company.bob, kind=LineKind.BASIC)
        assert codes(caught) == {"kind": ErrorCode.NOT_FOR_KIND}
        lobby = make_line(company.group, NEW, name="Lobby", kind=LineKind.BASIC)
        assert set(kinds_for(lobby)) == {
            LineKind.USER, LineKind.BASIC, LineKind.COMMON_AREA, LineKind.TRUNK,
        }  # fmt: skip
        serve(operator, lobby, kind=LineKind.COMMON_AREA)
        assert fresh(lobby).kind == LineKind.COMMON_AREA
        bare = make_line(
            company.group, "+15145550141", name="Bare", kind=LineKind.PILOT, phones=0, voicemail=False
        )
        assert LineKind.MAILBOX_ONLY not in kinds_for(bare)

    def test_a_class_of_service_is_recorded_by_its_name(self, operator: Access, company: Company) -> None:
        local = make_class_of_service("Local", {CallClass.INTERNAL, CallClass.EMERGENCY})
        receipt = serve(operator, company.bob, class_of_service_id=local.pk)
        entry = AuditEntry.objects.get(config_version=receipt.config_version, group_id=company.group.pk)
        assert entry.old == {"class_of_service_id": "National"}
        assert entry.new == {"class_of_service_id": "Local"}
        with pytest.raises(Invalid) as caught:
            serve(operator, company.bob, class_of_service_id=0)
        assert codes(caught) == {"class_of_service_id": ErrorCode.REQUIRED}

    def test_the_second_of_two_savers_is_told(self, operator: Access, company: Company) -> None:
        serve(operator, company.bob, number=NEW)
        with pytest.raises(StaleVersion):
            serve(operator, company.bob, number="+15145550141", seen_version=1)
        assert user_of(company.bob).login == NEW

    def test_a_line_is_suspended_and_resumed(self, operator: Access, company: Company) -> None:
        first = suspend_line(access=operator, line_id=company.bob.pk, suspended=True, now=NOW)
        assert fresh(company.bob).suspended
        again = suspend_line(access=operator, line_id=company.bob.pk, suspended=True, now=NOW)
        assert again.config_version == first.config_version
        suspend_line(access=operator, line_id=company.bob.pk, suspended=False, now=NOW)
        assert not fresh(company.bob).suspended


def delete(
    access: Access, line: Line, *, typed_number: str | None = None, seen_version: int | None = None
) -> Receipt:
    """Delete a line, its number typed and seen as it is now unless said otherwise."""
    typed = line.number if typed_number is None else typed_number
    seen = fresh(line).version if seen_version is None else seen_version
    return delete_line(access=access, line_id=line.pk, typed_number=typed, seen_version=seen, now=NOW)


def reset(access: Access, line: Line) -> None:
    wanted = ResetLine(name="X")
    reset_line(access=access, line_id=line.pk, wanted=wanted, seen_version=fresh(line).version, now=NOW)


class TestDeleting:
    def test_everything_of_the_line_goes(self, operator: Access, company: Company, bob: Line) -> None:
        token = Mailbox.objects.get(line=bob).messages.values_list("token", flat=True)[0]
        assert audio_file(token).is_file()
        reset(operator, company.carol)
        user, account = user_of(bob).pk, Phone.objects.get(line=bob).sip_user
        receipt = delete(operator, bob, typed_number="(514) 555-0103")
        assert receipt.config_version == config_version(company.group)
        assert not Line.objects.filter(pk=bob.pk).exists()
        assert not User.objects.filter(pk=user).exists()
        assert not Extension.objects.filter(first="203", group=company.group).exists()
        assert find_endpoint(account) is None
        assert free_numbers(company.group.pk, most=2) == ["+15145550100", bob.number]
        assert AuditEntry.objects.get(kind="line", action="delete").old["number"] == bob.number
        left = LineSnapshot.objects.filter(line=None)
        assert set(left.values_list("state", flat=True)) == {SnapshotState.ERASED}
        settle_snapshots(now=NOW)
        assert not audio_file(token).exists()
        assert not LineSnapshot.objects.filter(line=None).exists()
        assert LineSnapshot.objects.filter(line=company.carol).exists(), "Carol's former state stays"

    def test_its_former_states_are_erased(self, operator: Access, company: Company, bob: Line) -> None:
        token = Mailbox.objects.get(line=bob).messages.values_list("token", flat=True)[0]
        reset(operator, bob)
        settle_snapshots(now=NOW)
        delete(operator, bob)
        assert set(LineSnapshot.objects.values_list("payload", flat=True)) == {""}
        settle_snapshots(now=NOW)
        assert not LineSnapshot.objects.exists()
        assert not audio_file(token).exists()

    def test_the_typed_number_confirms(self, operator: Access, company: Company) -> None:
        for typed in ("", "203", "514 555-0104", "abc"):
            with pytest.raises(Invalid) as caught:
                delete(operator, company.bob, typed_number=typed)
            assert codes(caught) == {"typed_number": ErrorCode.NOT_THIS_NUMBER}
        assert Line.objects.filter(pk=company.bob.pk).exists()

    def test_a_line_changed_meanwhile_is_not_deleted(self, operator: Access, company: Company) -> None:
        suspend_line(access=operator, line_id=company.bob.pk, suspended=True, now=NOW)
        with pytest.raises(StaleVersion):
            delete(operator, company.bob, seen_version=1)
        assert Line.objects.filter(pk=company.bob.pk).exists()

    def test_the_last_administrator_stays(self, operator: Access, company: Company) -> None:
        with pytest.raises(Invalid) as caught:
            delete(operator, company.alice)
        assert codes(caught) == {"line": ErrorCode.LAST_ADMINISTRATOR}
        promote(company.bob, Role.GROUP_ADMINISTRATOR)
        delete(operator, company.alice)

    def test_the_groups_main_number_stays(self, operator: Access, company: Company) -> None:
        BusinessGroup.objects.filter(pk=company.group.pk).update(main_number=company.bob.number)
        with pytest.raises(Invalid) as caught:
            delete(operator, company.bob)
        assert codes(caught) == {"line": ErrorCode.IN_USE}

    def test_what_sends_calls_to_it_is_found(self, company: Company) -> None:
        assert uses_of(company.bob) == []
        CallSettings.objects.filter(line=company.carol).update(busy_to="203", unavailable_to="+15145550103")
        for other in (company.mallory, company.bob):
            CallSettings.objects.filter(line=other).update(busy_to="203")
        settings = CallSettings.objects.get(line=company.frank)
        for position, number in enumerate(("203", "+15145550103"), start=1):
            SpeedDial.objects.create(settings=settings, position=position, name="Bob", number=number)
        BusinessGroup.objects.filter(pk=company.group.pk).update(main_number=company.bob.number)
        found = [(use.setting, use.line.name if use.line else "") for use in uses_of(fresh(company.bob))]
        assert found == [
            ("main_number", ""), ("busy_to", "Carol"), ("unavailable_to", "Carol"), ("speed_dials", "Frank"),
        ]  # fmt: skip


class TestHandingOut:
    def test_secrets_are_new_and_to_be_replaced(self, operator: Access, company: Company) -> None:
        made = hand_out(access=operator, line_id=company.bob.pk, password=True, pin=True, now=NOW)
        user, mailbox = user_of(company.bob), Mailbox.objects.get(line=company.bob)
        assert check_password(made.password, user.password)
        assert check_password(made.pin, mailbox.pin)
        assert (user.must_change_password, mailbox.pin_temporary) == (True, True)
        assert made.password not in repr(made)
        only = hand_out(access=operator, line_id=company.bob.pk, password=False, pin=True, now=NOW)
        assert only.password == ""
        assert user_of(company.bob).password == user.password

    def test_what_the_line_does_not_have_is_refused(self, operator: Access, company: Company) -> None:
        lobby = make_line(company.group, NEW, name="Lobby", kind=LineKind.BASIC)
        for wanted, errors in (
            ({"password": True, "pin": False}, {"password": ErrorCode.NO_ACCOUNT}),
            ({"password": False, "pin": True}, {"pin": ErrorCode.NO_MAILBOX}),
            ({"password": False, "pin": False}, {"password": ErrorCode.REQUIRED}),
        ):
            with pytest.raises(Invalid) as caught:
                hand_out(access=operator, line_id=lobby.pk, now=NOW, **wanted)
            assert codes(caught) == errors


def acts(access: Access, company: Company, line: Line) -> list[Callable[[], object]]:
    """Return everything the operator does to a line."""
    new = NewLine(number=NEW, name="X", class_of_service_id=line.class_of_service_id)
    return [
        lambda: serve(access, line, number="+15145550141"),
        lambda: suspend_line(access=access, line_id=line.pk, suspended=True, now=NOW),
        lambda: delete(access, line),
        lambda: hand_out(access=access, line_id=line.pk, password=True, pin=True, now=NOW),
        lambda: add_line(
            access=access, group_id=company.group.pk, new=new, extension="", with_phone=False, now=NOW
        ),
    ]


def test_only_whoever_may_manage_lines_does(company: Company) -> None:
    for who in (company.alice, company.denis, company.bob, company.mallory):
        for act in acts(access_for(user_of(who)), company, company.carol):
            with pytest.raises(NotFound):
                act()
    switch_permission(actor=ACTOR, group_id=company.group.pk, permission="create_lines", on=True, now=NOW)
    denis = access_for(user_of(company.denis))
    for line in (company.frank, company.bob):  # a number is for administrators of the whole group to change
        with pytest.raises(NotFound):
            serve(denis, line, number=NEW)
    with pytest.raises(NotFound):
        delete(denis, company.frank)
    delete(denis, company.carol)
    serve(access_for(user_of(company.alice)), company.frank, number=NEW)
    assert fresh(company.frank).number == NEW


def test_free_numbers_skip_those_in_use(company: Company) -> None:
    assert free_numbers(company.group.pk, most=3) == ["+15145550100", "+15145550107", "+15145550108"]
    assert len(free_numbers(company.group.pk, most=500)) == 44
