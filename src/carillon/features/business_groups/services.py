"""Creating and changing business groups (the operator does)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    check_name,
    differing,
    lock_group,
    record_change,
    write_version,
)
from carillon.features.business_groups.models import BusinessGroup


def create_group(
    *,
    actor: Actor,
    name: str,
    language: str = "fr",
    timezone: str = "America/Toronto",
    local_area_codes: Sequence[str] = (),
    outside_prefix: str = "",
    now: datetime,
) -> BusinessGroup:
    """Create a business group with a name unique on the platform, dialling in the plan of Canada."""
    clean, problem = check_name(name, limit=64)
    if problem is None and BusinessGroup.objects.filter(name=clean).exists():
        problem = Problem(ErrorCode.ALREADY_USED, {"by": clean})
    errors = {"name": problem} if problem else {}
    if language not in {"fr", "en"}:
        errors["language"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": language[:10]})
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        group = BusinessGroup.objects.create(
            name=clean,
            language=language,
            timezone=timezone,
            local_area_codes=list(local_area_codes),
            domestic_regions=["CA", "US"],
            outside_prefix=outside_prefix,
        )
        new = {"name": clean, "language": language, "timezone": timezone}
        record_change(actor=actor, change=_change(group, "create", {}, new, 1), now=now)
        group.refresh_from_db(fields=["config_version"])
    return group


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
    wanted: dict[str, Any] = {
        "main_number": main_number,
        "show_main_number": show_main_number,
        "emergency_callback": emergency_callback,
    }
    with transaction.atomic():
        group = BusinessGroup.objects.get(pk=group_id)
        config_version = lock_group(group_id)
        old, new = differing({name: getattr(group, name) for name in wanted}, wanted)
        if not new:
            return Receipt("business_group", group_id, group.version, group_id, config_version, now)
        version = write_version(
            BusinessGroup.objects.all(),
            kind="business_group",
            object_id=group_id,
            seen_version=seen_version,
            values=new,
        )
        return record_change(actor=actor, change=_change(group, "change", old, new, version), now=now)


def _change(
    group: BusinessGroup, action: str, old: Mapping[str, Any], new: Mapping[str, Any], version: int
) -> Change:
    return Change(
        kind="business_group",
        object_id=group.pk,
        label=group.name,
        action=action,
        version=version,
        group_id=group.pk,
        old=old,
        new=new,
    )
