"""Creating trunks to carriers, and routes over them (the operator does)."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from carillon.calls.model import CallClass
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    check_name,
    record_change,
)
from carillon.features.trunks.models import Route, Trunk
from carillon.features.trunks.queries import encrypt_secret

TRANSPORTS = ("udp", "tcp", "tls")


@dataclass(frozen=True, slots=True)
class TrunkAddress:
    """Where a trunk's calls go: host name or address, port, transport (udp, tcp or tls)."""

    host: str
    port: int = 5060
    transport: str = "udp"


def create_trunk(
    *,
    actor: Actor,
    name: str,
    label: str,
    address: TrunkAddress,
    username: str = "",
    secret: str | None = None,
    source_addresses: Sequence[str] = (),
    own_numbers_only: bool = False,
    now: datetime,
) -> Trunk:
    """Create a trunk; without a secret one of 192 random bits is made. `name` is its endpoint in the engine."""
    errors = _trunk_problems(name=name, address=address, source_addresses=source_addresses)
    clean, problem = check_name(label, limit=64)
    if problem is not None:
        errors["label"] = problem
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        trunk = Trunk.objects.create(
            name=name,
            label=clean,
            host=address.host,
            port=address.port,
            transport=address.transport,
            username=username or name,
            secret=encrypt_secret(secrets.token_urlsafe(24) if secret is None else secret),
            source_addresses=list(source_addresses),
            own_numbers_only=own_numbers_only,
        )
        new = {"name": name, "label": clean, "host": address.host, "port": address.port}
        _record(actor=actor, kind="trunk", row=trunk, group_id=None, new=new, now=now)
    return trunk


def _trunk_problems(
    *, name: str, address: TrunkAddress, source_addresses: Sequence[str]
) -> dict[str, Problem]:
    errors: dict[str, Problem] = {}
    if re.fullmatch(r"[a-z][a-z0-9-]{1,31}", name, re.ASCII) is None:
        errors["name"] = Problem(ErrorCode.BAD_CHARACTER, {"character": name[:32]})
    elif Trunk.objects.filter(name=name).exists():
        errors["name"] = Problem(ErrorCode.ALREADY_USED, {"by": name})
    if re.fullmatch(r"[A-Za-z0-9.:-]{1,255}", address.host, re.ASCII) is None:
        errors["host"] = Problem(ErrorCode.BAD_CHARACTER, {"character": address.host[:64]})
    if not 1 <= address.port <= 65535:
        errors["port"] = Problem(ErrorCode.OUT_OF_RANGE, {"low": 1, "high": 65535})
    if address.transport not in TRANSPORTS:
        errors["transport"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": address.transport[:10]})
    for source in source_addresses:
        try:
            ipaddress.ip_network(source)
        except ValueError:
            errors["source_addresses"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": source[:64]})
    return errors


def create_route(
    *,
    actor: Actor,
    trunk_id: int,
    classes: Collection[CallClass],
    group_id: int | None = None,
    position: int = 1,
    now: datetime,
) -> Route:
    """Let these classes of call leave by the trunk, for one group or (None) for all, in `position` order."""
    stored = [call_class.value for call_class in CallClass if call_class in classes]
    with transaction.atomic():
        route = Route.objects.create(group_id=group_id, trunk_id=trunk_id, position=position, classes=stored)
        new = {"trunk_id": trunk_id, "position": position, "classes": stored}
        _record(actor=actor, kind="route", row=route, group_id=group_id, new=new, now=now)
    return route


def _record(
    *,
    actor: Actor,
    kind: str,
    row: Trunk | Route,
    group_id: int | None,
    new: dict[str, object],
    now: datetime,
) -> None:
    change = Change(
        kind=kind,
        object_id=row.pk,
        label=str(row),
        action="create",
        version=row.version,
        group_id=group_id,
        new=new,
    )
    record_change(actor=actor, change=change, now=now)
