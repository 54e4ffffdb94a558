"""`carillon group`, `feature`, `permission`, `licence`, `block` and `department`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from django.db.models import Count

from carillon.config.console.desk import ACTOR, Handler, Refused, group_named, now, number_typed, tell
from carillon.features.accounts.queries import NotFound
from carillon.features.business_groups import services
from carillon.features.business_groups.choices import GroupFeature, GroupPermission
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.departments.models import Department
from carillon.features.departments.services import create_department
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.number_blocks.queries import blocks_of
from carillon.features.number_blocks.services import create_block, delete_block


def add(arguments: argparse.Namespace) -> Iterator[str]:
    """Create a group."""
    group = services.create_group(
        actor=ACTOR,
        name=arguments.name,
        language=arguments.language,
        timezone=arguments.timezone,
        home_region=arguments.region,
        outside_prefix=arguments.outside_prefix,
        local_area_codes=arguments.local_area_code,
        now=now(),
    )
    yield f"{group.name}: created; give it numbers with `carillon block add`"


def show_all(arguments: argparse.Namespace) -> Iterator[str]:
    """Print every group."""
    del arguments
    for group in BusinessGroup.objects.annotate(count=Count("lines")).order_by("name"):
        yield f"{group.name:<40} {group.count:>7} lines{'  suspended' if group.suspended else ''}"


def show(arguments: argparse.Namespace) -> Iterator[str]:
    """Print one group."""
    group = group_named(arguments.group)
    facts = {
        "name": group.name,
        "language": group.language,
        "time zone": group.timezone,
        "home region": group.home_region,
        "main number": group.main_number,
        "emergency call-back": group.emergency_callback,
        "outside prefix": group.outside_prefix,
        "local area codes": " ".join(group.local_area_codes),
        "suspended": "yes" if group.suspended else "no",
        "lines": group.lines.count(),
        "features": " ".join(group.features),
        "permissions": " ".join(group.permissions),
        "basic ACD licences": _licences(group.basic_acd_licences),
        "premium ACD licences": _licences(group.premium_acd_licences),
        "version": group.version,
    }
    yield from (f"{name:<22} {value}" for name, value in facts.items())


def _licences(number: int | None) -> str:
    return "unlimited" if number is None else str(number)


def suspend(arguments: argparse.Namespace) -> Iterator[str]:
    """Suspend a group, or take it back."""
    group, suspended = group_named(arguments.group), arguments.verb == "suspend"
    tell(services.suspend_group(actor=ACTOR, group_id=group.pk, suspended=suspended, now=now()))
    yield f"{group.name}: {'suspended' if suspended else 'not suspended'}"


def switch(arguments: argparse.Namespace) -> Iterator[str]:
    """Switch a feature or a permission."""
    group, on = group_named(arguments.group), arguments.verb == "on"
    if arguments.what not in _known(arguments.noun):
        raise Refused(
            f"no {arguments.noun} is called {arguments.what!r}; there are: {' '.join(_known(arguments.noun))}"
        )
    if arguments.noun == "feature":
        receipt = services.switch_feature(
            actor=ACTOR, group_id=group.pk, feature=arguments.what, on=on, now=now()
        )
    else:
        receipt = services.switch_permission(
            actor=ACTOR, group_id=group.pk, permission=arguments.what, on=on, now=now()
        )
    tell(receipt)
    yield f"{group.name}: {arguments.noun} {arguments.what} is {arguments.verb}"


def show_switches(arguments: argparse.Namespace) -> Iterator[str]:
    """Print the features or permissions there are."""
    choices = GroupFeature if arguments.noun == "feature" else GroupPermission
    yield from (f"{value:<20} {label}" for value, label in choices.choices)


def _known(noun: str) -> list[str]:
    return list((GroupFeature if noun == "feature" else GroupPermission).values)


def set_licences(arguments: argparse.Namespace) -> Iterator[str]:
    """Set the ACD licences."""
    group = group_named(arguments.group)
    basic, premium = _count(arguments.basic), _count(arguments.premium)
    tell(services.set_licences(actor=ACTOR, group_id=group.pk, basic=basic, premium=premium, now=now()))
    yield f"{group.name}: basic ACD {_licences(basic)}, premium ACD {_licences(premium)}"


def _count(text: str) -> int | None:
    if text == "unlimited":
        return None
    if not (text.isascii() and text.isdigit()):
        raise Refused(f"{text!r} is neither a number nor `unlimited`")
    return int(text)


def add_block(arguments: argparse.Namespace) -> Iterator[str]:
    """Give a group a number block."""
    group = group_named(arguments.group)
    first, last = (number_typed(getattr(arguments, end), group, end) for end in ("first", "last"))
    block = create_block(actor=ACTOR, group_id=group.pk, first=first, last=last, now=now())
    yield f"{group.name}: {block}"


def show_blocks(arguments: argparse.Namespace) -> Iterator[str]:
    """Print a group's blocks."""
    for use in blocks_of(group_named(arguments.group).pk):
        yield f"{use.block.first}  {use.block.last}  {use.size} numbers, {use.assigned} assigned, {use.free} free"


def remove_block(arguments: argparse.Namespace) -> Iterator[str]:
    """Take a block back."""
    group = group_named(arguments.group)
    first = number_typed(arguments.first, group, "first")
    block = NumberBlock.objects.filter(group_id=group.pk, first=first).first()
    if block is None:
        raise Refused(f"{group.name} has no block that begins with {first}")
    try:
        tell(delete_block(actor=ACTOR, group_id=group.pk, block_id=block.pk, now=now()))
    except NotFound:
        raise Refused(f"{group.name} has no block that begins with {first}") from None
    yield f"{group.name}: {block} is taken back"


def add_department(arguments: argparse.Namespace) -> Iterator[str]:
    """Create a department and what is missing above it."""
    group, parent_id, path = group_named(arguments.group), None, ""
    for name in (part.strip() for part in arguments.path.split("/")):
        path = f"{path}/{name}" if path else name
        there = Department.objects.filter(group_id=group.pk, parent_id=parent_id, name=name).first()
        if there is None:
            there = create_department(
                actor=ACTOR, group_id=group.pk, name=name, parent_id=parent_id, now=now()
            )
            yield f"{group.name}: {path} created"
        parent_id = there.pk


def show_departments(arguments: argparse.Namespace) -> Iterator[str]:
    """Print a group's departments."""
    departments = Department.objects.filter(group_id=group_named(arguments.group).pk)
    yield from sorted(departments.values_list("full_name", flat=True))


HANDLERS: Mapping[str, Handler] = {
    "group.add": add,
    "group.list": show_all,
    "group.show": show,
    "group.suspend": suspend,
    "group.resume": suspend,
    "feature.on": switch,
    "feature.off": switch,
    "feature.list": show_switches,
    "permission.on": switch,
    "permission.off": switch,
    "permission.list": show_switches,
    "licence.set": set_licences,
    "block.add": add_block,
    "block.list": show_blocks,
    "block.delete": remove_block,
    "department.add": add_department,
    "department.list": show_departments,
}
