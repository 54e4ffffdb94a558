"""The engine's journal of call events: one JSON object a line, written by `cel_custom` as the calls happen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FIELDS = (
    "eventtype", "eventtime", "channame", "uniqueid", "linkedid", "context", "userfield", "peer", "eventextra",
)  # fmt: skip
"""What `conf/cel_custom.conf` writes: names of our own and the engine's, nothing that comes from SIP.

`userfield` is `<dialled>/<calling>`, both digits only, from the first step of the dialplan on; before it is empty. A
call that the fallback brought to a line has `/<its first phone>` behind them.
"""
FROM_SIP = frozenset(
    {"callerid", "name", "num", "ani", "rdnis", "dnid", "exten", "appname", "appdata", "bridgepeer"}
)
"""Fields the engine would write as they came, line feeds included: a phone could forge whole lines with them."""
KINDS = frozenset(
    {
        "CHAN_START", "ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT", "HANGUP", "CHAN_END", "LINKEDID_END",
        "ATTENDEDTRANSFER",
    }
)  # fmt: skip
"""What a line may tell; BRIDGE_EXIT stands in journals of before, the engine no longer writes it."""
_IDENTITY = re.compile(r"[0-9A-Za-z._-]{1,64}")
_INSTANT = re.compile(r"[0-9]{1,11}\.[0-9]{1,6}")


def is_event(fields: Mapping[str, Any]) -> bool:
    """Say whether a line's fields are an event: its kind, time, channel and call are there and well formed.

    Fields added later are not asked for: an engine that was not restarted still writes the lines of yesterday.
    """
    kind, instant, channel, unique, linked = map(fields.get, FIELDS[:5])
    return (
        isinstance(kind, str)
        and isinstance(instant, str)
        and isinstance(channel, str)
        and isinstance(unique, str)
        and isinstance(linked, str)
        and kind in KINDS
        and _INSTANT.fullmatch(instant) is not None
        and _IDENTITY.fullmatch(unique) is not None
        and _IDENTITY.fullmatch(linked) is not None
    )
