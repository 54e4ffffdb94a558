"""Rows of phones and lines -> what the engine must know: accounts, and the fallback's directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from carillon.asterisk.objects import DirectoryRow, GroupRow, PhoneRow
from carillon.calls.model import CallClass
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.queries import group_ids
from carillon.features.extensions.models import Extension
from carillon.features.extensions.queries import number_of
from carillon.features.lines.models import Line
from carillon.features.lines.snapshot import permitted_classes
from carillon.features.phones.models import Phone
from carillon.features.trunks.models import Route
from carillon.features.trunks.queries import decrypt_secret

GROUPS_AT_ONCE = 50
_LINE = (
    "pk", "group_id", "number", "name", "calling_name", "language", "kind", "barred", "withhold_identity", "suspended", "group__suspended", "locked_at",
    "class_of_service_id", "class_of_service__permitted", "group__language", "user__language",
    "extension__first", "mailbox__pk",
)  # fmt: skip
_OUTSIDE = frozenset({CallClass.LOCAL, CallClass.LONG_DISTANCE})


class EngineRows(NamedTuple):
    """One group's part of the engine's projection, in the order of asterisk.objects.group_objects."""

    group: GroupRow
    phones: tuple[PhoneRow, ...]
    directory: tuple[DirectoryRow, ...]


def engine_rows(group_id: int) -> EngineRows:
    """Return the group's way out, phones (secrets in clear) and directory; five queries whatever its size."""
    return _rows([group_id])[group_id]


def engine_rows_of(ids: Sequence[int]) -> dict[int, EngineRows]:
    """Return the rows of these groups, which must exist; as few queries as for one."""
    return _rows(ids)


def engine_rows_of_all() -> Iterator[tuple[int, EngineRows]]:
    """Yield every group's rows, some groups at a time, so that the whole platform is never held in memory."""
    ids = group_ids()
    for start in range(0, len(ids), GROUPS_AT_ONCE):
        yield from _rows(ids[start : start + GROUPS_AT_ONCE]).items()


def _rows(ids: Sequence[int]) -> dict[int, EngineRows]:
    lines = {row["pk"]: row for row in Line.objects.filter(group_id__in=ids).order_by("pk").values(*_LINE)}
    accounts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    phone_rows = Phone.objects.filter(group_id__in=ids, line_id__isnull=False).order_by("pk")
    for line_id, user, secret in phone_rows.values_list("line_id", "sip_user", "sip_secret"):
        accounts[line_id].append((user, secret))
    phones: dict[int, list[PhoneRow]] = {group_id: [] for group_id in ids}
    directory: dict[int, list[DirectoryRow]] = {group_id: [] for group_id in ids}
    ranges = _ranges(ids)
    for line_id, line in lines.items():
        own = accounts.get(line_id, [])
        phones[line["group_id"]].extend(_phone(line, user, secret) for user, secret in own)
        directory[line["group_id"]].append(_entry(line, own, ranges))
    groups = _groups(ids)
    return {
        group_id: EngineRows(groups[group_id], tuple(phones[group_id]), tuple(directory[group_id]))
        for group_id in ids
    }


def _phone(line: dict[str, Any], user: str, secret: str) -> PhoneRow:
    # Without callcontrol nobody checks a class of call: only lines that may call the whole country go outside.
    free = not line["suspended"] and not line["group__suspended"] and line["locked_at"] is None
    return PhoneRow(
        sip_user=user,
        secret=decrypt_secret(secret),
        line_id=line["pk"],
        group_id=line["group_id"],
        language=_language(line),
        may_call_outside=free and _permitted(line) >= _OUTSIDE,
        name=line["calling_name"] or line["name"],
        number=line["number"],
        mailbox_id=line["mailbox__pk"],
        withheld=line["withhold_identity"],
    )


def _entry(
    line: dict[str, Any], own: list[tuple[str, str]], ranges: dict[int, list[Extension]]
) -> DirectoryRow:
    return DirectoryRow(
        group_id=line["group_id"],
        line_id=line["pk"],
        extension=line["extension__first"] or _extension_in(ranges[line["group_id"]], line["number"]),
        number=line["number"],
        sip_users=tuple(user for user, _secret in own),
        mailbox_id=line["mailbox__pk"],
        language=_language(line),
    )


def _language(line: dict[str, Any]) -> str:
    return str(line["user__language"] or line["language"] or line["group__language"])


def _permitted(line: dict[str, Any]) -> frozenset[CallClass]:
    return permitted_classes(
        line_id=line["pk"],
        kind=line["kind"],
        barred=line["barred"],
        class_of_service_id=line["class_of_service_id"],
        permitted=line["class_of_service__permitted"],
    )


def _ranges(ids: Sequence[int]) -> dict[int, list[Extension]]:
    found: dict[int, list[Extension]] = defaultdict(list)
    for row in Extension.objects.filter(group_id__in=ids, line_id__isnull=True):
        found[row.group_id].append(row)
    return found


def _extension_in(ranges: list[Extension], number: str) -> str:
    """Return the digits of a range that stand for this number, "" when none does."""
    for row in ranges:
        last = number_of(row, row.last)
        if len(number) == len(row.first_number) and row.first_number <= number <= last:
            sign, digits = (row.first[0], row.first[1:]) if row.first[0] in "*#" else ("", row.first)
            return f"{sign}{int(digits) + int(number[1:]) - int(row.first_number[1:]):0{len(digits)}d}"
    return ""


def _groups(ids: Sequence[int]) -> dict[int, GroupRow]:
    """Return each group's way out: the trunk local calls leave by first, of its own routes or the platform's."""
    routes = Route.objects.order_by("position", "pk").values_list("group_id", "classes", "trunk__name")
    first: dict[int | None, str] = {}
    for group_id, classes, trunk in routes:
        if CallClass.LOCAL in classes:
            first.setdefault(group_id, trunk)
    prefixes = dict(BusinessGroup.objects.filter(pk__in=ids).values_list("pk", "outside_prefix"))
    return {
        group_id: GroupRow(group_id, first.get(group_id, first.get(None, "")), prefixes.get(group_id, ""))
        for group_id in ids
    }
