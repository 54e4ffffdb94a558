"""Departments of a group: the tree, a new one, renaming and moving, deleting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carillon.features.accounts.queries import Access
from carillon.features.audit.services import Receipt
from carillon.features.audit.views import told
from carillon.features.departments import services
from carillon.features.departments.models import Department
from carillon.features.departments.queries import (
    Content,
    access_department,
    contents_of,
    possible_parents,
    tree_of,
)
from carillon.features.operator_console.forms import DepartmentForm
from carillon.features.operator_console.queries import access_group
from carillon.features.operator_console.views.desk import confirm, edit, now, operator_page
from carillon.web import receipts

INDENT = "\u2003\u2003"


@operator_page
def departments(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Show the group's departments as a tree."""
    found = access_group(access, group_id)
    rows = [
        (one, INDENT * one.full_name.count("/"), one.full_name.rpartition("/")[0])
        for one in tree_of(found.pk)
    ]
    context = {
        "access": access,
        "group": found,
        "departments": rows,
        "receipt": receipts.standing(request),
    }
    return render(request, "operator_console/departments.html", context)


@operator_page
def add_department(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Add a department at the top or below another one."""
    found = access_group(access, group_id)
    back = reverse("operator-departments", args=[found.pk])

    def save(values: Mapping[str, Any]) -> str:
        saved = services.add_department(
            access=access, group_id=found.pk, name=values["name"], parent_id=values["parent"], now=now()
        )
        return told(request, saved, back)

    form = DepartmentForm(request.POST or None, parents=tree_of(found.pk))
    return edit(request, access, form, save=save, heading=_("Add a department"), back=back)


@operator_page
def edit_department(request: HttpRequest, access: Access, department_id: int) -> HttpResponse:
    """Rename a department or move it below another one."""
    row = access_department(access, department_id)
    initial = {"name": row.name, "parent": row.parent_id, "seen_version": row.version}
    form = DepartmentForm(request.POST or None, initial=initial, parents=possible_parents(row))

    def save(values: Mapping[str, Any]) -> Receipt:
        return services.change_department(
            access=access,
            department_id=row.pk,
            name=values["name"],
            parent_id=values["parent"],
            seen_version=values["seen_version"] or 0,
            now=now(),
        )

    return edit(
        request,
        access,
        form,
        save=save,
        heading=row.full_name,
        back=reverse("operator-departments", args=[row.group_id]),
        delete=reverse("operator-department-delete", args=[row.pk]),
    )


@operator_page
def delete_department(request: HttpRequest, access: Access, department_id: int) -> HttpResponse:
    """Delete a department, after asking; while anything is in it, the page lists it."""
    row = access_department(access, department_id)
    return confirm(
        request,
        access,
        act=lambda: services.delete_department(access=access, department_id=row.pk, now=now()),
        heading=row.full_name,
        warning=_("This works only while nothing is in the department. Calls do not change."),
        verb=_("Delete the department"),
        back=reverse("operator-department", args=[row.pk]),
        there=reverse("operator-departments", args=[row.group_id]),
        uses=[use for content in contents_of(row) for use in _told(row, content)],
    )


def _told(row: Department, content: Content) -> list[tuple[str, str]]:
    """Return what is in a department in words, each with the page where it is moved or deleted."""
    number = {"number": content.count}
    match content.kind:
        case "lines.Line":
            words = ngettext("%(number)s line", "%(number)s lines", content.count) % number
            return [(words, f"{reverse('operator-lines', args=[row.group_id])}?department={row.pk}")]
        case "departments.Department":
            return [
                (_("Department %(name)s") % {"name": one}, reverse("operator-department", args=[one.pk]))
                for one in content.first
            ]
        case "accounts.User":
            return [
                (
                    _("Administrator %(name)s") % {"name": user.line.name},  # type: ignore[attr-defined]
                    reverse("line-details", args=[user.line_id]),  # type: ignore[attr-defined]
                )
                for user in content.first
            ]
        case _:
            return [(f"{content.plural}: {content.count}", "")]
