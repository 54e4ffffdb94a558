"""Trunk rows -> what the engine must know of them."""

from __future__ import annotations

from carillon.asterisk.objects import TrunkRow
from carillon.features.trunks.models import Trunk
from carillon.features.trunks.queries import decrypt_secret


def trunk_rows() -> tuple[TrunkRow, ...]:
    """Return every trunk with its secret in clear, for the engine's projection only (one query)."""
    return tuple(
        TrunkRow(
            name=trunk.name,
            host=trunk.host,
            port=trunk.port,
            transport=trunk.transport,
            username=trunk.username,
            secret=decrypt_secret(trunk.secret),
            source_addresses=tuple(trunk.source_addresses),
        )
        for trunk in Trunk.objects.order_by("name")
    )
