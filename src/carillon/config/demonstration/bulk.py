"""Many groups at once, for measuring: the rows a service would write, without the record of changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from django.contrib.auth.hashers import make_password
from django.db import transaction

from carillon.calls.model import CallClass
from carillon.errors import CarillonError
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.call_manager.models import CallSettings
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.extensions.models import Extension
from carillon.features.lines.models import Line
from carillon.features.lines.services import note_keys
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.phones.models import Phone
from carillon.features.phones.services import generate_secret, generate_sip_user
from carillon.features.trunks.queries import encrypt_secret
from carillon.features.voicemail.models import Mailbox

CLASS_OF_SERVICE = "Mesure"
AREA_CODES = ("819", "873", "450", "579", "367", "581")
NOT_EXCHANGES = frozenset({555, 976})
"""555 belongs to the demonstration, 976 is premium rate."""
GROUPS_AT_ONCE = 100
BATCH = 2000
FIRST_EXTENSION = 2000


class AlreadyLoaded(CarillonError):
    """The measuring groups are in the database already."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was written; every group is named `Mesure <n>`."""

    groups: int
    lines: int


def load_bulk(*, groups: int = 1000, lines_per_group: int = 50, password: str = "") -> Loaded:
    """Create the groups, each with its block, lines (call settings, mailbox, one phone, extension) and users.

    The first line of each group administers it. With a password, every user has it (hashed once, so all share
    one salt: for measuring only); without, nobody can sign in.
    """
    if ClassOfService.objects.filter(name=CLASS_OF_SERVICE).exists():
        raise AlreadyLoaded
    hashed = make_password(password or None)
    with transaction.atomic():
        permitted = [call_class.value for call_class in CallClass]
        plan = ClassOfService.objects.create(name=CLASS_OF_SERVICE, permitted=permitted)
        prefixes = islice(_prefixes(), groups)
        first = 1
        while batch := list(islice(prefixes, GROUPS_AT_ONCE)):
            _load_groups(first, batch, lines_per_group, plan, hashed)
            first += len(batch)
    return Loaded(groups, groups * lines_per_group)


def _prefixes() -> Iterator[str]:
    """Yield the area code and exchange of each group's numbers, none twice."""
    for area, exchange in product(AREA_CODES, range(200, 1000)):
        if exchange not in NOT_EXCHANGES:
            yield f"+1{area}{exchange}"


def _load_groups(
    first: int, prefixes: list[str], lines_per_group: int, plan: ClassOfService, hashed: str
) -> None:
    groups = BusinessGroup.objects.bulk_create(
        BusinessGroup(name=f"Mesure {first + index:04d}", domestic_regions=["CA", "US"])
        for index in range(len(prefixes))
    )
    NumberBlock.objects.bulk_create(
        NumberBlock(group=group, first=f"{prefix}0000", last=f"{prefix}{lines_per_group - 1:04d}")
        for group, prefix in zip(groups, prefixes, strict=True)
    )
    lines = Line.objects.bulk_create(
        (
            Line(group=group, number=f"{prefix}{index:04d}", name=f"Ligne {index:04d}", class_of_service=plan)
            for group, prefix in zip(groups, prefixes, strict=True)
            for index in range(lines_per_group)
        ),
        batch_size=BATCH,
    )
    _load_parts(lines, hashed)


def _load_parts(lines: list[Line], hashed: str) -> None:
    """Create what every line has."""
    CallSettings.objects.bulk_create((CallSettings(line=line) for line in lines), batch_size=BATCH)
    Mailbox.objects.bulk_create((Mailbox(line=line) for line in lines), batch_size=BATCH)
    Phone.objects.bulk_create((_phone(line) for line in lines), batch_size=BATCH)
    Extension.objects.bulk_create((_extension(line) for line in lines), batch_size=BATCH)
    for group_id in {line.group_id for line in lines}:
        note_keys(group_id=group_id)
    User.objects.bulk_create((_user(line, hashed) for line in lines), batch_size=BATCH)


def _phone(line: Line) -> Phone:
    secret = encrypt_secret(generate_secret())
    return Phone(group_id=line.group_id, line=line, sip_user=generate_sip_user(), sip_secret=secret)


def _extension(line: Line) -> Extension:
    digits = str(FIRST_EXTENSION + int(line.number[-4:]))
    return Extension(group_id=line.group_id, first=digits, last=digits, first_number=line.number, line=line)


def _user(line: Line, hashed: str) -> User:
    role = Role.GROUP_ADMINISTRATOR if line.number.endswith("0000") else Role.SUBSCRIBER
    return User(login=line.number, line=line, role=role, password=hashed, must_change_password=False)
