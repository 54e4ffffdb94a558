"""Rows -> the values calls decide on, the lookups every call begins with, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.db.builders import ACTOR, NOW, Company, config_version, make_company, make_group, make_line

from carillon.calls.directory import BusyTone, RingEntry, RingInOrder, ToNumber, ToVoicemail
from carillon.calls.model import CallClass, Language, LineType
from carillon.features.accounts.models import User
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.queries import config_version as version_of
from carillon.features.business_groups.snapshot import load_group
from carillon.features.call_manager.models import CallSettings
from carillon.features.call_manager.services import EntryChoice, IncomingChoice, change_incoming
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.classes_of_service.services import change_permitted
from carillon.features.classes_of_service.snapshot import UnknownValue
from carillon.features.extensions.services import create_extension, create_extension_range
from carillon.features.extensions.snapshot import load_extension
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.queries import find_endpoint, find_number
from carillon.features.lines.snapshot import SettingsRow, load_line, permitted_classes, settings_value
from carillon.features.number_blocks.snapshot import load_number
from carillon.features.phones.models import Phone
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk
from carillon.features.voicemail.models import Mailbox, Message

pytestmark = pytest.mark.django_db

PUBLIC = frozenset({CallClass.LOCAL, CallClass.LONG_DISTANCE})


@pytest.fixture
def company() -> Company:
    return make_company()


def permitted(line: Line) -> frozenset[CallClass]:
    value = load_line(line.pk)
    assert value is not None
    return value.permitted


class TestALine:
    def test_is_what_its_rows_say(self, company: Company) -> None:
        line = load_line(company.erin.pk)
        assert line is not None
        assert (line.id, line.group, line.number, line.name) == (
            company.erin.pk, company.group.pk, "+15145550105", "Erin",
        )  # fmt: skip
        assert (line.extension, line.department, line.type) == ("205", company.export.pk, LineType.USER)
        assert [phone.endpoint for phone in line.phones] == [company.erin.phones.get().sip_user]
        assert (line.settings.no_answer_seconds, line.settings.no_answer) == (20, ToVoicemail())
        assert line.mailbox is not None
        assert line.mailbox.id == Mailbox.objects.get(line=company.erin).pk
        assert not any((line.suspended, line.locked, line.withhold_identity, line.settings.dnd))

    def test_that_is_gone_is_none(self) -> None:
        assert load_line(999_999) is None

    def test_speaks_its_users_language_else_its_groups(self, company: Company) -> None:
        line = make_line(company.group, "+15145550120", language="")
        loaded = load_line(line.pk)
        assert loaded is not None
        assert loaded.language is Language.FRENCH
        User.objects.filter(line=line).update(language="en")
        loaded = load_line(line.pk)
        assert loaded is not None
        assert loaded.language is Language.ENGLISH

    def test_may_call_what_its_class_of_service_permits_less_its_barring(self, company: Company) -> None:
        line = make_line(company.group, "+15145550120", permitted=PUBLIC)
        assert permitted(line) == PUBLIC | {CallClass.EMERGENCY}
        Line.objects.filter(pk=line.pk).update(barred=["long_distance", "emergency"])
        assert permitted(line) == {CallClass.LOCAL, CallClass.EMERGENCY}

    def test_in_a_common_area_calls_inside_free_and_emergency_numbers_only(self, company: Company) -> None:
        line = make_line(
            company.group, "+15145550120", kind=LineKind.COMMON_AREA, permitted=frozenset(CallClass)
        )
        assert permitted(line) == {CallClass.INTERNAL, CallClass.TOLL_FREE, CallClass.EMERGENCY}

    def test_has_its_timeline_in_order(self, company: Company) -> None:
        rows = (EntryChoice("in_order", "204", 5, 10), EntryChoice("in_order", "", 0, 30, confirm=False))
        choice = IncomingChoice(
            mode="in_order", entries=(*rows, EntryChoice("together", "206")), busy="number", busy_to="204"
        )
        change_incoming(actor=ACTOR, line_id=company.bob.pk, choice=choice, seen_version=1, now=NOW)
        line = load_line(company.bob.pk)
        assert line is not None
        assert line.settings.incoming == RingInOrder(
            (RingEntry("204", 5, 10), RingEntry("", 0, 30, confirm=False))
        )
        assert line.settings.busy == ToNumber("204")

    def test_without_voicemail_has_no_mailbox(self, company: Company) -> None:
        line = load_line(make_line(company.group, "+15145550120", voicemail=False).pk)
        assert line is not None
        assert line.mailbox is None
        assert (line.settings.no_answer, line.settings.busy) == (BusyTone(), BusyTone())

    @pytest.mark.parametrize(("count", "seconds", "full"), [(99, 1, False), (100, 1, True), (12, 300, True)])
    def test_knows_when_its_mailbox_is_full(
        self, company: Company, count: int, seconds: int, *, full: bool
    ) -> None:
        mailbox = Mailbox.objects.get(line=company.bob)
        Message.objects.bulk_create(
            Message(mailbox=mailbox, call_id=str(n), token=f"t{n}", received=NOW, seconds=seconds)
            for n in range(count)
        )
        line = load_line(company.bob.pk)
        assert line is not None
        assert line.mailbox is not None
        assert line.mailbox.full is full

    def test_is_locked_by_an_administrator(self, company: Company) -> None:
        Line.objects.filter(pk=company.bob.pk).update(locked_at=NOW - timedelta(days=1))
        BusinessGroup.objects.filter(pk=company.group.pk).update(locked_lines_ring=True)
        line = load_line(company.bob.pk)
        assert line is not None
        assert (line.locked, line.locked_incoming_rings) == (True, True)

    def test_costs_two_queries_and_three_with_a_timeline(
        self, company: Company, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(2):
            load_line(company.bob.pk)
        CallSettings.objects.filter(line=company.bob).update(mode="in_order")
        with django_assert_num_queries(3):
            load_line(company.bob.pk)


class TestAnUnknownStoredValue:
    def test_of_a_class_of_call_is_refused(self, company: Company) -> None:
        ClassOfService.objects.update(permitted=["local", "lunar"])
        with pytest.raises(UnknownValue) as caught:
            load_line(company.bob.pk)
        assert (caught.value.kind, caught.value.field) == ("class_of_service", "permitted")

    def test_of_a_barring_is_refused(self, company: Company) -> None:
        Line.objects.filter(pk=company.bob.pk).update(barred={"local": True})
        with pytest.raises(UnknownValue):
            load_line(company.bob.pk)

    @pytest.mark.parametrize("field", ["mode", "no_answer", "busy"])
    def test_of_a_setting_is_refused(self, field: str) -> None:
        row = SettingsRow(1, 1, False, "account_phone", "", 20, "voicemail", "", "tone", "", "", True, False)
        odd = {
            "mode": replace(row, mode="odd"),
            "no_answer": replace(row, no_answer="odd"),
            "busy": replace(row, busy="odd"),
        }
        with pytest.raises(UnknownValue) as caught:
            settings_value(odd[field], ())
        assert caught.value.field == field

    def test_of_a_line_type_is_refused(self) -> None:
        with pytest.raises(UnknownValue):
            permitted_classes(line_id=1, kind="spaceship", barred=[], class_of_service_id=1, permitted=[])


class TestAGroup:
    def test_is_what_its_rows_say(self, company: Company) -> None:
        BusinessGroup.objects.filter(pk=company.group.pk).update(
            local_area_codes=["438"], main_number="+15145550101", outside_prefix="9"
        )
        group = load_group(company.group.pk)
        assert group is not None
        assert (group.name, group.language, group.outside_prefix) == ("Acme", Language.FRENCH, "9")
        assert group.version == config_version(company.group) == version_of(company.group.pk)
        assert group.local_area_codes == {"514", "438"}
        assert (group.main_number, group.emergency_callback) == ("+15145550101", None)
        assert load_group(999_999) is None
        assert version_of(999_999) is None

    def test_takes_its_own_routes_before_the_platforms(self, company: Company) -> None:
        trunks = {
            name: create_trunk(actor=ACTOR, name=name, label=name, address=TrunkAddress("192.0.2.1"), now=NOW)
            for name in ("shared", "first", "second")
        }
        other = make_group("Third", "613")
        for name, group_id, position in (
            ("shared", None, 1), ("second", company.group.pk, 3), ("first", company.group.pk, 2), ("shared", other.pk, 1),
        ):  # fmt: skip
            create_route(
                actor=ACTOR,
                trunk_id=trunks[name].pk,
                classes=PUBLIC,
                group_id=group_id,
                position=position,
                now=NOW,
            )
        group = load_group(company.group.pk)
        assert group is not None
        assert [route.trunk for route in group.routes] == ["first", "second", "shared"]
        assert group.routes[0].classes == PUBLIC

    def test_counts_a_version_for_a_change_of_the_platform(self, company: Company) -> None:
        before = config_version(company.group), config_version(company.mallory.group)
        plan = company.bob.class_of_service
        change_permitted(
            actor=ACTOR, class_of_service_id=plan.pk, permitted=PUBLIC, seen_version=plan.version, now=NOW
        )
        assert (config_version(company.group), config_version(company.mallory.group)) == (
            before[0] + 1, before[1] + 1,
        )  # fmt: skip
        assert permitted(company.bob) == PUBLIC | {CallClass.EMERGENCY}


class TestAnExtension:
    def test_is_found_in_its_own_group_only(self, company: Company) -> None:
        mine = load_extension(company.group.pk, "201")
        theirs = load_extension(company.mallory.group_id, "201")
        assert mine is not None
        assert theirs is not None
        assert (mine.line, theirs.line) == (company.alice.pk, company.mallory.pk)
        assert load_extension(company.mallory.group_id, "202") is None

    def test_of_a_range_follows_the_numbers(self, company: Company) -> None:
        create_extension_range(
            actor=ACTOR,
            group_id=company.group.pk,
            first="0310",
            last="0319",
            first_number="+15145550120",
            now=NOW,
        )
        line = make_line(company.group, "+15145550125")
        found, free = load_extension(company.group.pk, "0315"), load_extension(company.group.pk, "0316")
        assert found is not None
        assert free is not None
        assert (found.number, found.line) == ("+15145550125", line.pk)
        assert (free.number, free.line) == ("+15145550126", None)

    @pytest.mark.parametrize("digits", ["", "20", "2011", "*201", "+201", "20a", "201'", "\uff19"])
    def test_is_nothing_else(self, company: Company, digits: str) -> None:
        assert load_extension(company.group.pk, digits) is None

    def test_with_a_sign_is_told_from_the_digits_alone(self, company: Company) -> None:
        create_extension(actor=ACTOR, group_id=company.group.pk, digits="#24", number="+15145550120", now=NOW)
        create_extension_range(
            actor=ACTOR,
            group_id=company.group.pk,
            first="300",
            last="309",
            first_number="+15145550130",
            now=NOW,
        )
        sign, plain = load_extension(company.group.pk, "#24"), load_extension(company.group.pk, "305")
        assert sign is not None
        assert plain is not None
        assert (sign.number, plain.number) == ("+15145550120", "+15145550135")
        assert load_extension(company.group.pk, "24") is None


class TestANumber:
    def test_belongs_to_its_line_or_to_nobody(self, company: Company) -> None:
        taken = load_number(company.group.pk, "+15145550103")
        free = load_number(company.group.pk, "+15145550149")
        assert taken is not None
        assert free is not None
        assert (taken.line, free.line) == (company.bob.pk, None)

    @pytest.mark.parametrize(
        "number", ["+15145550150", "+1514555014", "+151455501499", "+14185550101", "411", ""]
    )
    def test_outside_the_groups_blocks_is_none(self, company: Company, number: str) -> None:
        assert load_number(company.group.pk, number) is None


class TestTheFirstLookup:
    def test_of_an_endpoint_gives_group_version_and_line(
        self, company: Company, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        user = company.bob.phones.get().sip_user
        with django_assert_num_queries(1):
            found = find_endpoint(user)
        assert found == (company.group.pk, config_version(company.group), company.bob.pk)
        assert find_endpoint("p'; --") is None
        Phone.objects.filter(sip_user=user).update(line=None)
        assert find_endpoint(user) is None

    @pytest.mark.parametrize(
        ("number", "owner"),
        [
            ("+15145550103", "bob"),
            ("+15145550149", ""),
            ("+15145550150", None),
            ("+1514555010", None),
            ("", None),
        ],
    )
    def test_of_a_number_gives_group_version_and_line_if_it_has_one(
        self,
        company: Company,
        number: str,
        owner: str | None,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_num_queries(1):
            found = find_number(number)
        if owner is None:
            assert found is None
            return
        line_id = getattr(company, owner).pk if owner else None
        assert found == (company.group.pk, config_version(company.group), line_id)


def test_an_extension_made_before_its_line_becomes_the_lines(company: Company) -> None:
    create_extension(actor=ACTOR, group_id=company.group.pk, digits="240", number="+15145550140", now=NOW)
    line = load_line(make_line(company.group, "+15145550140").pk)
    assert line is not None
    assert line.extension == "240"
