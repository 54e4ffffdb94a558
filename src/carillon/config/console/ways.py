"""`carillon class`, `trunk` and `route`: what lines may call, and by which way it leaves."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from carillon.config.console.desk import ACTOR, Handler, Refused, classes_typed, group_named, now, tell
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.classes_of_service.services import (
    create_class_of_service,
    delete_class_of_service,
)
from carillon.features.trunks import services
from carillon.features.trunks.models import Route, Trunk


def add_class(arguments: argparse.Namespace) -> Iterator[str]:
    """Create a class of service."""
    permitted = classes_typed(arguments.permit)
    row = create_class_of_service(actor=ACTOR, name=arguments.name, permitted=permitted, now=now())
    yield f"{row.name}: {' '.join(row.permitted) or 'emergency calls only'}"


def show_classes(arguments: argparse.Namespace) -> Iterator[str]:
    """Print every class of service."""
    del arguments
    yield from (
        f"{row.name:<32} {' '.join(row.permitted)}" for row in ClassOfService.objects.order_by("name")
    )


def remove_class(arguments: argparse.Namespace) -> Iterator[str]:
    """Delete a class of service."""
    row = ClassOfService.objects.filter(name=arguments.name).first()
    if row is None:
        raise Refused(f"no class of service has the name {arguments.name!r}")
    delete_class_of_service(actor=ACTOR, class_of_service_id=row.pk, now=now())
    yield f"{arguments.name}: deleted"


def add_trunk(arguments: argparse.Namespace) -> Iterator[str]:
    """Create a trunk."""
    address = services.TrunkAddress(arguments.host, arguments.port, arguments.transport)
    trunk = services.create_trunk(
        actor=ACTOR,
        name=arguments.name,
        label=arguments.label or arguments.name,
        address=address,
        username=arguments.username,
        source_addresses=arguments.source,
        own_numbers_only=arguments.own_numbers_only,
        now=now(),
    )
    yield f"{trunk.name}: created; let calls leave by it with `carillon route add`"


def show_trunks(arguments: argparse.Namespace) -> Iterator[str]:
    """Print every trunk."""
    del arguments
    for trunk in Trunk.objects.order_by("name"):
        yield f"{trunk.name:<32} {trunk.host}:{trunk.port} {trunk.transport}  {trunk.label}"


def remove_trunk(arguments: argparse.Namespace) -> Iterator[str]:
    """Delete a trunk."""
    trunk = _trunk(arguments.name)
    services.delete_trunk(actor=ACTOR, trunk_id=trunk.pk, now=now())
    yield f"{trunk.name}: deleted"


def add_route(arguments: argparse.Namespace) -> Iterator[str]:
    """Create a route."""
    group = group_named(arguments.group) if arguments.group else None
    route = services.create_route(
        actor=ACTOR,
        trunk_id=_trunk(arguments.trunk).pk,
        classes=classes_typed(arguments.permit),
        group_id=group.pk if group else None,
        position=arguments.position,
        now=now(),
    )
    yield f"route {route.pk}: {' '.join(route.classes)} by {arguments.trunk}"


def show_routes(arguments: argparse.Namespace) -> Iterator[str]:
    """Print every route."""
    del arguments
    for route in Route.objects.select_related("group", "trunk").order_by("group__name", "position", "pk"):
        who = route.group.name if route.group else "every group"
        yield f"{route.pk:>5}  {who:<32} {route.position:>3} {route.trunk.name}: {' '.join(route.classes)}"


def remove_route(arguments: argparse.Namespace) -> Iterator[str]:
    """Delete a route."""
    if not Route.objects.filter(pk=arguments.route).exists():
        raise Refused(f"there is no route {arguments.route}; `carillon route list` prints them")
    tell(services.delete_route(actor=ACTOR, route_id=arguments.route, now=now()))
    yield f"route {arguments.route}: deleted"


def _trunk(name: str) -> Trunk:
    trunk = Trunk.objects.filter(name=name).first()
    if trunk is None:
        raise Refused(f"no trunk has the name {name!r}; `carillon trunk list` prints them")
    return trunk


HANDLERS: Mapping[str, Handler] = {
    "class.add": add_class,
    "class.list": show_classes,
    "class.delete": remove_class,
    "trunk.add": add_trunk,
    "trunk.list": show_trunks,
    "trunk.delete": remove_trunk,
    "route.add": add_route,
    "route.list": show_routes,
    "route.delete": remove_route,
}
