"""What the engine is told of phones, lines and trunks."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.db.builders import ACTOR, NOW, Company, make_company, make_line

from carillon.asterisk.objects import DirectoryRow, GroupRow, group_objects, trunk_objects
from carillon.calls.model import CallClass
from carillon.config.demonstration.bulk import AlreadyLoaded, load_bulk
from carillon.features.accounts.services import sign_in
from carillon.features.extensions.services import create_extension_range
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import load_line
from carillon.features.phones.services import reveal_secret
from carillon.features.phones.snapshot import engine_rows, engine_rows_of_all
from carillon.features.trunks.models import Trunk
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk
from carillon.features.trunks.snapshot import trunk_rows
from carillon.features.voicemail.models import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company()


def may_call_outside(line: Line) -> bool:
    rows = engine_rows(line.group_id).phones
    return next(row.may_call_outside for row in rows if row.line_id == line.pk)


class TestPhones:
    def test_carry_their_line_and_secret(self, company: Company) -> None:
        phone = company.bob.phones.get()
        row = next(row for row in engine_rows(company.group.pk).phones if row.sip_user == phone.sip_user)
        assert (row.secret, row.line_id, row.group_id) == (
            reveal_secret(phone), company.bob.pk, company.group.pk,
        )  # fmt: skip
        assert (row.name, row.number, row.language) == ("Bob", "+15145550103", "fr")
        assert row.mailbox_id == Mailbox.objects.get(line=company.bob).pk

    def test_of_restricted_lines_stay_inside_in_the_fallback(self, company: Company) -> None:
        local = make_line(company.group, "+15145550120", permitted={CallClass.LOCAL, CallClass.INTERNAL})
        hall = make_line(company.group, "+15145550121", kind=LineKind.COMMON_AREA)
        Line.objects.filter(pk=company.carol.pk).update(suspended=True)
        Line.objects.filter(pk=company.frank.pk).update(locked_at=NOW)
        Line.objects.filter(pk=company.erin.pk).update(barred=["local"])
        lines = (company.bob, local, hall, company.carol, company.frank, company.erin)
        assert [may_call_outside(line) for line in lines] == [True, False, False, False, False, False]


class TestTheDirectory:
    def test_has_every_line_with_its_phones(self, company: Company) -> None:
        line = make_line(company.group, "+15145550120", phones=2, voicemail=False, language="en", user=False)
        rows = engine_rows(company.group.pk).directory
        assert len(rows) == 7
        users = tuple(line.phones.order_by("pk").values_list("sip_user", flat=True))
        assert rows[-1] == DirectoryRow(
            group_id=company.group.pk,
            line_id=line.pk,
            extension="",
            number="+15145550120",
            sip_users=users,
            mailbox_id=None,
            language="en",
        )

    def test_knows_extensions_of_ranges(self, company: Company) -> None:
        make_line(company.group, "+15145550125")
        create_extension_range(
            actor=ACTOR,
            group_id=company.group.pk,
            first="*010",
            last="*019",
            first_number="+15145550120",
            now=NOW,
        )
        assert engine_rows(company.group.pk).directory[-1].extension == "*015"

    def test_holds_nothing_of_another_group(self, company: Company) -> None:
        assert {row.number for row in engine_rows(company.mallory.group_id).directory} == {"+14185550101"}


class TestTrunks:
    def test_carry_their_secret_and_the_group_its_way_out(self, company: Company) -> None:
        trunk = create_trunk(
            actor=ACTOR,
            name="carrier",
            label="Carrier",
            address=TrunkAddress("sip.example.net", 5061, "tls"),
            source_addresses=["192.0.2.0/24"],
            now=NOW,
        )
        create_route(actor=ACTOR, trunk_id=trunk.pk, classes={CallClass.LOCAL}, now=NOW)
        (row,) = trunk_rows()
        assert (row.name, row.host, row.port, row.transport) == ("carrier", "sip.example.net", 5061, "tls")
        assert row.source_addresses == ("192.0.2.0/24",)
        assert len(row.secret) == 32
        assert row.secret not in Trunk.objects.get().secret
        assert engine_rows(company.group.pk).group == GroupRow(company.group.pk, "carrier")
        assert trunk_objects([row])["ps_endpoints"]


def test_all_groups_together_give_what_each_gives(company: Company) -> None:
    assert dict(engine_rows_of_all()) == {
        group_id: engine_rows(group_id) for group_id in (company.group.pk, company.mallory.group_id)
    }


def test_a_groups_rows_become_the_engines_objects(company: Company) -> None:
    objects = group_objects(*engine_rows(company.group.pk))
    assert len(objects["ps_endpoints"]) == 6
    assert len(objects["fallback_directory"]) == 6 * 3


def test_the_cost_does_not_grow_with_the_group(
    company: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        engine_rows(company.group.pk)
    with django_assert_num_queries(6):
        list(engine_rows_of_all())


class TestTheBulk:
    def test_is_what_services_would_make(self) -> None:
        loaded = load_bulk(groups=3, lines_per_group=4, password="mesure-mesure-9")
        assert (loaded.groups, loaded.lines) == (3, 12)
        line = Line.objects.order_by("pk")[5]
        value = load_line(line.pk)
        assert value is not None
        assert (value.extension, len(value.phones), value.mailbox is None) == ("2001", 1, False)
        user = sign_in(number_text=line.number, password="mesure-mesure-9", address="", now=NOW)
        assert not user.must_change_password
        assert len(engine_rows(line.group_id).phones) == 4

    def test_is_loaded_once(self) -> None:
        load_bulk(groups=1, lines_per_group=1)
        with pytest.raises(AlreadyLoaded):
            load_bulk(groups=1, lines_per_group=1)
