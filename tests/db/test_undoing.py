"""Undo from a receipt: the values before that very save come back, as a new version, for each page that joins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.db.builders import ACTOR, NOW, Company, config_version, make_company, promote, settings_of, user_of
from tests.db.line_actions.test_details import present

from carillon.calls.directory import ForwardAll
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import actor_for
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, Receipt, StaleVersion
from carillon.features.call_manager import services as call_manager
from carillon.features.call_manager.queries import (
    EntryChoice,
    IncomingChoice,
    Seen,
    SpeedDialChoice,
    call_settings_choice_of,
    choice_of,
)
from carillon.features.extensions.models import Extension
from carillon.features.line_actions.services import UNDOABLE, change_details
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line
from carillon.features.mail.models import OutgoingMail
from carillon.features.undoing.services import PUT_BACK, undo
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services import change_message_settings

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def alice(company: Company) -> Access:
    return access_for(user_of(company.alice))


def fresh(line: Line) -> Line:
    return Line.objects.get(pk=line.pk)


def save_incoming(access: Access, line: Line, **changes: object) -> Receipt:
    settings = settings_of(line)
    choice = replace(choice_of(settings), **changes)  # type: ignore[arg-type]
    return call_manager.change_incoming(
        actor=actor_for(access.user),
        line_id=line.pk,
        choice=choice,
        seen_version=settings.version,
        now=NOW,
    )


def save_call_settings(access: Access, line: Line, **changes: object) -> Receipt:
    row, settings = fresh(line), settings_of(line)
    choice = replace(call_settings_choice_of(row, settings), **changes)  # type: ignore[arg-type]
    seen = Seen(row.version, settings.version)
    return call_manager.change_call_settings(
        actor=actor_for(access.user), line_id=line.pk, choice=choice, seen=seen, now=NOW
    )


def save_availability(access: Access, line: Line) -> Receipt:
    return call_manager.change_availability(
        actor=actor_for(access.user),
        line_id=line.pk,
        dnd=True,
        seen_version=settings_of(line).version,
        now=NOW,
    )


def save_messages(access: Access, line: Line) -> Receipt:
    return change_message_settings(
        actor=actor_for(access.user),
        line_id=line.pk,
        email_on=True,
        email_to=["bob@example.com"],
        keep_copy=False,
        skip_pin=True,
        seen_version=Mailbox.objects.get(line=line).version,
        now=NOW,
    )


def save_details(access: Access, line: Line, **changes: object) -> Receipt:
    changes = changes or {"name": "Robert", "language": "en", "emergency_address": "1, rue du Quai"}
    return change_details(
        access=access,
        line_id=line.pk,
        details=replace(present(line), **changes),  # type: ignore[arg-type]
        seen_version=fresh(line).version,
        seen_account=user_of(line).version,
        now=NOW,
    )


def take_back(access: Access, page: str, line: Line, saved: Receipt) -> Receipt:
    return undo(access=access, page=page, object_id=line.pk, entry_id=saved.entry, now=LATER)


ENTRIES = (EntryChoice("in_order", "", 0, 15), EntryChoice("in_order", "204", 10, 20))
SAVES: dict[str, Callable[[Access, Line], Receipt]] = {
    "incoming-calls": lambda access, line: save_incoming(
        access, line, mode="forward", forward_to="204", no_answer_seconds=25, entries=()
    ),
    "availability": save_availability,
    "call-settings": lambda access, line: save_call_settings(
        access, line, name="Robert", withhold_identity=True, barred=frozenset({"local"}), speed_dials=()
    ),
    "message-settings": save_messages,
    "line-details": save_details,
}


def state(line: Line) -> tuple[object, ...]:
    """Return everything these pages save."""
    row, settings, mailbox = fresh(line), settings_of(line), Mailbox.objects.get(line=line)
    kept = (mailbox.email_on, mailbox.email_to, mailbox.keep_copy, mailbox.skip_pin)
    return present(line), choice_of(settings), call_settings_choice_of(row, settings), settings.dnd, kept


def test_every_page_that_joins_is_tried_here() -> None:
    assert set(SAVES) == set(PUT_BACK)


@pytest.mark.parametrize("page", SAVES)
class TestEachPage:
    @pytest.fixture(autouse=True)
    def something_to_lose(self, company: Company, alice: Access) -> None:
        save_incoming(alice, company.bob, mode="in_order", entries=ENTRIES)
        save_call_settings(alice, company.bob, speed_dials=(SpeedDialChoice("Carol", "204"),))

    def test_what_was_there_before_the_save_comes_back(
        self, company: Company, alice: Access, page: str
    ) -> None:
        before = state(company.bob)
        saved = SAVES[page](alice, company.bob)
        assert state(company.bob) != before
        undone = take_back(alice, page, company.bob, saved)
        assert state(company.bob) == before
        assert undone.config_version == saved.config_version + 1 == config_version(company.group)

    def test_it_is_a_new_version_with_an_entry_of_its_own(
        self, company: Company, alice: Access, page: str
    ) -> None:
        saved = SAVES[page](alice, company.bob)
        undone = take_back(alice, page, company.bob, saved)
        entries = {}
        for receipt in (saved, undone):
            rows = AuditEntry.objects.filter(config_version=receipt.config_version)
            entries[receipt] = {row.kind: row for row in rows}
        assert entries[undone]
        for kind, row in entries[undone].items():
            first = entries[saved][kind]
            assert (row.old, row.new) == (first.new, first.old)
            assert (row.action, row.version, row.at) == ("undo", first.version + 1, LATER)
            assert row.user_id == alice.user.pk

    def test_it_is_redone_the_same_way(self, company: Company, alice: Access, page: str) -> None:
        saved = SAVES[page](alice, company.bob)
        after = state(company.bob)
        undone = take_back(alice, page, company.bob, saved)
        take_back(alice, page, company.bob, undone)
        assert state(company.bob) == after

    def test_somebody_saved_since(self, company: Company, alice: Access, page: str) -> None:
        saved = SAVES[page](alice, company.bob)
        denis = access_for(user_of(company.denis))
        save_incoming(denis, company.bob, no_answer_seconds=50)
        save_call_settings(denis, company.bob, calling_name="Bobby")
        mailbox = Mailbox.objects.get(line=company.bob)
        change_message_settings(
            actor=ACTOR, line_id=company.bob.pk, email_on=False, email_to=["x@example.com"], keep_copy=True,
            skip_pin=False, seen_version=mailbox.version, now=NOW,
        )  # fmt: skip
        before, entries = state(company.bob), AuditEntry.objects.count()
        with pytest.raises(StaleVersion) as caught:
            take_back(alice, page, company.bob, saved)
        assert caught.value.current > caught.value.seen
        assert caught.value.differences
        assert (state(company.bob), AuditEntry.objects.count()) == (before, entries)

    def test_twice_undoes_once(self, company: Company, alice: Access, page: str) -> None:
        saved = SAVES[page](alice, company.bob)
        take_back(alice, page, company.bob, saved)
        entries = AuditEntry.objects.count()
        with pytest.raises(StaleVersion):
            take_back(alice, page, company.bob, saved)
        assert AuditEntry.objects.count() == entries

    def test_rights_that_were_lost_since_leave_everything(
        self, company: Company, alice: Access, page: str
    ) -> None:
        saved = SAVES[page](alice, company.bob)
        promote(company.alice, Role.SUBSCRIBER)
        before = state(company.bob)
        with pytest.raises(NotFound):
            take_back(access_for(User.objects.get(pk=alice.user.pk)), page, company.bob, saved)
        assert state(company.bob) == before

    def test_another_users_save_is_not_found(self, company: Company, alice: Access, page: str) -> None:
        saved = SAVES[page](alice, company.bob)
        for other in (company.denis, company.bob, company.mallory):
            with pytest.raises(NotFound):
                take_back(access_for(user_of(other)), page, company.bob, saved)


class TestWhatHasNothingToUndo:
    def test_saving_what_is_there_names_no_entry(self, company: Company, alice: Access) -> None:
        first = save_incoming(alice, company.bob, no_answer_seconds=25)
        again = save_incoming(alice, company.bob)
        assert (bool(first.entry), again.entry, again.version) == (True, 0, first.version)

    def test_rights_are_not_among_what_is_undone(self, company: Company, alice: Access) -> None:
        assert save_details(alice, company.bob).changed <= UNDOABLE
        made = save_details(
            alice, company.carol, role=Role.DEPARTMENT_ADMINISTRATOR, scope_id=company.works.pk
        )
        assert not made.changed <= UNDOABLE

    def test_an_unknown_page_or_entry(self, company: Company, alice: Access) -> None:
        saved = save_availability(alice, company.bob)
        for page, entry in (("voicemail-pin", saved.entry), ("availability", 0), ("availability", 987654)):
            with pytest.raises(NotFound):
                undo(access=alice, page=page, object_id=company.bob.pk, entry_id=entry, now=LATER)


class TestWhatItDoes:
    def test_the_next_call_is_treated_as_before(self, company: Company, alice: Access) -> None:
        saved = save_incoming(alice, company.bob, mode="forward", forward_to="204")
        line = load_line(company.bob.pk)
        assert line is not None
        assert isinstance(line.settings.incoming, ForwardAll)
        take_back(alice, "incoming-calls", company.bob, saved)
        line = load_line(company.bob.pk)
        assert line is not None
        assert not isinstance(line.settings.incoming, ForwardAll)

    def test_what_others_saved_before_stays(self, company: Company, alice: Access) -> None:
        denis = access_for(user_of(company.denis))
        save_incoming(denis, company.bob, no_answer_seconds=50)
        saved = save_incoming(alice, company.bob, mode="forward", forward_to="204")
        take_back(alice, "incoming-calls", company.bob, saved)
        assert choice_of(settings_of(company.bob)) == IncomingChoice(no_answer_seconds=50)

    def test_a_number_that_exists_no_more_is_refused(self, company: Company, alice: Access) -> None:
        save_incoming(alice, company.bob, mode="forward", forward_to="206")
        saved = save_incoming(alice, company.bob, forward_to="204")
        Extension.objects.filter(first="206").delete()
        with pytest.raises(Invalid) as caught:
            take_back(alice, "incoming-calls", company.bob, saved)
        assert caught.value.errors["forward_to"].code is ErrorCode.NUMBER_NOT_VALID
        assert settings_of(company.bob).forward_to == "204"

    def test_the_subscriber_is_told_of_his_addresses_again(self, company: Company, alice: Access) -> None:
        saved = save_messages(alice, company.bob)
        before = OutgoingMail.objects.count()
        take_back(alice, "message-settings", company.bob, saved)
        assert OutgoingMail.objects.count() == before + 1
