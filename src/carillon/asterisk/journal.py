"""The engine's journal of call events: one JSON object a line, written by `cel_custom` as the calls happen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from carillon.errors import CarillonError

LONGEST_TEXT = 256
KINDS = frozenset(
    {
        "CHAN_START", "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT", "HANGUP", "CHAN_END", "LINKEDID_END",
        "BLINDTRANSFER", "ATTENDEDTRANSFER",
    }
)  # fmt: skip


class BadLine(CarillonError):
    """A line of the journal that is no call event: damaged, or cut by a crash."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of one channel at `at` (UTC). Texts are clean: valid Unicode, no control characters, cut.

    `extra` is what Asterisk adds to some kinds: a HANGUP has `hangupcause` (Q.850), `hangupsource`,
    `dialstatus`; a BRIDGE_ENTER has `bridge_id`.
    """

    kind: str
    at: datetime
    channel: str
    unique_id: str
    linked_id: str
    extension: str
    context: str
    number: str
    account: str
    application: str
    peer: str
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Return the endpoint the channel belongs to, empty for a channel that is no SIP leg."""
        technology, _, rest = self.channel.partition("/")
        return rest.rpartition("-")[0] if technology == "PJSIP" else ""


def parse_event(line: bytes) -> CallEvent:
    """Return the event in this line; raise `BadLine` when it holds none."""
    try:
        fields: Any = json.loads(line.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise BadLine("json") from error
    if not isinstance(fields, dict):
        raise BadLine("shape")
    texts = {name: _clean(value) for name, value in fields.items() if name != "eventextra"}
    if texts.get("eventtype") not in KINDS or not texts.get("uniqueid") or not texts.get("linkedid"):
        raise BadLine("fields")
    return CallEvent(
        kind=texts["eventtype"],
        at=_instant(texts.get("eventtime", "")),
        channel=texts.get("channame", ""),
        unique_id=texts["uniqueid"],
        linked_id=texts["linkedid"],
        extension=texts.get("exten", ""),
        context=texts.get("context", ""),
        number=texts.get("num", ""),
        account=texts.get("accountcode", ""),
        application=texts.get("appname", ""),
        peer=texts.get("peer", ""),
        extra=_extra(fields.get("eventextra")),
    )


def _instant(text: str) -> datetime:
    """Return the instant in seconds since 1970 with microseconds, or in ISO form; raise `BadLine`."""
    try:
        micros = int(Decimal(text) * 1_000_000)
        return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)
    except (InvalidOperation, ValueError, OverflowError, OSError):
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadLine("time") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _extra(value: Any) -> Mapping[str, str]:
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else {}
        except ValueError:
            return {}
    if not isinstance(value, dict):
        return {}
    return {_clean(name): _clean(entry) for name, entry in value.items()}


def _clean(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return "".join(sign for sign in text[: LONGEST_TEXT * 4] if sign.isprintable())[:LONGEST_TEXT]
