"""Number blocks of a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from carillon.features.accounts.queries import Access
from carillon.features.audit.views import told, typed_numbers
from carillon.features.number_blocks import services
from carillon.features.number_blocks.queries import blocks_of
from carillon.features.operator_console.forms import BlockForm
from carillon.features.operator_console.queries import access_block, access_group
from carillon.features.operator_console.views.desk import (
    actor,
    confirm,
    edit,
    now,
    operator_page,
    receipt_of_new,
)
from carillon.web import receipts
from carillon.web.numbers import national


@operator_page
def blocks(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """List a group's blocks with what is free in each."""
    found = access_group(access, group_id)
    context = {
        "access": access,
        "group": found,
        "blocks": blocks_of(found.pk),
        "receipt": receipts.standing(request),
    }
    return render(request, "operator_console/blocks.html", context)


@operator_page
def add_block(request: HttpRequest, access: Access, group_id: int) -> HttpResponse:
    """Give the group a block."""
    found = access_group(access, group_id)
    back = reverse("operator-blocks", args=[found.pk])

    def save(values: Mapping[str, Any]) -> str:
        numbers = typed_numbers(values, found.home_region, "first", "last")
        block = services.create_block(actor=actor(access), group_id=found.pk, **numbers, now=now())
        return told(request, receipt_of_new("number_block", block, found.pk), back)

    form = BlockForm(request.POST or None)
    return edit(request, access, form, save=save, heading=_("Add a number block"), back=back)


@operator_page
def delete_block(request: HttpRequest, access: Access, block_id: int) -> HttpResponse:
    """Take a block back, after asking."""
    block = access_block(access, block_id)
    return confirm(
        request,
        access,
        act=lambda: services.delete_block(
            actor=actor(access), group_id=block.group_id, block_id=block.pk, now=now()
        ),
        heading=f"{national(block.first)} – {national(block.last)}",
        warning=_("The group loses these numbers. This works only while no line and no extension uses one."),
        verb=_("Delete the block"),
        back=reverse("operator-blocks", args=[block.group_id]),
    )
