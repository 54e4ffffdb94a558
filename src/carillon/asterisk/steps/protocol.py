"""The step on the wire, sans-I/O: the dialplan's form in, a frozen request out; a command in, one line out.

Request: `application/x-www-form-urlencoded`, every value URI-encoded by the dialplan, cut, hostile. Answer:
one line `c1|verb|argument|...|state` of allow-listed characters only; human text in it is percent-encoded and
decoded by the dialplan in one place, straight into the caller's identity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from carillon.asterisk.translate import Locate, fields
from carillon.calls.commands import Command
from carillon.errors import CarillonError

VERSION = "c1"
SECRET_HEADER = "x-carillon-engine"  # noqa: S105 - the header's name
LONGEST_REQUEST = 8192
LONGEST_ANSWER = 3900
"""Bytes; Asterisk evaluates what a function returned in a buffer of 4096."""
STATE = re.compile(r"[A-Za-z0-9_-]*")
ANSWER = re.compile(r"[A-Za-z0-9_./:@&+*#,=%;~|-]*")
MOST_DIVERSIONS = 99
KINDS = ("line", "trunk")
EVENTS = ("start", "ring", "digits", "recorded", "hangup")


class BadStep(CarillonError):
    """A request that is no step: not from our dialplan, or damaged."""


class AnswerTooLong(CarillonError):
    """The command does not fit in the engine's buffer; `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@dataclass(frozen=True, slots=True)
class StepRequest:
    """One step the engine asks for. Texts are clean (no control characters, valid Unicode, cut), numbers >= 0.

    `channel` and `linked` are Asterisk's unique ids, `kind` line|trunk, `event` start|ring|digits|recorded|
    hangup, `state` what the last answer carried, `status` DIALSTATUS, `sip_code` the far side's last SIP answer,
    `seconds` of a recording, `dialled`/`number`/`name` hostile text, `presentation` Asterisk's word for it,
    `diversions` how often the call was forwarded before it came from a carrier.
    """

    channel: str
    linked: str
    kind: str
    endpoint: str
    event: str
    state: str = ""
    status: str = ""
    sip_code: int = 0
    digits: str = ""
    seconds: int = 0
    dialled: str = ""
    number: str = ""
    presentation: str = ""
    diversions: int = 0
    name: str = ""

    @property
    def withheld(self) -> bool:
        """Return whether the caller asked that its identity stay hidden (RFC 3323)."""
        return self.presentation.startswith("prohib")


def parse_request(body: bytes) -> StepRequest:
    """Return the request in this form body; raise `BadStep` when it is not one."""
    if len(body) > LONGEST_REQUEST:
        raise BadStep("length")
    form = _form(body)
    kind, event, state = form.get("kind", ""), form.get("ev", ""), form.get("st", "")
    if kind not in KINDS or event not in EVENTS or not STATE.fullmatch(state):
        raise BadStep("shape")
    return StepRequest(
        channel=_text(form, "id", 40, r"[^0-9A-Za-z._-]"),
        linked=_text(form, "linked", 40, r"[^0-9A-Za-z._-]"),
        kind=kind,
        endpoint=_text(form, "ep", 40, r"[^a-z0-9-]"),
        event=event,
        state=state,
        status=_text(form, "status", 20, r"[^A-Z]"),
        sip_code=_number(form, "sip", 699),
        digits=_text(form, "digits", 64, r"[^0-9*#A-D]"),
        seconds=_number(form, "secs", 86400),
        dialled=_text(form, "to", 64),
        number=_text(form, "num", 64),
        presentation=_text(form, "pres", 40, r"[^a-z_]"),
        diversions=max(count_diversions(form.get("div", "")), _number(form, "lines", MOST_DIVERSIONS)),
        name=_text(form, "name", 80),
    )


def count_diversions(header: str) -> int:
    """Count the forwards that Diversion headers tell of (RFC 5806), 0 to 99; any text has an answer.

    Each entry counts once, or as often as its `counter` says. Commas and parameters inside quoted names and
    angle brackets are text; what is left open at a cut ends there.
    """
    bare = _QUOTED.sub("x", header)
    entries = [entry for entry in bare.split(",") if entry.strip()]
    counters = (_COUNTER.search(entry) for entry in entries)
    total = sum(max(1, int(found[1])) if found else 1 for found in counters)
    return min(total, MOST_DIVERSIONS)


_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|<[^>]*(?:>|\Z)', re.DOTALL)
_COUNTER = re.compile(r";\s*counter\s*=\s*0*([0-9]{1,9})", re.IGNORECASE)


def encode_answer(state: str, command: Command, *, locate: Locate) -> bytes:
    """Return the answer line that makes the dialplan run `command` and carry `state` to the next step.

    `locate` says where under the engine's sounds a recording stands (see steps.recordings).
    """
    if not STATE.fullmatch(state):
        raise BadStep("state")
    line = "|".join((VERSION, *fields(command, locate), state))
    if not ANSWER.fullmatch(line):
        raise BadStep("answer")
    if len(line) > LONGEST_ANSWER:
        raise AnswerTooLong(len(line))
    return line.encode("ascii")


def _form(body: bytes) -> Mapping[str, str]:
    form: dict[str, str] = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        form.setdefault(name.decode("ascii", "replace"), unquote_to_bytes(value).decode("utf-8", "ignore"))
    return form


def _text(form: Mapping[str, str], name: str, longest: int, unwanted: str = "") -> str:
    text = form.get(name, "")
    if not text.isprintable():
        text = "".join(sign for sign in text if sign.isprintable())
    return (re.sub(unwanted, "", text) if unwanted else text.strip())[:longest]


def _number(form: Mapping[str, str], name: str, highest: int) -> int:
    text = form.get(name, "")
    return min(int(text), highest) if text.isascii() and text.isdigit() and len(text) < 10 else 0
