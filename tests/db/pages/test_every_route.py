"""Every address of the portal x every role x an object that is not the reader's: the page of a missing one.

Generated from the addresses themselves: a new one is walked as soon as it exists, and one with an unknown kind of
object fails until this file knows a foreign object of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import BUILDER, NOW, Company

from carillon.features.business_groups.choices import GroupPermission
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.services import create_department
from carillon.features.feedback.models import Feedback
from carillon.features.line_imports.models import LineImport
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.trunks.models import Route, Trunk

UNKNOWN = 987_654_321
ROLES = ("sylvie", "denis", "marie")
OPEN = {"sign-in", "operator-sign-in", "operator-code", "language", "sign-out", "help"}
"""Addresses without an object that anybody may open."""


@dataclass(frozen=True)
class Address:
    """One address of the portal and the names of the objects in it."""

    name: str
    objects: tuple[str, ...]


def addresses(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[Address]:
    """Yield every address of the portal."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns)
        elif pattern.name:
            yield Address(pattern.name, tuple(pattern.pattern.converters))


WITH_OBJECT = [address for address in addresses() if set(address.objects) - {"token", "topic"}]


def foreign_objects(company: Company) -> dict[str, list[int]]:
    """Return, for each kind of object, ids of the neighbour company's (for lines also of another department)."""
    group = company.charlie.line.group
    trunk = Trunk.objects.create(name="far", label="Far", host="127.0.0.1")
    route = Route.objects.create(group=group, trunk=trunk, classes=["local"])
    imported = LineImport.objects.create(
        group=group,
        at=NOW,
        user=company.charlie.user,
        actor="Charlie",
        file_name="lines.csv",
        file="x.csv",
        touched=NOW,
    )
    comment = Feedback.objects.create(
        at=NOW,
        user=company.charlie.user,
        group=group,
        text="?",
        page="/lines/",
        line_label="Charlie",
        kind="idea",
    )
    elsewhere = create_department(actor=BUILDER, group_id=group.pk, name="Ailleurs", now=NOW)
    block = NumberBlock.objects.filter(group=group).get()
    return {
        "line_id": [company.charlie.line.pk],
        "group_id": [group.pk],
        "department_id": [elsewhere.pk],
        "block_id": [block.pk],
        "class_id": [ClassOfService.objects.get(name="Standard").pk],
        "trunk_id": [trunk.pk],
        "route_id": [route.pk],
        "import_id": [imported.pk],
        "feedback_id": [comment.pk],
    }


def ask(client: Client, address: Address, object_id: int, method: str) -> tuple[int, str]:
    """Return an answer without what differs from one address, and from one form token, to the next."""
    path = reverse(address.name, kwargs=dict.fromkeys(address.objects, object_id))
    answer = client.get(path, follow=True) if method == "get" else client.post(path, {"seen_version": "1"})
    page = answer.content.decode() if not answer.streaming else ""
    return answer.status_code, re.sub(r'value="\w{64}"|/\d+/', "", page)


@pytest.mark.parametrize("granted", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_object_is_answered_as_a_missing_one(
    company: Company, sign_in: SignIn, role: str, granted: bool
) -> None:
    BusinessGroup.objects.update(permissions=GroupPermission.values if granted else [])
    foreign = foreign_objects(company)
    if role != "marie":
        foreign["line_id"].append(company.newcomer.line.pk)
    client = sign_in(getattr(company, role))
    wrong = []
    for address in WITH_OBJECT:
        for kind in address.objects:
            assert kind in foreign, f"{address.name}: name a foreign object of the kind {kind} here"
        for method in ("get", "post"):
            missing = ask(client, address, UNKNOWN, method)
            for object_id in foreign[address.objects[0]]:
                answer = ask(client, address, object_id, method)
                if answer != missing or answer[0] not in {404, 405}:
                    wrong.append((address.name, method, object_id, answer[0], missing[0]))
    assert wrong == []


MANAGED = ("add-line", "delete-lines", "delete-line", "line-service")


@pytest.mark.parametrize("role", ROLES)
def test_lines_are_managed_only_where_the_operator_grants_it(
    company: Company, sign_in: SignIn, role: str
) -> None:
    paths = {
        address.name: reverse(address.name, kwargs=dict.fromkeys(address.objects, company.sylvie.line.pk))
        for address in addresses()
        if address.name in MANAGED
    }
    reached = {"sylvie": set(MANAGED), "denis": set(MANAGED) - {"line-service"}, "marie": set(MANAGED)}
    for granted in ([], ["create_lines"]):
        BusinessGroup.objects.filter(pk=company.group.pk).update(permissions=granted)
        client = sign_in(getattr(company, role))
        answered = {name: client.get(path).status_code for name, path in paths.items()}
        there = reached[role] if granted and role != "sylvie" else set()
        assert answered == {name: 200 if name in there else 404 for name in MANAGED}
        for name in set(MANAGED) - there:
            assert client.post(paths[name], {"selected": company.sylvie.line.pk}).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_the_operators_console_does_not_exist_for_others(
    company: Company, sign_in: SignIn, role: str
) -> None:
    client = sign_in(getattr(company, role))
    plain = [address for address in addresses() if not address.objects and address.name not in OPEN]
    found = {
        address.name: client.get(reverse(address.name)).status_code
        for address in plain
        if address.name.startswith("operator")
    }
    assert found
    assert set(found.values()) == {404}


def test_nothing_but_signing_in_is_open_without_a_session(company: Company) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    wrong = []
    for address in addresses():
        if address.name in OPEN:
            continue
        kwargs = {name: company.marie.line.pk if name.endswith("_id") else "x" for name in address.objects}
        answer = client.get(reverse(address.name, kwargs=kwargs))
        if answer.status_code != 302 or "/sign-in/" not in answer.headers["Location"]:
            wrong.append((address.name, answer.status_code))
    assert wrong == []


def test_a_line_moves_only_inside_the_readers_scope(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.denis)
    for lines in (str(company.charlie.line.pk), f"{company.sylvie.line.pk},{company.newcomer.line.pk}"):
        answer = client.post(
            "/lines/move/", {"selected": lines, "department": str(company.sylvie.line.department_id)}
        )
        assert answer.status_code == 404
    company.newcomer.line.refresh_from_db()
    other = client.post(
        "/lines/move/",
        {"selected": str(company.sylvie.line.pk), "department": str(company.newcomer.line.department_id)},
    )
    assert other.status_code == 404
