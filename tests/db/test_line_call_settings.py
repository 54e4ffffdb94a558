"""The page of call settings: two objects in one save, barring within the class of service, speed dials."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.db.builders import ACTOR, NOW, Company, config_version, make_company, make_line, settings_of

from carillon.calls.model import CallClass
from carillon.features.accounts.queries import NotFound
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, Receipt, StaleVersion
from carillon.features.call_manager.models import SpeedDial
from carillon.features.call_manager.queries import call_settings_choice_of
from carillon.features.call_manager.services import (
    CallSettingsChoice,
    Seen,
    SpeedDialChoice,
    change_availability,
    change_call_settings,
    preview_call_settings,
)
from carillon.features.call_manager.snapshot import classes_offered
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company()


def fresh(line: Line) -> Line:
    return Line.objects.get(pk=line.pk)


def kept(line: Line) -> CallSettingsChoice:
    return call_settings_choice_of(fresh(line), settings_of(line))


def save(line: Line, seen: Seen | None = None, **changes: object) -> Receipt:
    """Save the page of a line with these fields changed, seen as it is now unless said otherwise."""
    choice = replace(kept(line), **changes)  # type: ignore[arg-type]
    seen = seen or Seen(fresh(line).version, settings_of(line).version)
    return change_call_settings(actor=ACTOR, line_id=line.pk, choice=choice, seen=seen, now=NOW)


def refusals(line: Line, **changes: object) -> dict[str, ErrorCode]:
    """Return what is refused, after checking that nothing of it was saved."""
    before = kept(line), fresh(line).version, settings_of(line).version, AuditEntry.objects.count()
    with pytest.raises(Invalid) as caught:
        save(line, None, **changes)
    after = kept(line), fresh(line).version, settings_of(line).version, AuditEntry.objects.count()
    assert before == after
    return {field: problem.code for field, problem in caught.value.errors.items()}


class TestSaving:
    def test_governs_the_next_call(self, company: Company) -> None:
        save(
            company.bob,
            calling_name="Service des ventes",
            withhold_identity=True,
            barred=frozenset({"long_distance"}),
            call_waiting=False,
            reject_anonymous=True,
        )
        line = load_line(company.bob.pk)
        assert line is not None
        assert (line.name, line.withhold_identity) == ("Service des ventes", True)
        assert CallClass.LONG_DISTANCE not in line.permitted
        assert CallClass.LOCAL in line.permitted
        assert (line.settings.call_waiting, line.settings.reject_anonymous) == (False, True)
        assert (line.ref.version, line.settings.ref.version) == (2, 2)

    def test_two_objects_in_one_transaction_with_one_entry_each(self, company: Company) -> None:
        version = config_version(company.group)
        receipt = save(company.bob, name="Robert", reject_anonymous=True)
        entries = {entry.kind: entry for entry in AuditEntry.objects.order_by("-id")[:2]}
        assert entries["line"].new == {"name": "Robert"}
        assert entries["call_settings"].new == {"reject_anonymous": True}
        assert receipt.config_version == config_version(company.group) == version + 1

    def test_what_did_not_change_keeps_its_version(self, company: Company) -> None:
        assert save(company.bob, name="Robert").kind == "line"
        assert (fresh(company.bob).version, settings_of(company.bob).version) == (2, 1)
        assert save(company.bob, call_waiting=False).kind == "call_settings"
        assert (fresh(company.bob).version, settings_of(company.bob).version) == (2, 2)

    def test_twice_saves_once(self, company: Company) -> None:
        dials = (SpeedDialChoice("Carol", "204"),)
        first = save(company.bob, Seen(1, 1), name="Robert", speed_dials=dials)
        count = AuditEntry.objects.count()
        again = save(company.bob, Seen(1, 1), name="Robert", speed_dials=dials)
        assert AuditEntry.objects.count() == count
        assert again.config_version == first.config_version

    def test_of_a_missing_line_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            change_call_settings(
                actor=ACTOR, line_id=999_999, choice=CallSettingsChoice("x"), seen=Seen(1, 1), now=NOW
            )


class TestAStaleForm:
    def test_of_the_settings_saves_nothing_of_the_line(self, company: Company) -> None:
        change_availability(actor=ACTOR, line_id=company.bob.pk, dnd=True, seen_version=1, now=NOW)
        with pytest.raises(StaleVersion) as caught:
            save(company.bob, Seen(1, 1), name="Robert", call_waiting=False)
        assert (caught.value.kind, caught.value.current) == ("call_settings", 2)
        assert fresh(company.bob).name == "Bob"

    def test_of_the_line_saves_nothing_of_the_settings(self, company: Company) -> None:
        save(company.bob, name="Roberta")
        with pytest.raises(StaleVersion) as caught:
            save(company.bob, Seen(1, 1), name="Robert", call_waiting=False)
        assert caught.value.differences == {"name": ("Bob", "Roberta")}
        assert settings_of(company.bob).call_waiting


class TestNames:
    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"name": " "}, "name", ErrorCode.REQUIRED),
            ({"name": "x" * 65}, "name", ErrorCode.TOO_LONG),
            ({"calling_name": "x" * 36}, "calling_name", ErrorCode.TOO_LONG),
            ({"calling_name": "a\x07b"}, "calling_name", ErrorCode.BAD_CHARACTER),
        ],
    )
    def test_are_refused(
        self, company: Company, changes: dict[str, str], field: str, code: ErrorCode
    ) -> None:
        assert refusals(company.bob, **changes) == {field: code}


class TestBarring:
    def test_offers_what_the_class_of_service_permits(self, company: Company) -> None:
        offered = classes_offered(fresh(company.bob))
        assert CallClass.LONG_DISTANCE in offered
        assert not offered & {
            CallClass.INTERNATIONAL,
            CallClass.PREMIUM,
            CallClass.EMERGENCY,
            CallClass.FEATURE,
        }

    def test_offers_a_common_area_line_no_more_than_it_may_call(self, company: Company) -> None:
        lobby = make_line(company.group, "+15145550140", name="Lobby", kind=LineKind.COMMON_AREA)
        assert classes_offered(lobby) == {CallClass.INTERNAL, CallClass.TOLL_FREE}

    @pytest.mark.parametrize("word", ["international", "emergency", "feature", "nonsense"])
    def test_refuses_a_class_that_is_not_offered(self, company: Company, word: str) -> None:
        assert refusals(company.bob, barred=frozenset({word})) == {"barred": ErrorCode.UNKNOWN_CHOICE}

    def test_keeps_a_bar_on_a_class_that_is_not_offered_any_more(self, company: Company) -> None:
        Line.objects.filter(pk=company.bob.pk).update(barred=["international"])
        save(company.bob, barred=frozenset({"local"}))
        assert fresh(company.bob).barred == ["local", "international"]
        save(company.bob, barred=frozenset())
        assert fresh(company.bob).barred == ["international"]


class TestSpeedDials:
    def test_are_kept_in_their_order_as_numbers_are(self, company: Company) -> None:
        dials = (SpeedDialChoice(" Mum ", "418 555-0123"), SpeedDialChoice("Carol", "204"))
        save(company.bob, speed_dials=dials)
        rows = SpeedDial.objects.values_list("position", "name", "number")
        assert list(rows) == [(1, "Mum", "+14185550123"), (2, "Carol", "204")]
        save(company.bob, speed_dials=dials[1:])
        assert [dial.name for dial in kept(company.bob).speed_dials] == ["Carol"]
        assert settings_of(company.bob).version == 3

    @pytest.mark.parametrize(
        ("name", "number", "field", "code"),
        [
            ("", "204", "name", ErrorCode.REQUIRED),
            ("x" * 36, "204", "name", ErrorCode.TOO_LONG),
            ("Paris", "+33142685300", "number", ErrorCode.NUMBER_NOT_PERMITTED),
            ("Typo", "55", "number", ErrorCode.NUMBER_NOT_VALID),
            ("Nobody", "", "number", ErrorCode.REQUIRED),
            ("Help", "911", "number", ErrorCode.NUMBER_EMERGENCY),
            ("Code", "*67204", "number", ErrorCode.NUMBER_NOT_VALID),
            ("Me", "203", "number", ErrorCode.NUMBER_OWN),
        ],
    )
    def test_are_refused_by_row_and_field(
        self, company: Company, name: str, number: str, field: str, code: ErrorCode
    ) -> None:
        good = SpeedDialChoice("Carol", "204")
        found = refusals(company.bob, speed_dials=(good, SpeedDialChoice(name, number)))
        assert found == {f"speed_dials.1.{field}": code}

    def test_obey_the_barring_of_the_same_save_but_those_kept_stand_in_nobodys_way(
        self, company: Company
    ) -> None:
        far = SpeedDialChoice("Mum", "4185550123")
        barred = frozenset({"long_distance"})
        assert refusals(company.bob, speed_dials=(far,), barred=barred) == {
            "speed_dials.0.number": ErrorCode.NUMBER_NOT_PERMITTED
        }
        save(company.bob, speed_dials=(far,))
        save(company.bob, speed_dials=(far,), barred=barred)
        assert fresh(company.bob).barred == ["long_distance"]

    def test_are_at_most_99(self, company: Company) -> None:
        dials = (SpeedDialChoice("Carol", "204"),) * 100
        assert refusals(company.bob, speed_dials=dials) == {"speed_dials": ErrorCode.TOO_MANY}


def test_the_preview_is_the_line_as_the_save_would_make_it(company: Company) -> None:
    changes = {
        "calling_name": "Ventes",
        "withhold_identity": True,
        "reject_anonymous": True,
        "barred": frozenset({"local"}),
    }
    choice = replace(kept(company.bob), **changes)  # type: ignore[arg-type]
    foreseen = preview_call_settings(line=fresh(company.bob), choice=choice)
    assert fresh(company.bob).version == 1
    save(company.bob, None, **changes)
    now = load_line(company.bob.pk)
    assert now is not None
    settings = replace(foreseen.settings, ref=now.settings.ref)
    assert replace(foreseen, ref=now.ref, settings=settings) == now
