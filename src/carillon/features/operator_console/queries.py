"""What the operator's console shows."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from carillon.features.accounts.choices import Action, Reach
from carillon.features.accounts.queries import Access, NotFound, reach
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.lines.models import Line
from carillon.features.lines.queries import listed
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.trunks.models import Route, Trunk


def operates(access: Access) -> bool:
    """Say whether the user is a platform operator."""
    return reach(access, Action.MANAGE_GROUPS) is Reach.PLATFORM


def groups_in_scope(access: Access) -> QuerySet[BusinessGroup]:
    """Return every group, for an operator; none for anyone else."""
    return BusinessGroup.objects.all() if operates(access) else BusinessGroup.objects.none()


def access_group(access: Access, group_id: int) -> BusinessGroup:
    """Return a group, with its number of lines, for an operator; else raise NotFound."""
    found = groups_in_scope(access).annotate(line_count=Count("lines")).filter(pk=group_id).first()
    if found is None:
        raise NotFound("business_group", group_id)
    return found


def config_version_of(group_id: int | None) -> int:
    """Return the version of a group's configuration, 0 for what belongs to no group."""
    return BusinessGroup.objects.values_list("config_version", flat=True).get(pk=group_id) if group_id else 0


def lines_of(access: Access, group: BusinessGroup) -> QuerySet[Line]:
    """Return the group's lines with what the list shows joined."""
    return listed(access).filter(group_id=group.pk)


def access_block(access: Access, block_id: int) -> NumberBlock:
    """Return a number block for an operator; else raise NotFound."""
    block = NumberBlock.objects.select_related("group").filter(pk=block_id).first()
    if block is None or not operates(access):
        raise NotFound("number_block", block_id)
    return block


def classes_of_service() -> QuerySet[ClassOfService]:
    """Return every class of service with its number of lines."""
    return ClassOfService.objects.annotate(line_count=Count("line")).order_by("name")


def access_class(access: Access, class_id: int) -> ClassOfService:
    """Return a class of service for an operator; else raise NotFound."""
    found = ClassOfService.objects.filter(pk=class_id).first()
    if found is None or not operates(access):
        raise NotFound("class_of_service", class_id)
    return found


def trunks() -> QuerySet[Trunk]:
    """Return every trunk."""
    return Trunk.objects.order_by("name")


def routes() -> QuerySet[Route]:
    """Return every route, those of every group first."""
    return Route.objects.select_related("group", "trunk").order_by("group__name", "position", "pk")


def trunk_choices() -> list[tuple[int, str]]:
    """Return the trunks to choose from."""
    return list(Trunk.objects.order_by("label").values_list("pk", "label"))


def group_choices() -> list[tuple[int, str]]:
    """Return the groups to choose from."""
    return list(BusinessGroup.objects.order_by("name").values_list("pk", "name"))


def access_trunk(access: Access, trunk_id: int) -> Trunk:
    """Return a trunk for an operator; else raise NotFound."""
    found = Trunk.objects.filter(pk=trunk_id).first()
    if found is None or not operates(access):
        raise NotFound("trunk", trunk_id)
    return found


def access_route(access: Access, route_id: int) -> Route:
    """Return a route for an operator; else raise NotFound."""
    found = Route.objects.select_related("group", "trunk").filter(pk=route_id).first()
    if found is None or not operates(access):
        raise NotFound("route", route_id)
    return found
