"""The list of lines: what a page of it costs however many rows it has, and the menus of its rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.db.builders import NOW, Company, make_company, make_line, make_operator, user_of

from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for
from carillon.features.business_groups.choices import GroupPermission
from carillon.features.lines.models import Line
from carillon.features.lines.queries import target_of
from carillon.features.lines.views.actions import Menus, actions_of

pytestmark = pytest.mark.django_db
COLUMNS = "kind,number,extension,name,department,state,administrator,lock"


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.mark.parametrize("reader", ["alice", "operator"])
def test_a_row_asks_for_nothing_by_itself(company: Company, operator: Client, reader: str) -> None:
    client, address = operator, f"/operator/groups/{company.group.pk}/lines/"
    if reader == "alice":
        client, address = Client(headers={"host": "127.0.0.1"}), "/lines/"
        User.objects.update(must_change_password=False)
        client.force_login(user_of(company.alice))

    def cost(**query: str) -> int:
        asked = {"columns": COLUMNS, **query}
        client.get(address, asked)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, asked)
        assert answer.content.count(b'<tr id="row-') == Line.objects.filter(group=company.group).count()
        return len(queries)

    before = cost(), cost(q="+1514")
    for index in range(5):
        make_line(company.group, f"+1514555013{index}", name=f"Neuf {index}", department=company.works)
    assert (cost(), cost(q="+1514")) == before


def test_lines_alike_share_a_menu_and_no_others(company: Company) -> None:
    group = company.group
    group.permissions = [permission.value for permission in GroupPermission]
    group.save()
    Line.objects.filter(pk__in=(company.bob.pk, company.frank.pk)).update(locked_at=NOW)
    readers = [user_of(getattr(company, name)) for name in ("alice", "denis", "bob", "mallory")]
    for reader in (*readers, make_operator()):
        access = access_for(reader)
        menus = Menus(access)
        for line in (*Line.objects.order_by("name"), *Line.objects.order_by("-name")):
            for restorable in (True, False):
                asked = {"locked": line.locked_at is not None, "restorable": restorable}
                alone = Menus(access).at(target_of(line), line.pk, **asked)
                assert list(menus.at(target_of(line), line.pk, **asked)) == list(alone)
    assert len(_labels(access_for(user_of(company.alice)), company.denis)) > len(
        _labels(access_for(user_of(company.alice)), company.alice)
    )


def _labels(access: Access, line: Line) -> list[str]:
    return [action.label for action in actions_of(access, line)]
