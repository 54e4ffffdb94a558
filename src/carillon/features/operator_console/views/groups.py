"""Business groups: the list, one group, a new one with its lines, details, grants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from carillon.features.accounts.queries import Access
from carillon.features.audit.services import Receipt
from carillon.features.audit.views import typed_numbers
from carillon.features.business_groups import services
from carillon.features.business_groups.choices import GroupFeature, GroupPermission
from carillon.features.number_blocks.queries import blocks_of
from carillon.features.operator_console.forms import GrantsForm, GroupForm, NewGroupForm
from carillon.features.operator_console.queries import access_group, groups_in_scope
from carillon.features.operator_console.services import NewCompany, create_company
from carillon.features.operator_console.views.desk import (
    actor,
    confirm,
    edit,
    now,
    operator_page,
    wanted_state,
)
from carillon.web import receipts
from carillon.web.lists import page
from carillon.web.lists.spec import Column, Empty, ListSpec
from carillon.web.numbers import national


@operator_page
def groups(request: HttpRequest, access: Access) -> HttpResponse:
    """List the business groups."""
    spec = ListSpec(
        name="operator-groups",
        columns=(
            Column(
                "name",
                gettext_lazy("Name"),
                lambda group, pen: format_html(
                    '<a href="{}">{}</a>', reverse("operator-group", args=[group.pk]), pen(group.name)
                ),
                ("name",),
                lambda term: Q(name__icontains=term.typed),
                fixed=True,
                head=True,
            ),
            Column(
                "language", gettext_lazy("Language"), lambda group, pen: pen(group.get_language_display())
            ),
            Column(
                "timezone", gettext_lazy("Time zone"), lambda group, pen: pen(group.timezone), hidden=True
            ),
            Column(
                "state",
                gettext_lazy("State"),
                lambda group, pen: pen(_("Suspended") if group.suspended else _("In service")),
            ),
        ),
        sort="name",
        counted=lambda number: (
            ngettext("%(number)s business group", "%(number)s business groups", number) % {"number": number}
        ),
        empty=Empty(
            gettext_lazy("No business groups yet"),
            gettext_lazy("A business group is one customer: its numbers, lines and settings."),
            gettext_lazy("Add a business group"),
            reverse("operator-group-add"),
        ),
        placeholder=gettext_lazy("Name"),
    )
    columns = access.user.list_columns.get(spec.name)
    listing = page.build(spec, groups_in_scope(access), request, chosen=tuple(columns) if columns else None)
    actions = [{"address": reverse("operator-group-add"), "label": _("Add a business group")}]
    return page.respond(request, listing, heading=_("Business groups"), access=access, page_actions=actions)


@operator_page
def add_group(request: HttpRequest, access: Access) -> HttpResponse:
    """Create a group with its numbers, lines and administrator from one form."""
    form = NewGroupForm(request.POST or None)
    created: list[Any] = []

    def save(values: Mapping[str, Any]) -> str:
        numbers = typed_numbers(values, "CA", "first", "last")
        with override(values["language"]):
            line_name = _("Extension")
        new = NewCompany(**{**values, **numbers, "line_name": line_name})
        created.append(create_company(actor=actor(access), new=new, now=now()))
        return reverse("operator-group", args=[created[0].group.pk])

    answer = edit(
        request, access, form, save=save, heading=_("Add a business group"), back=reverse("operator")
    )
    if created and created[0].password:
        # Shown once, on the answer itself: a first password is in no address and in no session.
        return render(request, "operator_console/created.html", {"access": access, "created": created[0]})
    return answer


@operator_page
def group(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Show one group: what it is, what it was granted, where its parts are edited."""
    found = access_group(access, group_id)
    context = {
        "access": access,
        "group": found,
        "blocks": blocks_of(found.pk),
        "features": [choice.label for choice in GroupFeature if choice.value in found.features],
        "permissions": [choice.label for choice in GroupPermission if choice.value in found.permissions],
        "receipt": receipts.standing(request),
    }
    return render(request, "operator_console/group.html", context)


@operator_page
def details(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Edit a group's details."""
    found = access_group(access, group_id)
    names = set(GroupForm.base_fields) - {"seen_version", "local_area_codes"}
    initial = {name: getattr(found, name) for name in names}
    initial |= {"seen_version": found.version, "local_area_codes": " ".join(found.local_area_codes)}
    initial |= {name: national(initial[name]) for name in ("main_number", "emergency_callback")}
    form = GroupForm(request.POST or None, initial=initial)

    def save(values: Mapping[str, Any]) -> Receipt:
        numbers = typed_numbers(values, found.home_region, "main_number", "emergency_callback")
        given = {name: value for name, value in values.items() if name != "seen_version"}
        return services.change_group(
            actor=actor(access),
            group_id=found.pk,
            details=services.GroupDetails(**{**given, **numbers}),
            seen_version=values["seen_version"],
            now=now(),
        )

    back = reverse("operator-group", args=[found.pk])
    return edit(request, access, form, save=save, heading=_("Edit the details"), of=found.name, back=back)


@operator_page
def grants(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Edit a group's features, permissions and licences."""
    found = access_group(access, group_id)
    initial = {
        "seen_version": found.version,
        "features": found.features,
        "permissions": found.permissions,
        "basic": found.basic_acd_licences,
        "premium": found.premium_acd_licences,
    }
    form = GrantsForm(request.POST or None, initial=initial)

    def save(values: Mapping[str, Any]) -> Receipt:
        given = dict(values)
        seen_version = given.pop("seen_version")
        return services.change_grants(
            actor=actor(access),
            group_id=found.pk,
            grants=services.Grants(**given),
            seen_version=seen_version,
            now=now(),
        )

    back = reverse("operator-group", args=[found.pk])
    return edit(request, access, form, save=save, heading=_("Edit what is granted"), of=found.name, back=back)


@operator_page
def suspend(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Suspend a group, or take it back, after asking."""
    found = access_group(access, group_id)
    wanted, sends = wanted_state(request, now_on=found.suspended)
    warning = (
        _(
            "Nobody of this group can sign in, and its lines neither call nor are called. Emergency calls go out."
        )
        if wanted
        else _("Its people sign in again, and its lines call and are called.")
    )
    return confirm(
        request,
        access,
        act=lambda: services.suspend_group(
            actor=actor(access), group_id=found.pk, suspended=wanted, now=now()
        ),
        heading=found.name,
        warning=warning,
        verb=_("Suspend the group") if wanted else _("Put the group back in service"),
        harmless=not wanted,
        back=reverse("operator-group", args=[found.pk]),
        sends=sends,
    )
