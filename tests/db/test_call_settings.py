"""Changing how a line treats its calls: what is saved, what is refused, what another save does to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.db.builders import ACTOR, NOW, Company, config_version, make_company, make_line, settings_of

from carillon.calls.directory import ForwardAll, RingTogether, ToNumber
from carillon.calls.model import CallClass
from carillon.features.accounts.queries import NotFound
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, Receipt, StaleVersion
from carillon.features.call_manager.models import RingEntry
from carillon.features.call_manager.queries import choice_of
from carillon.features.call_manager.services import (
    EntryChoice,
    IncomingChoice,
    change_availability,
    change_incoming,
    preview,
)
from carillon.features.extensions.services import create_extension_range
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company()


def save(line: Line, choice: IncomingChoice, seen_version: int | None = None) -> Receipt:
    """Save a choice for a line, seen as it is now unless said otherwise."""
    seen = settings_of(line).version if seen_version is None else seen_version
    return change_incoming(actor=ACTOR, line_id=line.pk, choice=choice, seen_version=seen, now=NOW)


def refusals(line: Line, choice: IncomingChoice) -> dict[str, ErrorCode]:
    """Return what is refused, after checking that nothing of it was saved."""
    before = choice_of(settings_of(line)), settings_of(line).version, AuditEntry.objects.count()
    with pytest.raises(Invalid) as caught:
        save(line, choice)
    assert before == (choice_of(settings_of(line)), settings_of(line).version, AuditEntry.objects.count())
    return {field: problem.code for field, problem in caught.value.errors.items()}


def forward(to: str) -> IncomingChoice:
    return IncomingChoice(mode="forward", forward_to=to)


class TestSaving:
    def test_governs_the_next_call(self, company: Company) -> None:
        version = config_version(company.group)
        receipt = save(company.bob, forward("204"))
        assert receipt == Receipt(
            "call_settings", settings_of(company.bob).pk, 2, company.group.pk, version + 1, NOW
        )
        assert config_version(company.group) == version + 1
        line = load_line(company.bob.pk)
        assert line is not None
        assert line.settings.incoming == ForwardAll(ToNumber("204"))
        assert line.settings.ref.version == 2

    def test_records_who_when_old_new_and_version(self, company: Company) -> None:
        receipt = save(company.bob, forward("204"))
        entry = AuditEntry.objects.order_by("-id")[0]
        assert (entry.actor, entry.at, entry.kind, entry.version) == ("test", NOW, "call_settings", 2)
        assert entry.config_version == receipt.config_version
        assert entry.department_path == company.sales.path
        assert entry.old == {"mode": "account_phone", "forward_to": ""}
        assert entry.new == {"mode": "forward", "forward_to": "204"}

    def test_twice_saves_once(self, company: Company) -> None:
        first = save(company.bob, forward("204"), seen_version=1)
        again = save(company.bob, forward("204"), seen_version=1)
        assert (again.version, again.config_version) == (first.version, first.config_version)
        assert AuditEntry.objects.filter(kind="call_settings").count() == 1

    def test_changes_no_other_group(self, company: Company) -> None:
        neighbour = config_version(company.mallory.group)
        save(company.bob, forward("204"))
        assert config_version(company.mallory.group) == neighbour

    def test_of_a_missing_line_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            change_incoming(actor=ACTOR, line_id=999_999, choice=IncomingChoice(), seen_version=1, now=NOW)

    def test_replaces_the_entries(self, company: Company) -> None:
        entries = (EntryChoice("in_order", "", 0, 15), EntryChoice("in_order", "204", 10, 20))
        save(company.bob, IncomingChoice(mode="in_order", entries=entries))
        save(company.bob, IncomingChoice(mode="in_order", entries=entries[1:]))
        assert [row.dialled for row in RingEntry.objects.all()] == ["204"]
        assert choice_of(settings_of(company.bob)).entries == entries[1:]


class TestAStaleForm:
    def test_is_refused_with_what_others_changed(self, company: Company) -> None:
        save(company.bob, forward("204"))
        change_availability(actor=ACTOR, line_id=company.bob.pk, dnd=True, seen_version=2, now=NOW)
        with pytest.raises(StaleVersion) as caught:
            save(company.bob, forward("205"), seen_version=1)
        assert (caught.value.seen, caught.value.current) == (1, 3)
        assert caught.value.differences == {
            "mode": ("account_phone", "forward"),
            "forward_to": ("", "204"),
            "dnd": (False, True),
        }
        assert settings_of(company.bob).forward_to == "204"

    def test_does_not_count_a_configuration_version(self, company: Company) -> None:
        save(company.bob, forward("204"))
        version = config_version(company.group)
        with pytest.raises(StaleVersion):
            change_availability(actor=ACTOR, line_id=company.bob.pk, dnd=True, seen_version=1, now=NOW)
        assert config_version(company.group) == version

    def test_leaves_the_entries_alone(self, company: Company) -> None:
        together = IncomingChoice(mode="together", entries=(EntryChoice("together", "204"),))
        save(company.bob, together)
        with pytest.raises(StaleVersion):
            save(company.bob, replace(together, entries=(EntryChoice("together", "205"),)), seen_version=1)
        assert [entry.dialled for entry in choice_of(settings_of(company.bob)).entries] == ["204"]


class TestADestination:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("204", "204"),
            (" 514 555-0104 ", "+15145550104"),
            ("(514) 555.0199", "+15145550199"),
            ("1 416 555 0150", "+14165550150"),
            ("+1 (800) 555-0150", "+18005550150"),
        ],
    )
    def test_is_kept_as_extension_or_in_international_form(
        self, company: Company, typed: str, stored: str
    ) -> None:
        save(company.bob, forward(typed))
        assert settings_of(company.bob).forward_to == stored

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("", ErrorCode.REQUIRED),
            ("12", ErrorCode.NUMBER_NOT_VALID),
            ("call me", ErrorCode.NUMBER_NOT_VALID),
            ("*98", ErrorCode.NUMBER_NOT_VALID),
            ("911", ErrorCode.NUMBER_EMERGENCY),
            ("933", ErrorCode.NUMBER_EMERGENCY),
            ("203", ErrorCode.NUMBER_OWN),
            ("514 555 0103", ErrorCode.NUMBER_OWN),
            ("514 555 0149", ErrorCode.NUMBER_UNASSIGNED),
            ("011 33 1 42 68 53 00", ErrorCode.NUMBER_NOT_PERMITTED),
            ("1 900 555 0150", ErrorCode.NUMBER_NOT_PERMITTED),
        ],
    )
    def test_is_refused(self, company: Company, typed: str, code: ErrorCode) -> None:
        assert refusals(company.bob, forward(typed)) == {"forward_to": code}

    def test_names_the_number_as_understood(self, company: Company) -> None:
        with pytest.raises(Invalid) as caught:
            save(company.bob, forward("011 33 1 42 68 53 00"))
        problem = caught.value.errors["forward_to"]
        assert problem.params == {"number": "+33142685300", "call_class": CallClass.INTERNATIONAL}

    def test_in_a_range_without_a_line_is_refused(self, company: Company) -> None:
        create_extension_range(
            actor=ACTOR,
            group_id=company.group.pk,
            first="300",
            last="309",
            first_number="+15145550130",
            now=NOW,
        )
        assert refusals(company.bob, forward("305")) == {"forward_to": ErrorCode.NUMBER_UNASSIGNED}

    def test_outside_is_refused_to_a_common_area_line(self, company: Company) -> None:
        hall = make_line(
            company.group, "+15145550120", kind=LineKind.COMMON_AREA, permitted=frozenset(CallClass)
        )
        outside = replace(forward("514 555 0199"), no_answer="tone", busy="tone")
        assert refusals(hall, outside) == {"forward_to": ErrorCode.NUMBER_NOT_PERMITTED}
        save(hall, replace(outside, forward_to="201"))

    def test_of_the_neighbour_with_the_same_extension_is_outside(self, company: Company) -> None:
        save(company.bob, forward("418 555 0101"))
        assert settings_of(company.bob).forward_to == "+14185550101"

    def test_not_in_use_and_unchanged_stands_in_nobodys_way(self, company: Company) -> None:
        save(company.bob, forward("1 416 555 0150"))
        Line.objects.filter(pk=company.bob.pk).update(barred=["long_distance"])
        kept = IncomingChoice(mode="account_phone", forward_to="+14165550150")
        save(company.bob, kept)
        assert settings_of(company.bob).forward_to == "+14165550150"
        assert refusals(company.bob, replace(kept, mode="forward")) == {
            "forward_to": ErrorCode.NUMBER_NOT_PERMITTED
        }

    def test_is_checked_wherever_it_is_used(self, company: Company) -> None:
        choice = IncomingChoice(
            no_answer="number", no_answer_to="911", busy="number", busy_to="", unavailable_to="203"
        )
        assert refusals(company.bob, choice) == {
            "no_answer_to": ErrorCode.NUMBER_EMERGENCY,
            "busy_to": ErrorCode.REQUIRED,
            "unavailable_to": ErrorCode.NUMBER_OWN,
        }


class TestATimeline:
    def test_without_a_row_is_refused(self, company: Company) -> None:
        assert refusals(company.bob, IncomingChoice(mode="in_order")) == {"entries": ErrorCode.EMPTY_TIMELINE}
        assert refusals(company.bob, IncomingChoice(mode="together")) == {"entries": ErrorCode.EMPTY_TIMELINE}

    @pytest.mark.parametrize(
        ("entry", "field"),
        [
            (EntryChoice("in_order", "204", -1, 10), "start"),
            (EntryChoice("in_order", "204", 301, 10), "start"),
            (EntryChoice("in_order", "204", 0, 0), "seconds"),
            (EntryChoice("in_order", "204", 0, 301), "seconds"),
        ],
    )
    def test_out_of_bounds_is_refused(self, company: Company, entry: EntryChoice, field: str) -> None:
        choice = IncomingChoice(mode="in_order", entries=(entry,))
        assert refusals(company.bob, choice) == {f"entries.0.{field}": ErrorCode.OUT_OF_RANGE}

    def test_has_at_most_ten_rows(self, company: Company) -> None:
        rows = tuple(EntryChoice("in_order", "", index * 10, 10) for index in range(11))
        assert refusals(company.bob, IncomingChoice(mode="in_order", entries=rows)) == {
            "entries": ErrorCode.TOO_MANY
        }
        save(company.bob, IncomingChoice(mode="in_order", entries=rows[:10]))

    def test_names_the_refused_row(self, company: Company) -> None:
        rows = (EntryChoice("together", "204"), EntryChoice("together", "911"), EntryChoice("together", ""))
        assert refusals(company.bob, IncomingChoice(mode="together", entries=rows)) == {
            "entries.1.dialled": ErrorCode.NUMBER_EMERGENCY,
            "entries.2.dialled": ErrorCode.REQUIRED,
        }


class TestDelaysAndTreatments:
    @pytest.mark.parametrize("seconds", [4, 121, 0, -5])
    def test_a_delay_outside_its_range_is_refused(self, company: Company, seconds: int) -> None:
        choice = IncomingChoice(no_answer_seconds=seconds)
        assert refusals(company.bob, choice) == {"no_answer_seconds": ErrorCode.OUT_OF_RANGE}

    @pytest.mark.parametrize("seconds", [5, 120])
    def test_the_ends_of_the_range_are_accepted(self, company: Company, seconds: int) -> None:
        save(company.bob, IncomingChoice(no_answer_seconds=seconds))
        assert settings_of(company.bob).no_answer_seconds == seconds

    def test_voicemail_needs_a_mailbox(self, company: Company) -> None:
        basic = make_line(company.group, "+15145550121", voicemail=False)
        assert refusals(basic, IncomingChoice()) == {
            "no_answer": ErrorCode.NO_MAILBOX,
            "busy": ErrorCode.NO_MAILBOX,
        }

    def test_an_unknown_choice_is_refused(self, company: Company) -> None:
        choice = IncomingChoice(mode="teleport", busy="explode")
        assert set(refusals(company.bob, choice)) == {"mode", "busy"}


class TestPreview:
    def test_is_the_line_with_the_choice_and_saves_nothing(self, company: Company) -> None:
        choice = IncomingChoice(mode="together", entries=(EntryChoice("together", "514-555-0104"),))
        line = preview(line_id=company.bob.pk, choice=choice)
        assert isinstance(line.settings.incoming, RingTogether)
        assert [entry.dialled for entry in line.settings.incoming.others] == ["+15145550104"]
        assert line.extension == "203"
        assert settings_of(company.bob).version == 1
        assert not RingEntry.objects.exists()

    def test_equals_what_saving_gives(self, company: Company) -> None:
        entries = (EntryChoice("in_order", "", 0, 15), EntryChoice("in_order", "204", 10, 20, confirm=False))
        choice = IncomingChoice(mode="in_order", busy="number", busy_to="204", entries=entries)
        foreseen = preview(line_id=company.bob.pk, choice=choice)
        save(company.bob, choice)
        saved = load_line(company.bob.pk)
        assert saved is not None
        assert replace(saved.settings, ref=foreseen.settings.ref) == foreseen.settings

    def test_refuses_what_saving_would(self, company: Company) -> None:
        with pytest.raises(Invalid):
            preview(line_id=company.bob.pk, choice=forward("911"))
