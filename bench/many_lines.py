"""A group with as many lines and departments as a list must bear, straight into the database."""

from __future__ import annotations

import random
from typing import Any

NAMES = (
    "Tremblay",
    "Gagnon",
    "Côté",
    "Bouchard",
    "Gauthier",
    "Lévesque",
    "O'Brien",
    "Nguyễn",
    "Bélanger",
    "Zhang",
)
FIRST = ("Marie-Ève", "Jean", "Zoé", "Aïcha", "Kevin", "Priya", "Gaétan", "Léa", "Siobhán", "Luc")
PORTION = 2000


def load(lines: int, departments: int, prefix: int) -> int:
    """Create one group with so many lines; return the id of its administrator's account."""
    from carillon.features.business_groups.models import BusinessGroup
    from carillon.features.lines.services import note_keys

    dice = random.Random(7)
    group = BusinessGroup.objects.create(name=f"Mesure {lines}")
    rows = _lines(group, _departments(group, departments, dice), lines, prefix, dice)
    _parts(group, rows)
    note_keys(group_id=group.pk)
    return _people(rows)


def _departments(group: Any, count: int, dice: random.Random) -> list[Any]:
    """Create a tree of departments, some at its top, most somewhere below."""
    from carillon.features.departments.models import Department

    tree: list[Department] = []
    for index in range(count):
        parent = tree[dice.randrange(len(tree))] if tree and index % 40 else None
        name = f"Service {index:04d} {dice.choice(NAMES)}"
        full_name = f"{parent.full_name}/{name}" if parent else name
        made = Department.objects.create(group=group, parent=parent, name=name, full_name=full_name)
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        made.save(update_fields=["path"])
        tree.append(made)
    return tree


def _lines(group: Any, tree: list[Any], count: int, prefix: int, dice: random.Random) -> list[Any]:
    """Create the lines, each with a name of its own, in any of the departments."""
    from carillon.calls.model import CallClass
    from carillon.features.classes_of_service.models import ClassOfService
    from carillon.features.lines.models import Line

    plan, _new = ClassOfService.objects.get_or_create(
        name="Mesure", defaults={"permitted": [one.value for one in CallClass]}
    )
    rows = (
        Line(
            group=group,
            number=f"+1{prefix + index:010d}",
            name=f"{dice.choice(FIRST)} {dice.choice(NAMES)} {index}",
            class_of_service=plan,
            department=dice.choice(tree) if tree else None,
        )
        for index in range(count)
    )
    return Line.objects.bulk_create(rows, batch_size=PORTION)


def _parts(group: Any, rows: list[Any]) -> None:
    """Give each line its call settings and an extension."""
    from carillon.features.call_manager.models import CallSettings
    from carillon.features.extensions.models import Extension

    CallSettings.objects.bulk_create((CallSettings(line=row) for row in rows), batch_size=PORTION)
    extensions = (
        Extension(group=group, first=f"2{i:06d}", last=f"2{i:06d}", first_number=row.number, line=row)
        for i, row in enumerate(rows)
    )
    Extension.objects.bulk_create(extensions, batch_size=PORTION)


def _people(rows: list[Any]) -> int:
    """Give each line its user, the first of them the administrator; return his id."""
    from django.contrib.auth.hashers import make_password

    from carillon.features.accounts.choices import Role
    from carillon.features.accounts.models import User

    users = (
        User(
            login=row.number,
            line=row,
            role=Role.GROUP_ADMINISTRATOR if index == 0 else Role.SUBSCRIBER,
            password=make_password(None),
            must_change_password=False,
        )
        for index, row in enumerate(rows)
    )
    return int(User.objects.bulk_create(users, batch_size=PORTION)[0].pk)
