"""A small company in the database: Marie administers, Denis has one department, Sylvie has only her line.

Charlie belongs to another company that uses the same extensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from carillon.calls.model import CallClass
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.services import grant_role
from carillon.features.audit.services import Actor
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import create_group
from carillon.features.classes_of_service.services import create_class_of_service
from carillon.features.departments.services import create_department
from carillon.features.extensions.services import create_extension
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine, create_line
from carillon.features.number_blocks.services import create_block
from carillon.features.phones.services import create_phone

PASSWORD = "vieux-Moulin-47-bleu"
BUILDER = Actor(None, "installation")
NOW = datetime(2026, 11, 23, 15, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """A line with its user; `first_password` tells that it was never replaced."""

    line: Line
    user: User

    @property
    def number(self) -> str:
        """The ten digits people sign in with."""
        return str(self.line.number)[2:]


@dataclass(frozen=True)
class Company:
    """Who works here."""

    group: BusinessGroup
    marie: Person
    denis: Person
    sylvie: Person
    newcomer: Person
    charlie: Person


@dataclass(frozen=True)
class Place:
    """What every line of a company has in common."""

    group: BusinessGroup
    class_of_service: int


def make_company() -> Company:
    """Create both companies through the services, as the operator would."""
    allowed = set(CallClass) - {CallClass.PREMIUM, CallClass.INTERNATIONAL}
    standard = create_class_of_service(actor=BUILDER, name="Standard", permitted=allowed, now=NOW)
    group = create_group(actor=BUILDER, name="Érable et fils", local_area_codes=("514", "438"), now=NOW)
    here = Place(group, standard.pk)
    create_block(actor=BUILDER, group_id=group.pk, first="+15145550100", last="+15145550129", now=NOW)
    sales = create_department(actor=BUILDER, group_id=group.pk, name="Ventes", now=NOW)
    plant = create_department(actor=BUILDER, group_id=group.pk, name="Usine", now=NOW)
    marie = make_person(here, "+15145550101", "201", "Marie Tremblay", sales.pk, phones=2)
    denis = make_person(here, "+15145550102", "202", "Denis Gagnon", sales.pk)
    sylvie = make_person(here, "+15145550103", "203", "Sylvie Roy", sales.pk)
    newcomer = make_person(here, "+15145550104", "204", "Émile Côté", plant.pk, signed_in_before=False)
    grant_role(actor=BUILDER, user_id=marie.user.pk, role=Role.GROUP_ADMINISTRATOR, now=NOW)
    grant_role(
        actor=BUILDER, user_id=denis.user.pk, role=Role.DEPARTMENT_ADMINISTRATOR, scope_id=sales.pk, now=NOW
    )
    other = create_group(actor=BUILDER, name="Bouleau ltée", local_area_codes=("418",), now=NOW)
    create_block(actor=BUILDER, group_id=other.pk, first="+14185550100", last="+14185550109", now=NOW)
    charlie = make_person(Place(other, standard.pk), "+14185550101", "201", "Charlie Dehors", None)
    grant_role(actor=BUILDER, user_id=charlie.user.pk, role=Role.GROUP_ADMINISTRATOR, now=NOW)
    return Company(group, marie, denis, sylvie, newcomer, charlie)


def make_person(
    place: Place,
    number: str,
    extension: str,
    name: str,
    department: int | None,
    *,
    phones: int = 1,
    signed_in_before: bool = True,
) -> Person:
    """Create a line with its extension, its phones and its user, who signs in with PASSWORD."""
    new = NewLine(
        number=number,
        name=name,
        class_of_service_id=place.class_of_service,
        department_id=department,
        password=PASSWORD,
    )
    group_id = place.group.pk
    created = create_line(actor=BUILDER, group_id=group_id, new=new, now=NOW)
    create_extension(actor=BUILDER, group_id=group_id, digits=extension, number=number, now=NOW)
    for _ in range(phones):
        create_phone(actor=BUILDER, group_id=group_id, line_id=created.line.pk, now=NOW)
    user = User.objects.get(line_id=created.line.pk)
    if signed_in_before:
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
    return Person(created.line, user)
