"""Names of lines, and creating lines, extensions, departments, blocks and phones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.db.builders import (
    ACTOR,
    NOW,
    Company,
    config_version,
    make_class_of_service,
    make_company,
    make_group,
    settings_of,
    user_of,
)

from carillon.calls.model import CallClass
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, StaleVersion
from carillon.features.call_manager.queries import CallSettingsChoice, Seen
from carillon.features.call_manager.services import change_call_settings
from carillon.features.classes_of_service.services import create_class_of_service
from carillon.features.departments.services import create_department
from carillon.features.extensions.services import create_extension, create_extension_range
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine, create_line
from carillon.features.lines.snapshot import load_line
from carillon.features.number_blocks.services import create_block
from carillon.features.phones.models import Phone
from carillon.features.phones.services import create_phone, reveal_secret
from carillon.features.trunks.services import TrunkAddress, create_trunk

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company()


def codes(invalid: Invalid) -> dict[str, ErrorCode]:
    return {field: problem.code for field, problem in invalid.errors.items()}


class TestNames:
    def change(self, line: Line, *, name: str = "Bob", calling_name: str = "", seen_version: int = 1) -> int:
        choice = CallSettingsChoice(name, calling_name)
        seen = Seen(seen_version, settings_of(line).version)
        return change_call_settings(actor=ACTOR, line_id=line.pk, choice=choice, seen=seen, now=NOW).version

    def test_are_shown_on_the_next_call(self, company: Company) -> None:
        before = config_version(company.group)
        assert self.change(company.bob, name=" Robert ", calling_name="Service des ventes") == 2
        line = load_line(company.bob.pk)
        assert line is not None
        assert (line.name, line.ref.version) == ("Service des ventes", 2)
        assert Line.objects.get(pk=company.bob.pk).name == "Robert"
        assert config_version(company.group) == before + 1

    def test_fall_back_on_the_account_name(self, company: Company) -> None:
        line = load_line(company.bob.pk)
        assert line is not None
        assert line.name == "Bob"

    @pytest.mark.parametrize("name", ["Nguyễn Thị Lan", "O'Brien", "株式会社", 'a"b', "x" * 64])
    def test_take_letters_of_any_script(self, company: Company, name: str) -> None:
        self.change(company.bob, name=name)
        assert Line.objects.get(pk=company.bob.pk).name == name

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("  ", ErrorCode.REQUIRED),
            ("x" * 65, ErrorCode.TOO_LONG),
            ("a\r\nb", ErrorCode.BAD_CHARACTER),
            ("a\x00b", ErrorCode.BAD_CHARACTER),
            ("a\u202eb", ErrorCode.BAD_CHARACTER),
        ],
    )
    def test_are_refused(self, company: Company, name: str, code: ErrorCode) -> None:
        with pytest.raises(Invalid) as caught:
            self.change(company.bob, name=name)
        assert codes(caught.value) == {"name": code}
        assert Line.objects.get(pk=company.bob.pk).name == "Bob"

    def test_too_long_to_call_with_are_refused_not_cut(self, company: Company) -> None:
        with pytest.raises(Invalid) as caught:
            self.change(company.bob, calling_name="x" * 36)
        assert codes(caught.value) == {"calling_name": ErrorCode.TOO_LONG}

    def test_seen_before_another_change_are_refused(self, company: Company) -> None:
        self.change(company.bob, name="Robert")
        with pytest.raises(StaleVersion) as caught:
            self.change(company.bob, name="Bobby")
        assert caught.value.differences == {"name": ("Bob", "Robert")}


class TestCreatingALine:
    def new(self, number: str) -> NewLine:
        return NewLine(number=number, name="New", class_of_service_id=make_class_of_service().pk)

    def refused(self, company: Company, new: NewLine) -> dict[str, ErrorCode]:
        lines, entries = Line.objects.count(), AuditEntry.objects.count()
        with pytest.raises(Invalid) as caught:
            create_line(actor=ACTOR, group_id=company.group.pk, new=new, now=NOW)
        assert (Line.objects.count(), AuditEntry.objects.count()) == (lines, entries)
        return codes(caught.value)

    def test_gives_it_settings_mailbox_and_an_account_to_sign_in_with(self, company: Company) -> None:
        created = create_line(actor=ACTOR, group_id=company.group.pk, new=self.new("+15145550110"), now=NOW)
        assert settings_of(created.line).no_answer_seconds == 20
        assert len(created.password) == 12
        assert user_of(created.line).must_change_password
        line = load_line(created.line.pk)
        assert line is not None
        assert line.mailbox is not None

    def test_without_voicemail_rings_a_minute_then_is_busy(self, company: Company) -> None:
        new = replace(self.new("+15145550110"), with_voicemail=False)
        created = create_line(actor=ACTOR, group_id=company.group.pk, new=new, now=NOW)
        settings = settings_of(created.line)
        assert (settings.no_answer_seconds, settings.no_answer, settings.busy) == (60, "tone", "tone")

    def test_needs_a_free_number_of_the_group(self, company: Company) -> None:
        assert self.refused(company, self.new("+15145550103")) == {"number": ErrorCode.ALREADY_USED}
        assert self.refused(company, self.new("+14185550110")) == {"number": ErrorCode.NOT_IN_BLOCKS}
        assert self.refused(company, self.new("+1514555011")) == {"number": ErrorCode.NOT_IN_BLOCKS}

    def test_needs_a_department_of_the_group(self, company: Company) -> None:
        foreign = create_department(actor=ACTOR, group_id=company.mallory.group_id, name="Far", now=NOW)
        new = replace(self.new("+15145550110"), department_id=foreign.pk)
        assert self.refused(company, new) == {"department": ErrorCode.NOT_IN_GROUP}


class TestCreatingAnExtension:
    def code(self, company: Company, first: str, last: str = "", number: str = "+15145550130") -> ErrorCode:
        with pytest.raises(Invalid) as caught:
            create_extension_range(
                actor=ACTOR,
                group_id=company.group.pk,
                first=first,
                last=last or first,
                first_number=number,
                now=NOW,
            )
        return next(iter(codes(caught.value).values()))

    @pytest.mark.parametrize("digits", ["", "2a", "12345678", "2*1", "é", "²³"])
    def test_refuses_other_characters(self, company: Company, digits: str) -> None:
        assert self.code(company, digits) is ErrorCode.MALFORMED

    @pytest.mark.parametrize("digits", ["911", "9110", "9335", "*98", "*981", "*9", "*", "0"])
    def test_refuses_what_would_hide_a_code(self, company: Company, digits: str) -> None:
        assert self.code(company, digits) is ErrorCode.CONFLICT

    def test_refuses_a_range_over_an_emergency_number(self, company: Company) -> None:
        assert self.code(company, "900", "920") is ErrorCode.CONFLICT
        assert self.code(company, "9000", "9200") is ErrorCode.CONFLICT

    def test_refuses_ends_that_do_not_fit(self, company: Company) -> None:
        assert self.code(company, "300", "3010") is ErrorCode.BAD_RANGE
        assert self.code(company, "310", "300") is ErrorCode.BAD_RANGE

    def test_refuses_one_used_twice(self, company: Company) -> None:
        assert self.code(company, "203") is ErrorCode.ALREADY_USED
        assert self.code(company, "200", "205") is ErrorCode.ALREADY_USED

    def test_refuses_numbers_of_others(self, company: Company) -> None:
        assert self.code(company, "300", number="+14185550110") is ErrorCode.NOT_IN_GROUP
        assert self.code(company, "300", "309", number="+15145550145") is ErrorCode.NOT_IN_GROUP

    def test_refuses_a_second_extension_for_a_number(self, company: Company) -> None:
        assert self.code(company, "300", number="+15145550103") is ErrorCode.ALREADY_USED
        assert self.code(company, "300", "309", number="+15145550101") is ErrorCode.ALREADY_USED

    def test_may_repeat_one_of_another_group(self, company: Company) -> None:
        group = company.mallory.group_id
        create_extension(actor=ACTOR, group_id=group, digits="203", number="+14185550103", now=NOW)


class TestCreatingTheRest:
    def test_a_departments_path_holds_its_ancestors(self, company: Company) -> None:
        assert company.export.path == f"/{company.sales.pk}/{company.export.pk}/"

    @pytest.mark.parametrize("name", ["", "a/b", "Sales", "x" * 65])
    def test_a_departments_name_is_refused(self, company: Company, name: str) -> None:
        with pytest.raises(Invalid):
            create_department(actor=ACTOR, group_id=company.group.pk, name=name, now=NOW)

    def test_a_department_goes_below_one_of_its_own_group(self, company: Company) -> None:
        with pytest.raises(Invalid):
            create_department(
                actor=ACTOR, group_id=company.mallory.group_id, name="X", parent_id=company.sales.pk, now=NOW
            )

    def test_two_blocks_share_no_number(self, company: Company) -> None:
        other = make_group("Third", "613")
        for first, last in (("+15145550149", "+15145550160"), ("+15145550000", "+15145559999")):
            with pytest.raises(Invalid):
                create_block(actor=ACTOR, group_id=other.pk, first=first, last=last, now=NOW)
        create_block(actor=ACTOR, group_id=other.pk, first="+15145550150", last="+15145550160", now=NOW)

    def test_a_phone_has_a_random_account_kept_encrypted(self, company: Company) -> None:
        phone = create_phone(actor=ACTOR, group_id=company.group.pk, line_id=company.bob.pk, now=NOW)
        secret = reveal_secret(Phone.objects.get(pk=phone.pk))
        assert len(secret) == 32
        assert secret not in phone.sip_secret
        assert phone.sip_user.isalnum()
        assert phone.sip_user == phone.sip_user.lower()
        assert len(phone.sip_user) >= 10
        recorded = AuditEntry.objects.filter(kind="phone").values_list("new", flat=True)
        assert not any(secret in str(new) for new in recorded)

    def test_a_trunks_name_and_address_are_plain(self) -> None:
        with pytest.raises(Invalid) as caught:
            create_trunk(
                actor=ACTOR,
                name="a;b",
                label="",
                address=TrunkAddress("host\r\nx", 0, "sctp"),
                source_addresses=["nowhere"],
                now=NOW,
            )
        assert set(caught.value.errors) == {"name", "label", "host", "port", "transport", "source_addresses"}

    def test_a_class_of_services_name_is_unique(self) -> None:
        make_class_of_service("Gold", {CallClass.LOCAL})
        with pytest.raises(Invalid):
            create_class_of_service(actor=ACTOR, name="Gold", permitted=set(), now=NOW)
