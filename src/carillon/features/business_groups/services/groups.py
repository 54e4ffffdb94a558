"""Creating, changing and suspending business groups."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction
from phonenumbers import SUPPORTED_REGIONS

from carillon.features.audit.services import (
    Actor,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    check_name,
    lock_every_group,
    record_change,
)
from carillon.features.business_groups.choices import PortalLanguage, all_features, first_permissions
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services.changes import group_change, write_group

MOST_AREA_CODES = 100


@dataclass(frozen=True, slots=True)
class GroupDetails:
    """All of a group that the operator edits in one form. Numbers are E.164 or ""; area codes three digits."""

    name: str
    language: str = "fr"
    timezone: str = "America/Toronto"
    home_region: str = "CA"
    main_number: str = ""
    show_main_number: bool = False
    emergency_callback: str = ""
    outside_prefix: str = ""
    seven_digit_area_code: str = ""
    local_area_codes: tuple[str, ...] = ()
    locked_lines_ring: bool = False


def create_group(
    *,
    actor: Actor,
    name: str,
    language: str = "fr",
    timezone: str = "America/Toronto",
    home_region: str = "CA",
    local_area_codes: Sequence[str] = (),
    outside_prefix: str = "",
    now: datetime,
) -> BusinessGroup:
    """Create a business group with a name unique on the platform, dialling in the plan of its home region."""
    details = GroupDetails(
        name, language, timezone, home_region, outside_prefix=outside_prefix,
        local_area_codes=tuple(local_area_codes),
    )  # fmt: skip
    with transaction.atomic():
        lock_every_group()  # of two groups created at once with one name, the second is told
        clean, errors = _problems(details, group_id=None)
        if errors:
            raise Invalid(errors)
        group = BusinessGroup.objects.create(
            name=clean,
            language=language,
            timezone=timezone,
            home_region=home_region,
            local_area_codes=list(local_area_codes),
            domestic_regions=["CA", "US"] if home_region in {"CA", "US"} else [home_region],
            outside_prefix=outside_prefix,
            features=all_features(),
            permissions=first_permissions(),
        )
        new = {"name": clean, "language": language, "timezone": timezone, "home_region": home_region}
        record_change(actor=actor, change=group_change(group, "create", {}, new, 1), now=now)
        group.refresh_from_db(fields=["config_version"])
    return group


def change_group(
    *, actor: Actor, group_id: int, details: GroupDetails, seen_version: int, now: datetime
) -> Receipt:
    """Change a group's details; raises Invalid and StaleVersion."""
    with transaction.atomic():
        lock_every_group()
        clean, errors = _problems(details, group_id=group_id)
        if errors:
            raise Invalid(errors)
        wanted = {**asdict(details), "name": clean, "local_area_codes": list(details.local_area_codes)}
        return write_group(
            actor=actor,
            group_id=group_id,
            wanted=lambda _group: wanted,
            action="change",
            seen_version=seen_version,
            now=now,
        )


def suspend_group(*, actor: Actor, group_id: int, suspended: bool, now: datetime) -> Receipt:
    """Suspend a group or take it back: its people do not sign in, its lines neither call nor are called."""
    return write_group(
        actor=actor,
        group_id=group_id,
        wanted=lambda _group: {"suspended": suspended},
        action="change",
        seen_version=None,
        now=now,
    )


def change_main_number(
    *,
    actor: Actor,
    group_id: int,
    main_number: str,
    show_main_number: bool,
    emergency_callback: str,
    seen_version: int,
    now: datetime,
) -> Receipt:
    """Change the group's main and emergency call-back numbers (E.164 or "") and which one goes out."""
    wanted = {
        "main_number": main_number,
        "show_main_number": show_main_number,
        "emergency_callback": emergency_callback,
    }
    return write_group(
        actor=actor,
        group_id=group_id,
        wanted=lambda _group: wanted,
        action="change",
        seen_version=seen_version,
        now=now,
    )


def _problems(details: GroupDetails, *, group_id: int | None) -> tuple[str, dict[str, Problem]]:
    """Return the cleaned name and every refused field."""
    clean, problem = check_name(details.name, limit=64)
    errors = {"name": problem} if problem else {}
    same_name = BusinessGroup.objects.filter(name=clean).values_list("pk", flat=True).first()
    if problem is None and same_name not in {None, group_id}:
        errors["name"] = Problem(ErrorCode.ALREADY_USED, {"by": clean})
    choices = {
        "language": (details.language, PortalLanguage.values),
        "timezone": (details.timezone, available_timezones()),
        "home_region": (details.home_region, SUPPORTED_REGIONS),
    }
    for field, (value, known) in choices.items():
        if value not in known:
            errors[field] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": value[:40]})
    errors |= _digit_problems(details)
    for field in ("main_number", "emergency_callback"):
        number = getattr(details, field)
        if number and (group_id is None or not holds_number(group_id, number)):
            errors[field] = Problem(ErrorCode.NOT_IN_BLOCKS, {"number": number[:20]})
    return clean, errors


def _digit_problems(details: GroupDetails) -> dict[str, Problem]:
    errors: dict[str, Problem] = {}
    if re.fullmatch(r"[0-9]{0,3}", details.outside_prefix, re.ASCII) is None:
        errors["outside_prefix"] = Problem(
            ErrorCode.MALFORMED, {"value": details.outside_prefix[:10], "example": "9"}
        )
    codes = {"local_area_codes": details.local_area_codes, "seven_digit_area_code": ()}
    if details.seven_digit_area_code:
        codes["seven_digit_area_code"] = (details.seven_digit_area_code,)
    for field, values in codes.items():
        for value in values:
            if re.fullmatch(r"[2-9][0-9]{2}", value, re.ASCII) is None:
                errors[field] = Problem(ErrorCode.MALFORMED, {"value": value[:10], "example": "514"})
    if len(details.local_area_codes) > MOST_AREA_CODES:
        errors["local_area_codes"] = Problem(ErrorCode.TOO_MANY, {"limit": MOST_AREA_CODES})
    return errors


def holds_number(group_id: int, number: str) -> bool:
    """Say whether a number (E.164) is in a block of the group (one query)."""
    firsts = BusinessGroup.objects.filter(
        pk=group_id, number_blocks__first__lte=number, number_blocks__last__gte=number
    ).values_list("number_blocks__first", flat=True)
    return any(len(first) == len(number) for first in firsts)
