"""A call's state as one short word of `[A-Za-z0-9_-]`, and back: compact JSON in base64url without padding."""

from __future__ import annotations

import base64
import binascii
import json
import re
from enum import StrEnum
from typing import Any, TypeVar

from carillon.calls.model import CallClass, GroupId, Identity, Language, LineId
from carillon.calls.state import CallState, Phase
from carillon.errors import CarillonError

MAX_LENGTH = 3000
"""The longest text `decode` looks at; real states stay well under a thousand characters."""
MAX_HOPS = 8
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_FIELDS = frozenset("pgclothndeamvkrws")

Word = TypeVar("Word", bound=StrEnum)


class MalformedState(CarillonError):
    """The text is not a state that `encode` wrote; `reason` is a stable word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def encode(state: CallState) -> str:
    """Return the state as text of `[A-Za-z0-9_-]`; fields at their default are left out."""
    caller = [state.caller.number, state.caller.name, int(state.caller.withheld)]
    data: dict[str, Any] = {"p": state.phase, "g": state.group, "c": caller, "l": state.language}
    optional: dict[str, Any] = {
        "o": state.origin,
        "t": state.target,
        "h": list(state.hops),
        "n": state.number,
        "d": state.dialled,
        "e": int(state.emergency),
        "a": state.attempt,
        "m": state.message,
        "v": state.diversions,
        "k": state.call_class,
        "r": state.recording,
        "w": state.mark,
        "s": state.resets,
    }
    data |= {key: value for key, value in optional.items() if value}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    raw = text.encode("utf-8", "replace")  # a lone surrogate must not stop a call
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> CallState:
    """Return the state that `encode` wrote; raise `MalformedState` for anything else."""
    data = _unpack(text)
    caller = data.get("c")
    if not (isinstance(caller, list) and len(caller) == 3):
        raise MalformedState("caller")
    return CallState(
        phase=_word(Phase, data.get("p")),
        group=GroupId(_whole(data.get("g"))),
        caller=Identity(_text(caller[0]), _text(caller[1]), withheld=bool(_whole(caller[2]))),
        language=_word(Language, data.get("l")),
        origin=_line(data.get("o")),
        target=_line(data.get("t")),
        hops=_hops(data.get("h", [])),
        number=_text(data.get("n", "")),
        dialled=_text(data.get("d", "")),
        emergency=bool(_whole(data.get("e", 0))),
        attempt=_whole(data.get("a", 0)),
        message=_whole(data.get("m", 0)),
        diversions=_whole(data.get("v", 0)),
        call_class=None if data.get("k") is None else _word(CallClass, data["k"]),
        recording=_text(data.get("r", "")),
        mark=_text(data.get("w", "")),
        resets=_whole(data.get("s", 0)),
    )


def _unpack(text: str) -> dict[str, Any]:
    if len(text) > MAX_LENGTH or not _ALPHABET.fullmatch(text):
        raise MalformedState("alphabet")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        data = json.loads(raw.decode("utf-8"))
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        raise MalformedState("encoding") from None
    if not isinstance(data, dict) or not data.keys() <= _FIELDS:
        raise MalformedState("fields")
    return data


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 128:
        raise MalformedState("text")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise MalformedState("number")
    return value


def _line(value: object) -> LineId | None:
    return None if value is None else LineId(_whole(value))


def _hops(value: object) -> tuple[LineId, ...]:
    if not isinstance(value, list) or len(value) > MAX_HOPS:
        raise MalformedState("hops")
    return tuple(LineId(_whole(hop)) for hop in value)


def _word(words: type[Word], value: object) -> Word:
    try:
        return words(_text(value))
    except ValueError:
        raise MalformedState(words.__name__) from None
