"""The demonstration company: loaded once, kept, and described truthfully."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.db.builders import NOW

from carillon.calls import numbering
from carillon.calls.model import CallClass
from carillon.config.demonstration import company, kept
from carillon.features.accounts.models import User
from carillon.features.accounts.services import change_password, sign_in
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.snapshot import load_group
from carillon.features.departments.models import Department
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.queries import find_endpoint, find_number
from carillon.features.lines.snapshot import load_line
from carillon.features.phones.models import Phone
from carillon.features.trunks.snapshot import trunk_rows
from carillon.features.voicemail.models import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts() -> dict[str, Any]:
    company.load(NOW)
    return company.facts()


def test_before_it_is_loaded_there_are_no_facts() -> None:
    with pytest.raises(company.NotLoaded):
        company.facts()


def test_a_second_load_changes_nothing(facts: dict[str, Any]) -> None:
    counts = Line.objects.count(), Phone.objects.count(), User.objects.count()
    versions = set(BusinessGroup.objects.values_list("config_version", flat=True))
    assert company.load(NOW).endswith("already there")
    assert company.facts() == facts
    assert counts == (Line.objects.count(), Phone.objects.count(), User.objects.count()) == (43, 45, 42)
    assert versions == set(BusinessGroup.objects.values_list("config_version", flat=True))


def test_it_has_three_sites_with_two_nested_levels(facts: dict[str, Any]) -> None:
    depths = Counter(path.count("/") - 1 for path in Department.objects.values_list("path", flat=True))
    assert (depths[1], depths[2] >= 3, depths[3] >= 3) == (3, True, True)
    assert {department.name for department in Department.objects.filter(parent=None)} == {
        "Montréal", "Québec", "Ottawa",
    }  # fmt: skip


def test_it_has_forty_lines_with_numbers_of_fiction_and_extensions_in_a_row(facts: dict[str, Any]) -> None:
    lines = Line.objects.filter(group__name=facts["company"])
    assert {number[5:9] for number in lines.values_list("number", flat=True)} == {"5550"}
    assert sorted(lines.values_list("extension__first", flat=True)) == [str(n) for n in range(201, 241)]
    assert lines.filter(kind=LineKind.COMMON_AREA).count() == 1
    assert sum(line.phones.count() == 2 for line in lines) == 2
    assert lines.filter(mailbox=None).count() >= 4
    assert {line.department.path.split("/")[1] for line in lines if line.department} == {
        str(site.pk) for site in Department.objects.filter(parent=None)
    }


def test_its_people_have_every_role_and_both_languages(facts: dict[str, Any]) -> None:
    own = [user for user in facts["users"] if user["group"] == facts["company"]]
    assert len(own) == 39
    roles = Counter(user["role"] for user in own)
    assert roles["group_administrator"] == 1
    assert roles["department_administrator"] >= 2
    assert [user["name"] for user in own if user["supervisor"]] == ["Hélène Bélanger"]
    assert {user["language"] for user in own} == {"fr", "en"}


def test_the_neighbour_has_the_same_extensions(facts: dict[str, Any]) -> None:
    extensions = [user["extension"] for user in facts["users"] if user["group"] != facts["company"]]
    assert sorted(extensions) == ["201", "202", "203"]


def test_everybody_can_sign_in_as_told_and_must_replace_the_password(facts: dict[str, Any]) -> None:
    for told in facts["users"]:
        user = sign_in(number_text=told["number"], password=told["password"], address="", now=NOW)
        assert user.must_change_password


def test_the_pins_that_are_printed_open_the_mailboxes_again_and_again(facts: dict[str, Any]) -> None:
    assert not Mailbox.objects.filter(pin_temporary=True).exists()


def test_a_replaced_password_or_pin_is_not_told(facts: dict[str, Any]) -> None:
    told = facts["users"][0]
    user = User.objects.get(login=told["number"])
    change_password(user=user, old=told["password"], new="Un-nouveau-mot-8", now=NOW)
    assert told["voicemail_pin"].isdigit()
    Mailbox.objects.filter(line=user.line).update(pin="another")
    after = company.facts()["users"][0]
    assert (after["password"], after["voicemail_pin"]) == ("changed", "changed")


def test_the_file_is_its_owners_alone(facts: dict[str, Any], own_home: Path) -> None:
    assert (own_home / kept.FILE).stat().st_mode & 0o777 == 0o600


def test_every_sip_account_is_one_of_the_engine(facts: dict[str, Any]) -> None:
    for account in facts["sip_accounts"]:
        found = find_endpoint(account["user"])
        assert found is not None
        line = load_line(found[2])
        assert line is not None
        assert (line.number, line.extension) == (account["line"], account["extension"])
        assert len(account["password"]) == 32


def test_the_outside_can_be_dialled_in_its_classes(facts: dict[str, Any]) -> None:
    group = load_group(BusinessGroup.objects.get(name=facts["company"]).pk)
    assert group is not None
    for number in facts["outside"]["numbers"]:
        assert find_number(number["number"]) is None
        read = numbering.understand(number["number"], group)
        assert (read.valid, read.e164_or_code, read.call_class) == (
            True, number["number"], CallClass(number["call_class"]),
        )  # fmt: skip
        assert group.routes[0].classes >= {read.call_class}
    names = {number["name"] for number in facts["outside"]["numbers"]}
    assert names >= {"echo", "clock_fr", "clock_en", "busy", "no_answer"}
    assert {account["identity"] for account in facts["outside"]["accounts"]} == {"shown", "withheld"}
    for account in facts["outside"]["accounts"]:
        assert find_number(account["number"]) is None


def test_the_trunk_leads_to_the_outside_world(facts: dict[str, Any], own_home: Path) -> None:
    world = kept.read(own_home)
    assert world is not None
    (trunk,) = trunk_rows()
    assert (trunk.name, trunk.secret) == ("outside", world["outside"]["trunk"]["secret"])
    assert trunk.port == facts["outside"]["accounts"][0]["port"]


def test_a_new_database_beside_a_kept_file_agrees_with_it(own_home: Path) -> None:
    world = kept.fresh()
    kept.write(own_home, world)
    company.load(NOW)
    after = kept.read(own_home)
    assert after is not None
    assert after["outside"] == world["outside"]
    assert trunk_rows()[0].secret == world["outside"]["trunk"]["secret"]
    told = company.facts()["users"][0]
    sign_in(number_text=told["number"], password=told["password"], address="", now=NOW)
