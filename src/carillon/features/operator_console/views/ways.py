"""Classes of service, trunks and routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from carillon.calls.model import CallClass
from carillon.features.accounts.queries import Access
from carillon.features.audit.services import Receipt
from carillon.features.audit.views import told
from carillon.features.classes_of_service import services as class_services
from carillon.features.operator_console import queries
from carillon.features.operator_console.forms import ClassForm, RouteForm, TrunkForm
from carillon.features.operator_console.views.desk import (
    actor,
    confirm,
    edit,
    now,
    operator_page,
    receipt_of_new,
)
from carillon.features.trunks import services as trunk_services
from carillon.features.trunks.services import TrunkAddress, TrunkDetails
from carillon.web import receipts
from carillon.web.forms import CLASS_NAMES


def _names(values: object) -> list[str]:
    return [str(CLASS_NAMES.get(value, value)) for value in values]  # type: ignore[attr-defined]


def _listed(request: HttpRequest, access: Access, **rows: object) -> dict[str, object]:
    return {"access": access, "receipt": receipts.standing(request), **rows}


@operator_page
def classes(request: HttpRequest, access: Access) -> HttpResponse:
    """List the classes of service."""
    rows = [(row, _names(row.permitted)) for row in queries.classes_of_service()]
    return render(request, "operator_console/classes.html", _listed(request, access, rows=rows))


@operator_page
def edit_class(request: HttpRequest, access: Access, class_id: int | None = None) -> HttpResponse:
    """Create a class of service, or change one for every line that has it."""
    row = queries.access_class(access, class_id) if class_id is not None else None
    initial = {"name": row.name, "permitted": row.permitted, "seen_version": row.version} if row else {}
    form = ClassForm(request.POST or None, initial=initial)
    back = reverse("operator-classes")

    def save(values: Mapping[str, Any]) -> Receipt | str:
        permitted = {CallClass(value) for value in values["permitted"]} | {CallClass.EMERGENCY}
        if row is None:
            made = class_services.create_class_of_service(
                actor=actor(access), name=values["name"], permitted=permitted, now=now()
            )
            return told(request, receipt_of_new("class_of_service", made), back)
        return class_services.change_class_of_service(
            actor=actor(access),
            class_of_service_id=row.pk,
            name=values["name"],
            permitted=permitted,
            seen_version=values["seen_version"] or 0,
            now=now(),
        )

    heading = row.name if row else _("Add a class of service")
    delete = reverse("operator-class-delete", args=[row.pk]) if row else ""
    return edit(request, access, form, save=save, heading=heading, back=back, delete=delete)


@operator_page
def delete_class(request: HttpRequest, access: Access, class_id: int) -> HttpResponse:
    """Delete a class of service, after asking."""
    row = queries.access_class(access, class_id)
    return confirm(
        request,
        access,
        act=lambda: class_services.delete_class_of_service(
            actor=actor(access), class_of_service_id=row.pk, now=now()
        ),
        heading=row.name,
        warning=_("This works only while no line has it."),
        verb=_("Delete the class of service"),
        back=reverse("operator-classes"),
    )


@operator_page
def ways(request: HttpRequest, access: Access) -> HttpResponse:
    """List the trunks, and the routes over them."""
    routes = [(row, _names(row.classes)) for row in queries.routes()]
    context = _listed(request, access, trunks=queries.trunks(), routes=routes)
    return render(request, "operator_console/ways.html", context)


@operator_page
def edit_trunk(request: HttpRequest, access: Access, trunk_id: int | None = None) -> HttpResponse:
    """Create a trunk, or change one."""
    row = queries.access_trunk(access, trunk_id) if trunk_id is not None else None
    names = ("name", "label", "host", "port", "transport", "username", "own_numbers_only")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names} if row else {}
    if row:
        initial |= {"seen_version": row.version, "source_addresses": " ".join(row.source_addresses)}
    form = TrunkForm(request.POST or None, initial=initial)
    if row:
        form.fields["name"].disabled = True
    back = reverse("operator-ways")

    def save(values: Mapping[str, Any]) -> Receipt | str:
        address = TrunkAddress(values["host"], values["port"], values["transport"])
        given = {name: values[name] for name in ("label", "username", "source_addresses", "own_numbers_only")}
        secret = values["secret"] or None
        if row is None:
            made = trunk_services.create_trunk(
                actor=actor(access), name=values["name"], address=address, secret=secret, **given, now=now()
            )
            return told(request, receipt_of_new("trunk", made), back)
        return trunk_services.change_trunk(
            actor=actor(access),
            trunk_id=row.pk,
            details=TrunkDetails(address=address, secret=secret, **given),
            seen_version=values["seen_version"] or 0,
            now=now(),
        )

    heading = row.label if row else _("Add a trunk")
    delete = reverse("operator-trunk-delete", args=[row.pk]) if row else ""
    return edit(request, access, form, save=save, heading=heading, back=back, delete=delete)


@operator_page
def delete_trunk(request: HttpRequest, access: Access, trunk_id: int) -> HttpResponse:
    """Delete a trunk, after asking."""
    row = queries.access_trunk(access, trunk_id)
    return confirm(
        request,
        access,
        act=lambda: trunk_services.delete_trunk(actor=actor(access), trunk_id=row.pk, now=now()),
        heading=row.label,
        warning=_("This works only while no route uses it."),
        verb=_("Delete the trunk"),
        back=reverse("operator-ways"),
    )


@operator_page
def edit_route(request: HttpRequest, access: Access, route_id: int | None = None) -> HttpResponse:
    """Create a route, or change one."""
    row = queries.access_route(access, route_id) if route_id is not None else None
    names = ("trunk_id", "group_id", "position", "classes")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names} if row else {}
    form = RouteForm(request.POST or None, initial=initial | ({"seen_version": row.version} if row else {}))
    if row:
        form.fields["group_id"].disabled = True
    back = reverse("operator-ways")

    def save(values: Mapping[str, Any]) -> Receipt | str:
        given = {"trunk_id": values["trunk_id"], "position": values["position"]}
        given["classes"] = {CallClass(value) for value in values["classes"]}
        if row is None:
            group_id = values["group_id"]
            made = trunk_services.create_route(actor=actor(access), group_id=group_id, **given, now=now())
            return told(request, receipt_of_new("route", made, group_id), back)
        return trunk_services.change_route(
            actor=actor(access), route_id=row.pk, **given, seen_version=values["seen_version"] or 0, now=now()
        )

    heading = _("Route over %(trunk)s") % {"trunk": row.trunk} if row else _("Add a route")
    delete = reverse("operator-route-delete", args=[row.pk]) if row else ""
    return edit(request, access, form, save=save, heading=heading, back=back, delete=delete)


@operator_page
def delete_route(request: HttpRequest, access: Access, route_id: int) -> HttpResponse:
    """Delete a route, after asking."""
    row = queries.access_route(access, route_id)
    return confirm(
        request,
        access,
        act=lambda: trunk_services.delete_route(actor=actor(access), route_id=row.pk, now=now()),
        heading=_("Route over %(trunk)s") % {"trunk": row.trunk},
        warning=_("The next call of these classes takes the next route; without one it is refused."),
        verb=_("Delete the route"),
        back=reverse("operator-ways"),
    )
