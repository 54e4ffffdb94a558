"""Rows for tests, made by the services themselves; a test names only what it is about.

The company of `make_company`: Alice administers the group, Denis the department Sales, Bob and Carol are in Sales,
Erin in Sales' own sub-department, Frank in Works. Mallory belongs to another group with the same extensions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from carillon.calls.model import CallClass
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.services import grant_role
from carillon.features.audit.services import Actor
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import create_group
from carillon.features.call_manager.models import CallSettings
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.classes_of_service.services import create_class_of_service
from carillon.features.departments.models import Department
from carillon.features.departments.services import create_department
from carillon.features.extensions.services import create_extension
from carillon.features.lines.choices import PARTS, LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine, create_line
from carillon.features.number_blocks.services import create_block
from carillon.features.phones.services import create_phone

ACTOR = Actor(None, "test")
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"
NATIONAL = frozenset(CallClass) - {CallClass.INTERNATIONAL, CallClass.PREMIUM}


def make_class_of_service(
    name: str = "National", permitted: Collection[CallClass] = NATIONAL
) -> ClassOfService:
    """Return the class of service with this name, created at its first use."""
    existing = ClassOfService.objects.filter(name=name).first()
    return existing or create_class_of_service(actor=ACTOR, name=name, permitted=permitted, now=NOW)


def make_group(name: str = "Acme", area_code: str = "514") -> BusinessGroup:
    """Create a group with the numbers 555-0100 to 555-0149 of an area code."""
    group = create_group(actor=ACTOR, name=name, language="fr", now=NOW)
    first, last = f"+1{area_code}5550100", f"+1{area_code}5550149"
    create_block(actor=ACTOR, group_id=group.pk, first=first, last=last, now=NOW)
    return group


def make_line(
    group: BusinessGroup,
    number: str,
    *,
    name: str = "Bob",
    extension: str = "",
    department: Department | None = None,
    kind: LineKind = LineKind.USER,
    permitted: Collection[CallClass] = NATIONAL,
    voicemail: bool = True,
    user: bool = True,
    phones: int = 1,
    language: str = "",
) -> Line:
    """Create a line with its user (PASSWORD), phones, and extension if one is named."""
    plan = "National" if permitted == NATIONAL else ",".join(sorted(permitted))[:64]
    new = NewLine(
        number=number,
        name=name,
        class_of_service_id=make_class_of_service(plan, permitted).pk,
        department_id=department.pk if department else None,
        kind=kind,
        language=language,
        with_voicemail=voicemail and PARTS[kind].voicemail,
        with_user=user and PARTS[kind].user,
        password=PASSWORD,
    )
    line = create_line(actor=ACTOR, group_id=group.pk, new=new, now=NOW).line
    for _index in range(phones):
        create_phone(actor=ACTOR, group_id=group.pk, line_id=line.pk, now=NOW)
    if extension:
        create_extension(actor=ACTOR, group_id=group.pk, digits=extension, number=number, now=NOW)
    return Line.objects.get(pk=line.pk)


@dataclass(frozen=True)
class Company:
    """Two groups and the people of the first."""

    group: BusinessGroup
    sales: Department
    export: Department
    works: Department
    alice: Line
    denis: Line
    bob: Line
    carol: Line
    erin: Line
    frank: Line
    mallory: Line


def make_company() -> Company:
    """Create the company and its neighbour."""
    group = make_group("Acme", "514")
    sales = create_department(actor=ACTOR, group_id=group.pk, name="Sales", now=NOW)
    export = create_department(actor=ACTOR, group_id=group.pk, name="Export", parent_id=sales.pk, now=NOW)
    works = create_department(actor=ACTOR, group_id=group.pk, name="Works", now=NOW)
    places = {
        "Alice": None, "Denis": sales, "Bob": sales, "Carol": sales, "Erin": export, "Frank": works,
    }  # fmt: skip
    lines = {
        name.lower(): make_line(
            group,
            f"+1514555{101 + index:04d}",
            name=name,
            extension=str(201 + index),
            department=department,
        )
        for index, (name, department) in enumerate(places.items())
    }
    other = make_group("Neighbour", "418")
    mallory = make_line(other, "+14185550101", name="Mallory", extension="201")
    promote(lines["alice"], Role.GROUP_ADMINISTRATOR)
    promote(lines["denis"], Role.DEPARTMENT_ADMINISTRATOR, sales)
    return Company(group, sales, export, works, mallory=mallory, **lines)


def promote(line: Line, role: Role, scope: Department | None = None, *, logs: bool = False) -> None:
    """Give the line's user a role."""
    grant_role(
        actor=ACTOR,
        user_id=user_of(line).pk,
        role=role,
        scope_id=scope.pk if scope else None,
        may_read_call_logs=logs,
        now=NOW,
    )


def make_operator(name: str = "operator") -> User:
    """Create a platform operator."""
    return User.objects.create(login=name, role=Role.OPERATOR, password="!")


def user_of(line: Line) -> User:
    """Return the line's user as it is now."""
    return User.objects.get(line_id=line.pk)


def settings_of(line: Line) -> CallSettings:
    """Return the line's call settings as they are now."""
    return CallSettings.objects.get(line_id=line.pk)


def config_version(group: BusinessGroup) -> int:
    """Return the group's configuration version as it is now."""
    return BusinessGroup.objects.values_list("config_version", flat=True).get(pk=group.pk)
