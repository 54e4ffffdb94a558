"""Deleting lines, one or thousands: which ones, what stands in the way, and what is lost with them in sum."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Q

from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound
from carillon.features.audit.services import ErrorCode, Problem
from carillon.features.call_manager.models import CallSettings
from carillon.features.extensions.models import Extension
from carillon.features.line_actions.queries import MEMBERSHIPS, outranks, relations_to
from carillon.features.line_management.queries.uses import GROUP_NUMBERS
from carillon.features.lines.models import Line
from carillon.features.lines.queries import lines_in_scope
from carillon.features.phones.models import Phone
from carillon.features.voicemail.models import Mailbox, Message
from carillon.web.changes import LABELS
from carillon.web.statements import in_pieces


def lines_to_delete(access: Access, line_ids: Collection[int]) -> list[Line]:
    """Return these lines by name, with group and department; raises NotFound unless all are of one group and his."""
    scope = lines_in_scope(access, Action.MANAGE_LINES).order_by().select_related("group", "department")
    found = [line for part in in_pieces(sorted(set(line_ids))) for line in scope.filter(pk__in=part)]
    if not found or len(found) != len(set(line_ids)) or len({line.group_id for line in found}) != 1:
        raise NotFound("line", line_ids)
    return sorted(found, key=lambda line: (line.name_key, line.pk))


def hindrances_among(access: Access, lines: Sequence[Line]) -> dict[int, list[Problem]]:
    """Return why lines of one group cannot be deleted together, by the id of those that cannot.

    His own line, someone who administers more, the last administrators of the whole group, and what the group's own
    settings or rows of other tables need (a few queries for every 500 lines).
    """
    found: dict[int, list[Problem]] = {}
    users = _administrators_among([line.pk for line in lines])
    alone = _nobody_else_administers(lines[0].group_id, users) if lines else False
    needed = _needed(lines)
    for line in lines:
        user = users.get(line.pk)
        problems = [
            (line.pk == access.own_line_id, Problem(ErrorCode.OWN_LINE)),
            (outranks(user, access), Problem(ErrorCode.OUTRANKED)),
            (alone and _administers_all(user), Problem(ErrorCode.LAST_ADMINISTRATOR)),
            (line.pk in needed, Problem(ErrorCode.IN_USE, {"by": ", ".join(needed.get(line.pk, ()))})),
        ]
        found[line.pk] = [problem for stands, problem in problems if stands]
    return {line_id: problems for line_id, problems in found.items() if problems}


def _administrators_among(ids: Sequence[int]) -> dict[int, User]:
    """Return the administrators by their lines, their scope joined."""
    users = User.objects.exclude(role=Role.SUBSCRIBER).select_related("scope")
    return {
        int(user.line_id or 0): user for part in in_pieces(ids) for user in users.filter(line_id__in=part)
    }


def _administers_all(user: User | None) -> bool:
    return user is not None and user.role == Role.GROUP_ADMINISTRATOR


def _nobody_else_administers(group_id: int, users: dict[int, User]) -> bool:
    """Say whether no administrator of the whole group who is not locked would be left."""
    going = [line_id for line_id, user in users.items() if _administers_all(user)]
    if not going:
        return False
    able = User.objects.filter(
        role=Role.GROUP_ADMINISTRATOR, line__group_id=group_id, line__locked_at=None
    ).values_list("line_id", flat=True)
    return set(able) <= set(going)


def _needed(lines: Sequence[Line]) -> dict[int, list[str]]:
    """Return what the lines are needed for, in words: settings of the group, rows that forbid the deletion."""
    needed: dict[int, list[str]] = {}
    for line in lines:
        labels = [str(LABELS[name]) for name in GROUP_NUMBERS if getattr(line.group, name) == line.number]
        if labels:
            needed[line.pk] = labels
    for relation in relations_to(Line):
        if relation.on_delete in {models.PROTECT, models.RESTRICT}:
            rows = relation.related_model._base_manager  # noqa: SLF001 - whatever managers hide
            for part in in_pieces([line.pk for line in lines]):
                for row in rows.filter(**{f"{relation.field.name}__in": part}):
                    needed.setdefault(getattr(row, relation.field.attname), []).append(str(row))
    return needed


@dataclass(frozen=True, slots=True)
class Sums:
    """What is lost in sum; `other_rows` are rows of subscribers' lists: numbers that ring, speed dials."""

    lines: int = 0
    extensions: int = 0
    phones: int = 0
    messages: int = 0
    greetings: int = 0
    recorded_names: int = 0
    mailboxes: int = 0
    accounts: int = 0
    administrators: int = 0
    other_rows: int = 0
    memberships: int = 0


def sums_of(lines: Sequence[Line]) -> Sums:
    """Count what is lost with the lines (a query for each kind of row and every 500 lines)."""
    total = dict.fromkeys(Sums.__dataclass_fields__, 0)
    for part in in_pieces([line.pk for line in lines]):
        for name, number in _counts(part).items():
            total[name] += number
    return Sums(**total)


def _counts(ids: Sequence[int]) -> dict[str, int]:
    mailboxes = Mailbox.objects.filter(line_id__in=ids).aggregate(
        mailboxes=Count("pk"),
        greetings=Count("pk", filter=~Q(greeting="")),
        recorded_names=Count("pk", filter=~Q(recorded_name="")),
    )
    accounts = User.objects.filter(line_id__in=ids).aggregate(
        accounts=Count("pk"), administrators=Count("pk", filter=~Q(role=Role.SUBSCRIBER))
    )
    below = [*_rows_below(CallSettings, "line_id__in"), *_rows_below(Mailbox, "line_id__in")]
    return {
        "lines": len(ids),
        "extensions": Extension.objects.filter(line_id__in=ids).count(),
        "phones": Phone.objects.filter(line_id__in=ids).count(),
        "messages": Message.objects.filter(mailbox__line_id__in=ids).count(),
        "other_rows": sum(_count(model, way, ids) for model, way in below if model is not Message),
        "memberships": sum(_count(apps.get_model(label), "line_id__in", ids) for label in MEMBERSHIPS),
        **mailboxes,
        **accounts,
    }


def _count(model: Any, way: str, ids: Sequence[int]) -> int:
    return int(model._base_manager.filter(**{way: ids}).count())  # noqa: SLF001 - whatever managers hide


def _rows_below(model: Any, way: str) -> Iterator[tuple[Any, str]]:
    """Yield each table whose rows go with this one's, and the way from it to the line."""
    for relation in relations_to(model):
        if relation.on_delete is models.CASCADE:
            found = f"{relation.field.name}__{way}"
            yield relation.related_model, found
            yield from _rows_below(relation.related_model, found)
