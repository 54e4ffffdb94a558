"""Giving number blocks to business groups (the operator does)."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    bump_group,
    lock_group,
    record_change,
)
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.number_blocks.queries import overlapping, used_in


def create_block(*, actor: Actor, group_id: int, first: str, last: str, now: datetime) -> NumberBlock:
    """Give the group the numbers from `first` to `last` (E.164, same length); no two blocks share a number."""
    errors = {
        name: Problem(ErrorCode.NUMBER_NOT_VALID, {"number": number[:20]})
        for name, number in {"first": first, "last": last}.items()
        if re.fullmatch(r"\+[1-9][0-9]{6,14}", number, re.ASCII) is None
    }
    if not errors and (len(first) != len(last) or first > last):
        errors["last"] = Problem(ErrorCode.BAD_RANGE)
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        bump_group(None)  # locks every group: no other block is given at the same time
        taken = overlapping(first=first, last=last)
        if taken is not None:
            raise Invalid({"first": Problem(ErrorCode.ALREADY_USED, {"by": str(taken)})})
        block = NumberBlock.objects.create(group_id=group_id, first=first, last=last)
        change = Change(
            kind="number_block",
            object_id=block.pk,
            label=str(block),
            action="create",
            version=1,
            group_id=group_id,
            new={"first": first, "last": last},
        )
        record_change(actor=actor, change=change, now=now)
    return block


def delete_block(*, actor: Actor, group_id: int, block_id: int, now: datetime) -> Receipt:
    """Take a block back from a group; refused (`block`) while a line or an extension of the group uses a number of it.

    Raises NotFound when the block is not the group's.
    """
    with transaction.atomic():
        lock_group(group_id)
        block = NumberBlock.objects.filter(pk=block_id, group_id=group_id).first()
        if block is None:
            raise NotFound("number_block", block_id)
        user = used_in(block)
        if user:
            raise Invalid({"block": Problem(ErrorCode.IN_USE, {"by": user})})
        change = Change(
            kind="number_block",
            object_id=block_id,
            label=str(block),
            action="delete",
            version=block.version + 1,
            group_id=group_id,
            old={"first": block.first, "last": block.last},
        )
        block.delete()
        return record_change(actor=actor, change=change, now=now)
