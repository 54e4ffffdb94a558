"""One of everything that a form is about, and those who use the forms, signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import get_resolver
from tests.fakes.portal_company import BUILDER, NOW, Company, Person

from carillon.calls.model import CallClass
from carillon.features.business_groups.services import switch_permission
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.services import create_department
from carillon.features.feedback.models import Feedback
from carillon.features.line_imports.services import check_import, start_import
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine, create_line
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.trunks.models import Route
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk

COUNTED = ("lines.Line", "departments.Department", "feedback.Feedback", "number_blocks.NumberBlock",
           "trunks.Trunk", "trunks.Route", "classes_of_service.ClassOfService", "business_groups.BusinessGroup",
           "line_imports.LineImport", "phones.Phone", "extensions.Extension", "mail.OutgoingMail")  # fmt: skip


@dataclass(frozen=True)
class Things:
    """The objects by the names addresses have for them, and the clients of those who are signed in."""

    company: Company
    objects: dict[str, int]
    lines: dict[str, int]
    clients: dict[str, Client]
    visitor: Client

    @property
    def class_id(self) -> int:
        """The class of service."""
        return self.objects["class_id"]

    @property
    def trunk_id(self) -> int:
        """The trunk."""
        return self.objects["trunk_id"]

    def kwargs(self, names: tuple[str, ...], line: str = "sylvie") -> dict[str, Any]:
        """Return what an address with these names is about."""
        known: dict[str, Any] = {**self.objects, "line_id": self.lines[line], "token": "x", "topic": "lines"}
        return {name: known[name] for name in names}

    def address_of(self, name: str, line: str = "") -> dict[str, Any]:
        """Return what the address called `name` is about."""
        names = next(
            tuple(parameters) for address, parameters in _parameters(get_resolver()) if address == name
        )
        return self.kwargs(names, line or "sylvie")

    def rows(self) -> dict[str, int]:
        """Count the rows of what forms create."""
        return {model: apps.get_model(model).objects.count() for model in COUNTED}


def _parameters(resolver: Any) -> Any:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _parameters(pattern)
        else:
            yield pattern.name, pattern.pattern.converters


def _attendant(company: Company, class_id: int) -> Line:
    new = NewLine(number="+15145550110", name="Accueil", class_of_service_id=class_id, kind=LineKind.EASY_ATTENDANT,
                  with_voicemail=False, with_user=False)  # fmt: skip
    return create_line(actor=BUILDER, group_id=company.group.pk, new=new, now=NOW).line


def make_things(company: Company, sign_in: Callable[[Person], Client], operator: Client) -> Things:
    """Create one of everything, by the services where what is created matters."""
    group_id = company.group.pk
    plan = ClassOfService.objects.get(name="Standard")
    attendant = _attendant(company, plan.pk)
    trunk = create_trunk(
        actor=BUILDER, name="carrier", label="Carrier", address=TrunkAddress("127.0.0.1"), now=NOW
    )
    create_route(actor=BUILDER, trunk_id=trunk.pk, classes={CallClass.LOCAL}, now=NOW)
    empty = create_department(actor=BUILDER, group_id=group_id, name="Vide", now=NOW)
    switch_permission(actor=BUILDER, group_id=group_id, permission="create_lines", on=True, now=NOW)
    imported = start_import(
        actor=BUILDER,
        group_id=group_id,
        file_name="lines.csv",
        data=b"Number,Name\n5145550115,Eve\n",
        now=NOW,
    )
    check_import(import_id=imported.pk, now=NOW)
    comment = Feedback.objects.create(
        at=NOW, user=company.sylvie.user, group=company.group, text="?", page="/lines/", line_label="Sylvie",
        kind="idea",
    )  # fmt: skip
    return Things(
        company=company,
        objects={
            "group_id": group_id,
            "department_id": empty.pk,
            "block_id": NumberBlock.objects.get(group=company.group).pk,
            "class_id": plan.pk,
            "trunk_id": trunk.pk,
            "route_id": Route.objects.get().pk,
            "import_id": imported.pk,
            "feedback_id": comment.pk,
        },
        lines={
            name: found.pk
            for name, found in (
                ("sylvie", company.sylvie.line),
                ("marie", company.marie.line),
                ("denis", company.denis.line),
                ("attendant", attendant),
            )
        },
        clients={
            "operator": operator,
            "marie": sign_in(company.marie),
            "denis": sign_in(company.denis),
            "sylvie": sign_in(company.sylvie),
        },
        visitor=Client(headers={"host": "127.0.0.1", "accept-language": "en"}),
    )
