"""Deleting many lines at once: all or none, each with its entry, what stands in the way, thousands in few queries."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.db.builders import (
    ACTOR,
    NOW,
    Company,
    config_version,
    make_company,
    make_line,
    make_operator,
    promote,
    user_of,
)

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import SignInFailure, User
from carillon.features.accounts.queries import Access, NotFound, access_for, login_key
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, Receipt
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import switch_permission
from carillon.features.call_manager.models import CallSettings, RingEntry, SpeedDial
from carillon.features.extensions.models import Extension
from carillon.features.line_actions.choices import SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_management.queries import (
    Sums,
    hindrances_among,
    lines_to_delete,
    sums_of,
    uses_among,
)
from carillon.features.line_management.services import delete_lines
from carillon.features.lines.models import Line
from carillon.features.lines.queries import find_endpoint
from carillon.features.phones.models import Phone
from carillon.features.voicemail.models import Mailbox, Message
from carillon.web.lists.selected import digest_of


@pytest.fixture
def company(db: None) -> Company:
    """Alice administers the group, Denis Sales; the operator lets them delete lines."""
    made = make_company()
    switch_permission(actor=ACTOR, group_id=made.group.pk, permission="create_lines", on=True, now=NOW)
    return made


@pytest.fixture
def alice(company: Company) -> Access:
    return access_for(user_of(company.alice))


@pytest.fixture
def denis(company: Company) -> Access:
    return access_for(user_of(company.denis))


def seen(lines: Sequence[Line]) -> str:
    found = Line.objects.filter(pk__in=[line.pk for line in lines])
    return digest_of(found.values_list("pk", "version"))


def delete(access: Access, *lines: Line, digest: str | None = None) -> Receipt:
    """Delete lines as who sees them now would, or who saw them as the digest says."""
    ids = [line.pk for line in lines]
    shown = seen(lines) if digest is None else digest
    return delete_lines(access=access, line_ids=ids, count=len(lines), seen=shown, now=NOW)


def codes(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, ErrorCode]:
    return {field: problem.code for field, problem in caught.value.errors.items()}


def names(company: Company) -> set[str]:
    return set(Line.objects.filter(group=company.group).values_list("name", flat=True))


def hindered(access: Access, *lines: Line) -> dict[str, list[ErrorCode]]:
    found = hindrances_among(access, lines_to_delete(access, [line.pk for line in lines]))
    return {Line.objects.get(pk=pk).name: [one.code for one in problems] for pk, problems in found.items()}


def test_lines_go_with_everything_one_version_and_an_entry_each(alice: Access, company: Company) -> None:
    token = "left-by-someone"
    mailbox = Mailbox.objects.get(line=company.bob)
    Message.objects.create(mailbox=mailbox, call_id="c", token=token, received=NOW, seconds=3)
    SignInFailure.objects.create(login_key=login_key(company.carol.number), at=NOW)
    accounts = list(
        Phone.objects.filter(line__in=[company.bob, company.carol]).values_list("sip_user", flat=True)
    )
    before = config_version(company.group)
    receipt = delete(alice, company.bob, company.carol)
    assert receipt.config_version == before + 1 == config_version(company.group)
    assert names(company) == {"Alice", "Denis", "Erin", "Frank"}
    entries = AuditEntry.objects.filter(action="delete", config_version=receipt.config_version)
    assert set(entries.filter(kind="line").values_list("label", flat=True)) == {
        f"{line.number} {line.name}" for line in (company.bob, company.carol)
    }
    assert entries.filter(kind="extension").count() == 2
    assert entries.filter(kind="line").earliest("pk").old["department"] == "Sales"
    assert not Extension.objects.filter(first__in=["203", "204"], group=company.group).exists()
    assert not User.objects.filter(login__in=[company.bob.number, company.carol.number]).exists()
    assert not SignInFailure.objects.exists()
    assert [find_endpoint(account) for account in accounts] == [None, None]
    (left,) = LineSnapshot.objects.all()
    assert (left.line_id, left.audio, left.state) == (None, [token], SnapshotState.ERASED)


def test_a_line_out_of_scope_or_gone_deletes_none(alice: Access, denis: Access, company: Company) -> None:
    before = names(company)
    for access, lines in (
        (denis, [company.bob, company.frank]),
        (denis, [company.frank]),
        (alice, [company.bob, company.mallory]),
        (alice, [company.mallory]),
        (access_for(make_operator()), [company.bob, company.mallory]),
        (access_for(user_of(company.bob)), [company.bob]),
    ):
        with pytest.raises(NotFound):
            delete(access, *lines)
    with pytest.raises(NotFound):
        delete_lines(access=alice, line_ids=[company.bob.pk, 999_999], count=2, seen="", now=NOW)
    switch_permission(actor=ACTOR, group_id=company.group.pk, permission="create_lines", on=False, now=NOW)
    with pytest.raises(NotFound):
        delete(access_for(user_of(company.alice)), company.bob)
    assert names(company) == before
    assert not AuditEntry.objects.filter(action="delete").exists()


@pytest.mark.parametrize(
    ("count", "shown", "refused"),
    [
        (None, True, {"typed_count": ErrorCode.NOT_THIS_MANY}),
        (1, True, {"typed_count": ErrorCode.NOT_THIS_MANY}),
        (2, False, {"rows": ErrorCode.CHANGED_MEANWHILE}),
    ],
)
def test_the_number_typed_and_the_versions_seen_confirm(
    alice: Access, company: Company, count: int | None, shown: bool, refused: dict[str, ErrorCode]
) -> None:
    before, lines = names(company), [company.bob, company.carol]
    digest = seen(lines) if shown else ""
    with pytest.raises(Invalid) as caught:
        delete_lines(access=alice, line_ids=[line.pk for line in lines], count=count, seen=digest, now=NOW)
    assert codes(caught) == refused
    assert names(company) == before


def test_one_that_changed_meanwhile_keeps_them_all(alice: Access, company: Company) -> None:
    old = seen([company.bob, company.carol])
    Line.objects.filter(pk=company.carol.pk).update(version=2)
    with pytest.raises(Invalid) as caught:
        delete(alice, company.bob, company.carol, digest=old)
    assert codes(caught) == {"rows": ErrorCode.CHANGED_MEANWHILE}
    delete(alice, company.bob, company.carol)


def test_nothing_selected_is_said(alice: Access) -> None:
    with pytest.raises(Invalid) as caught:
        delete(alice)
    assert codes(caught) == {"rows": ErrorCode.REQUIRED}


class TestWhatStandsInTheWay:
    def test_ones_own_line_and_someone_who_administers_more(self, denis: Access, company: Company) -> None:
        promote(company.erin, Role.GROUP_ADMINISTRATOR)
        lines = (company.denis, company.bob, company.erin)
        assert hindered(denis, *lines) == {"Denis": [ErrorCode.OWN_LINE], "Erin": [ErrorCode.OUTRANKED]}
        with pytest.raises(Invalid) as caught:
            delete(denis, *lines)
        assert codes(caught) == {"rows": ErrorCode.HINDERED}
        assert Line.objects.filter(pk=company.bob.pk).exists()

    def test_the_last_administrators_together(self, company: Company) -> None:
        operator = access_for(make_operator())
        promote(company.carol, Role.GROUP_ADMINISTRATOR)
        assert hindered(operator, company.carol, company.bob) == {}
        both = {name: [ErrorCode.LAST_ADMINISTRATOR] for name in ("Alice", "Carol")}
        assert hindered(operator, company.alice, company.bob, company.carol) == both
        Line.objects.filter(pk=company.alice.pk).update(locked_at=NOW)  # nobody signs in with a locked line
        assert hindered(operator, company.carol) == {"Carol": [ErrorCode.LAST_ADMINISTRATOR]}
        promote(company.frank, Role.GROUP_ADMINISTRATOR)
        delete(operator, company.alice, company.carol)

    def test_what_the_groups_own_settings_name(self, alice: Access, company: Company) -> None:
        BusinessGroup.objects.filter(pk=company.group.pk).update(
            main_number=company.bob.number, emergency_callback=company.bob.number
        )
        assert hindered(alice, company.bob, company.carol) == {"Bob": [ErrorCode.IN_USE]}


def test_uses_are_found_for_all_without_those_that_go_too(company: Company) -> None:
    CallSettings.objects.filter(line=company.carol).update(busy_to="203", forward_to="206")
    CallSettings.objects.filter(line=company.mallory).update(busy_to="203")
    CallSettings.objects.filter(line=company.bob).update(unavailable_to="206")
    settings = CallSettings.objects.get(line=company.erin)
    RingEntry.objects.create(settings=settings, mode="together", position=1, dialled=company.bob.number)
    for position, number in enumerate(("203", company.bob.number), start=1):
        SpeedDial.objects.create(settings=settings, position=position, name="Bob", number=number)
    BusinessGroup.objects.filter(pk=company.group.pk).update(main_number=company.frank.number)
    lines = list(Line.objects.filter(pk__in=[company.bob.pk, company.frank.pk]).select_related("group"))
    told = {
        Line.objects.get(pk=pk).name: [(use.setting, use.line.name if use.line else "") for use in uses]
        for pk, uses in uses_among(lines).items()
    }
    assert told == {
        "Bob": [("busy_to", "Carol"), ("entries", "Erin"), ("speed_dials", "Erin")],
        "Frank": [("main_number", ""), ("forward_to", "Carol")],
    }


def test_what_is_lost_is_counted(company: Company) -> None:
    mailbox = Mailbox.objects.get(line=company.bob)
    Mailbox.objects.filter(pk=mailbox.pk).update(greeting="g", recorded_name="n")
    for index in range(3):
        Message.objects.create(
            mailbox=mailbox, call_id=f"c{index}", token=f"t{index}", received=NOW, seconds=1
        )
    settings = CallSettings.objects.get(line=company.denis)
    SpeedDial.objects.create(settings=settings, position=1, name="X", number="201")
    RingEntry.objects.create(settings=settings, mode="together", position=1, dialled="201")
    lobby = make_line(company.group, "+15145550140", name="Lobby", user=False, voicemail=False, phones=2)
    assert sums_of([company.bob, company.denis, lobby]) == Sums(
        lines=3, extensions=2, phones=4, messages=3, greetings=1, recorded_names=1, mailboxes=2, accounts=2,
        administrators=1, other_rows=2, memberships=0,
    )  # fmt: skip


def _many(company: Company, count: int) -> list[Line]:
    """Create lines with settings, a mailbox with a message, an account and an extension each."""
    pattern = {
        "group": company.group,
        "department": company.sales,
        "class_of_service": company.bob.class_of_service,
    }
    start = Line.objects.count()
    lines = Line.objects.bulk_create(
        [
            Line(
                number=f"+1438{start + index:07d}",
                name=f"Line {index}",
                extension_digits=f"8{start + index:05d}",
                **pattern,
            )
            for index in range(count)
        ]
    )
    CallSettings.objects.bulk_create(CallSettings(line=line, busy_to="203") for line in lines)
    boxes = Mailbox.objects.bulk_create(Mailbox(line=line) for line in lines)
    Message.objects.bulk_create(
        Message(mailbox=box, call_id="c", token=f"t{box.pk}", received=NOW, seconds=1) for box in boxes
    )
    User.objects.bulk_create(User(login=line.number, line=line, password="!") for line in lines)
    Extension.objects.bulk_create(
        Extension(
            group=company.group,
            first=line.extension_digits,
            last=line.extension_digits,
            first_number=line.number,
            line=line,
        )
        for line in lines
    )
    return lines


def test_a_thousand_lines_are_checked_and_deleted_in_few_queries(alice: Access, company: Company) -> None:
    many = _many(company, 1000)
    CallSettings.objects.filter(line=company.frank).update(busy_to=many[7].number)
    with CaptureQueriesContext(connection) as asked:
        lines = lines_to_delete(alice, [line.pk for line in many])
        assert hindrances_among(alice, lines) == {}
        uses = uses_among(lines)
        assert [len(found) for found in uses.values() if found] == [1]
        assert sums_of(lines).messages == 1000
    assert len(asked) < 60
    with CaptureQueriesContext(connection) as asked:
        delete(alice, *many)
    assert len(asked) < 300
    assert AuditEntry.objects.filter(kind="line", action="delete").count() == 1000
    assert LineSnapshot.objects.count() == 1000
    assert len(names(company)) == 6
