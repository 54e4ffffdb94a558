"""Loading the demonstration company; `facts` says how to use it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from carillon import clock
from carillon.calls.model import CallClass
from carillon.config.demonstration import kept, roster
from carillon.config.demonstration.facts import NotLoaded, facts
from carillon.features.accounts.choices import Role
from carillon.features.accounts.queries import generate_pin
from carillon.features.accounts.services import grant_role
from carillon.features.audit.services import Actor
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import change_main_number, create_group
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.classes_of_service.services import create_class_of_service
from carillon.features.departments.models import Department
from carillon.features.departments.services import create_department
from carillon.features.extensions.services import create_extension
from carillon.features.lines.choices import LineKind
from carillon.features.lines.services import NewLine, create_line
from carillon.features.number_blocks.services import create_block
from carillon.features.phones.services import create_phone
from carillon.features.trunks.models import Trunk
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk

__all__ = ["NotLoaded", "facts", "load"]

ACTOR = Actor(None, "demonstration")
FirstSecrets = dict[str, dict[str, str]]
"""By line number: the user's first `password`, the mailbox's first `pin` and its `pin_hash`."""
FIRST_EXTENSION = 201
EVERYTHING = frozenset(CallClass)
NATIONAL = EVERYTHING - {CallClass.INTERNATIONAL, CallClass.PREMIUM}


def load(now: datetime | None = None) -> str:
    """Create the demonstration unless it is there already; return one line that says which."""
    at = now or clock.now()
    world = kept.read(settings.CARILLON_HOME) or kept.fresh()
    with transaction.atomic():
        if BusinessGroup.objects.filter(name=roster.COMPANY).exists():
            return f"{roster.COMPANY}: already there"
        secrets = _load_all(world, at)
        # Written before the commit: a database without its file would have passwords nobody knows.
        kept.write(settings.CARILLON_HOME, {**world, "first_secrets": secrets})
    return f"{roster.COMPANY}: {len(roster.people())} lines"


def _load_all(world: dict[str, Any], now: datetime) -> FirstSecrets:
    everywhere = _class_of_service("Toutes destinations", EVERYTHING, now)
    national = _class_of_service("Canada et États-Unis", NATIONAL, now)
    _load_trunk(world, now)
    company = create_group(actor=ACTOR, name=roster.COMPANY, language="fr", now=now)
    for low, high in roster.BLOCKS:
        create_block(actor=ACTOR, group_id=company.pk, first=low, last=high, now=now)
    departments = _load_departments(company.pk, now)
    first: FirstSecrets = {}
    for index, person in enumerate(roster.people()):
        plan = everywhere if person.role != "subscriber" else national
        first |= _load_person(company.pk, departments, plan, person, FIRST_EXTENSION + index, now)
    neighbour = create_group(actor=ACTOR, name=roster.NEIGHBOUR, language="fr", now=now)
    low, high = roster.NEIGHBOUR_BLOCK
    create_block(actor=ACTOR, group_id=neighbour.pk, first=low, last=high, now=now)
    for index, person in enumerate(roster.neighbours()):
        first |= _load_person(neighbour.pk, {}, national, person, FIRST_EXTENSION + index, now)
    change_main_number(
        actor=ACTOR,
        group_id=company.pk,
        main_number=roster.people()[0].number,
        show_main_number=False,
        emergency_callback=roster.people()[0].number,
        seen_version=company.version,
        now=now,
    )
    return first


def _class_of_service(name: str, permitted: frozenset[CallClass], now: datetime) -> int:
    existing = ClassOfService.objects.filter(name=name).first()
    row = existing or create_class_of_service(actor=ACTOR, name=name, permitted=permitted, now=now)
    return row.pk


def _load_trunk(world: dict[str, Any], now: datetime) -> None:
    """Create the way to the outside world, for every group and every class that leaves one."""
    given = world["outside"]["trunk"]
    if Trunk.objects.filter(name=given["name"]).exists():
        return
    trunk = create_trunk(
        actor=ACTOR,
        name=given["name"],
        label="Monde extérieur",
        address=TrunkAddress("127.0.0.1", settings.CARILLON_OUTSIDE_SIP_PORT),
        secret=given["secret"],
        now=now,
    )
    outside = EVERYTHING - {CallClass.INTERNAL, CallClass.FEATURE}
    create_route(actor=ACTOR, trunk_id=trunk.pk, classes=outside, now=now)


def _load_departments(group_id: int, now: datetime) -> dict[str, Department]:
    """Create the tree; return the departments by their written path (`Montréal/Ventes`)."""
    found: dict[str, Department] = {}

    def add(name: str, parent: str) -> str:
        path = f"{parent}/{name}" if parent else name
        parent_id = found[parent].pk if parent else None
        found[path] = create_department(
            actor=ACTOR, group_id=group_id, name=name, parent_id=parent_id, now=now
        )
        return path

    for site, below in roster.DEPARTMENTS.items():
        site_path = add(site, "")
        for name, leaves in below.items():
            path = add(name, site_path)
            for leaf in leaves:
                add(leaf, path)
    return found


def _load_person(
    group_id: int,
    departments: dict[str, Department],
    class_of_service_id: int,
    person: roster.Person,
    extension: int,
    now: datetime,
) -> FirstSecrets:
    """Create one line with its phones, extension and rights; return its first secrets by number."""
    department = departments.get(person.department)
    new = NewLine(
        number=person.number,
        name=person.name,
        class_of_service_id=class_of_service_id,
        department_id=department.pk if department else None,
        kind=LineKind.COMMON_AREA if person.common_area else LineKind.USER,
        language=person.language,
        with_voicemail=person.voicemail,
        with_user=not person.common_area,
        pin=generate_pin(number=person.number) if person.voicemail else "",
        pin_temporary=False,  # it is printed for whoever tries the demonstration, again and again
    )
    created = create_line(actor=ACTOR, group_id=group_id, new=new, now=now)
    create_extension(actor=ACTOR, group_id=group_id, digits=str(extension), number=person.number, now=now)
    for index in range(person.phones):
        description = "Téléphone de bureau" if index == 0 else "Téléphone mobile"
        create_phone(
            actor=ACTOR, group_id=group_id, line_id=created.line.pk, description=description, now=now
        )
    if created.user is not None and person.role != "subscriber":
        _grant(created.user.pk, person, departments, now)
    mailbox = getattr(created.line, "mailbox", None)
    pin_hash = mailbox.pin if mailbox is not None else ""
    return {person.number: {"password": created.password, "pin": new.pin, "pin_hash": pin_hash}}


def _grant(user_id: int, person: roster.Person, departments: dict[str, Department], now: datetime) -> None:
    """Make the person an administrator: of the whole group, or of his site."""
    whole_group = person.role == "group_administrator"
    site = departments.get(person.department.split("/")[0])
    grant_role(
        actor=ACTOR,
        user_id=user_id,
        role=Role.GROUP_ADMINISTRATOR if whole_group else Role.DEPARTMENT_ADMINISTRATOR,
        scope_id=None if whole_group or site is None else site.pk,
        is_supervisor=person.role == "supervisor",
        may_read_call_logs=True,
        now=now,
    )
