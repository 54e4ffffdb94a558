"""Creating, changing and deleting trunks."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.features.audit.services import (
    Actor,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    bump_group,
    check_name,
    differing,
    lock_every_group,
    write_version,
)
from carillon.features.trunks.models import Trunk
from carillon.features.trunks.queries import decrypt_secret, encrypt_secret
from carillon.features.trunks.services.changes import record

TRANSPORTS = ("udp", "tcp", "tls")


@dataclass(frozen=True, slots=True)
class TrunkAddress:
    """Where a trunk's calls go: host name or address, port, transport (udp, tcp or tls)."""

    host: str
    port: int = 5060
    transport: str = "udp"


@dataclass(frozen=True, slots=True)
class TrunkDetails:
    """What may change of a trunk; its name is the engine's and stays. `secret` None keeps the present one."""

    label: str
    address: TrunkAddress
    username: str
    secret: str | None = None
    source_addresses: tuple[str, ...] = ()
    own_numbers_only: bool = False


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
    with transaction.atomic():
        lock_every_group()  # of two created at once with one name, the second is told
        errors = _trunk_problems(name=name, address=address, source_addresses=source_addresses)
        clean, texts = _text_problems(label=label, username=username, secret=secret)
        if errors | texts:
            raise Invalid(errors | texts)
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
        record(actor=actor, row=trunk, action="create", version=1, new=new, now=now)
    return trunk


def _trunk_problems(
    *, name: str | None, address: TrunkAddress, source_addresses: Sequence[str]
) -> dict[str, Problem]:
    errors: dict[str, Problem] = {}
    if name is None:
        pass  # it stays as it is
    elif re.fullmatch(r"[a-z][a-z0-9-]{1,31}", name, re.ASCII) is None:
        errors["name"] = Problem(ErrorCode.MALFORMED, {"value": name[:32], "example": "carrier-1"})
    elif Trunk.objects.filter(name=name).exists():
        errors["name"] = Problem(ErrorCode.ALREADY_USED, {"by": name})
    if re.fullmatch(r"[A-Za-z0-9.:-]{1,255}", address.host, re.ASCII) is None:
        errors["host"] = Problem(
            ErrorCode.MALFORMED, {"value": address.host[:64], "example": "sip.example.com"}
        )
    if not 1 <= address.port <= 65535:
        errors["port"] = Problem(ErrorCode.OUT_OF_RANGE, {"low": 1, "high": 65535})
    if address.transport not in TRANSPORTS:
        errors["transport"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": address.transport[:10]})
    for source in source_addresses:
        try:
            ipaddress.ip_network(source)
        except ValueError:
            errors["source_addresses"] = Problem(
                ErrorCode.MALFORMED, {"value": source[:64], "example": "192.0.2.10"}
            )
    return errors


def _text_problems(*, label: str, username: str, secret: str | None) -> tuple[str, dict[str, Problem]]:
    """Return the cleaned label, and what is wrong with the texts: what the engine gets is one line each."""
    clean, wrong_label = check_name(label, limit=64)
    wrong = {
        "label": wrong_label,
        "username": check_name(username, limit=64, required=False)[1],
        "secret": check_name(secret or "", limit=128, required=False)[1],
    }
    return clean, {field: problem for field, problem in wrong.items() if problem is not None}


def change_trunk(
    *, actor: Actor, trunk_id: int, details: TrunkDetails, seen_version: int, now: datetime
) -> Receipt:
    """Change where a trunk's calls go and how it is known; raises Invalid and StaleVersion."""
    errors = _trunk_problems(name=None, address=details.address, source_addresses=details.source_addresses)
    clean, texts = _text_problems(label=details.label, username=details.username, secret=details.secret)
    if errors | texts:
        raise Invalid(errors | texts)
    wanted: dict[str, Any] = {
        "label": clean,
        "host": details.address.host,
        "port": details.address.port,
        "transport": details.address.transport,
        "username": details.username,
        "source_addresses": list(details.source_addresses),
        "own_numbers_only": details.own_numbers_only,
    }
    with transaction.atomic():
        trunk = Trunk.objects.get(pk=trunk_id)
        old, new = differing({name: getattr(trunk, name) for name in wanted}, wanted)
        same = details.secret is None or details.secret == decrypt_secret(trunk.secret)
        secret = {} if same else {"secret": encrypt_secret(details.secret or "")}
        if not new and not secret:
            return Receipt("trunk", trunk.pk, trunk.version, None, 0, now)
        version = write_version(
            Trunk.objects.all(),
            kind="trunk",
            object_id=trunk_id,
            seen_version=seen_version,
            values={**new, **secret},
        )
        return record(actor=actor, row=trunk, action="change", version=version, old=old, new=new, now=now)


def delete_trunk(*, actor: Actor, trunk_id: int, now: datetime) -> Receipt:
    """Delete a trunk; refused (`trunk`) while a route uses it."""
    with transaction.atomic():
        bump_group(None)  # locks every group: no route gets it meanwhile
        trunk = Trunk.objects.get(pk=trunk_id)
        route = trunk.routes.select_related("group").first()
        if route is not None:
            by = f"{route.group or '*'} {route.position}"
            raise Invalid({"trunk": Problem(ErrorCode.IN_USE, {"by": by})})
        old = {"name": trunk.name, "label": trunk.label, "host": trunk.host}
        receipt = record(actor=actor, row=trunk, action="delete", version=trunk.version + 1, old=old, now=now)
        trunk.delete()
        return receipt
