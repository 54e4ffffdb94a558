"""A command of the call decision -> the words the dialplan runs (fields of one answer, in their order)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import assert_never
from urllib.parse import quote

from carillon.calls.commands import (
    Collect,
    Command,
    Deposit,
    Leg,
    OutsideLeg,
    PhoneLeg,
    Prompt,
    RecordGreeting,
    Recording,
    Release,
    Ring,
    Sound,
)
from carillon.calls.events import RingStatus
from carillon.calls.identity import JOINERS
from carillon.calls.model import Identity
from carillon.errors import CarillonError

PROMPT = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
ENDPOINT = re.compile(r"[a-z0-9-]{1,40}")
NUMBER = re.compile(r"\+?[0-9*#]{1,40}")
TOKEN = re.compile(r"[a-z0-9-]{1,64}")

Locate = Callable[[str], str]
"""Recording token -> its name under the engine's sounds, `greetings/<token>` or `voicemail/<token>`."""


class UnspeakableCommand(CarillonError):
    """A command holds a value the dialplan must never see; `part` says which."""

    def __init__(self, part: str, value: str) -> None:
        super().__init__(f"{part}: {value!r}")
        self.part = part


def fields(command: Command, locate: Locate) -> tuple[str, ...]:
    """Return the verb and its arguments, every one of them safe for the answer line."""
    match command:
        case Ring():
            return _ring(command)
        case Release(sip_code=code, language=language, prompts=prompts, times=times):
            sounds = join_prompts(prompts, locate)
            return ("release", str(code), str(Q850.get(code, 0)), language, sounds, str(times))
        case Deposit(mailbox=mailbox, greeting=greeting, max_seconds=seconds, language=language):
            return ("deposit", str(mailbox), language, join_prompts(greeting, locate), str(seconds))
        case Collect(prompts=prompts, max_digits=digits, first_seconds=seconds, language=language):
            return ("collect", join_prompts(prompts, locate), str(digits), str(seconds), language)
        case RecordGreeting(token=token, max_seconds=seconds, language=language):
            return ("greeting", _checked(TOKEN, "token", token), str(seconds), language)
        case _:
            assert_never(command)


def join_prompts(prompts: tuple[Prompt, ...], locate: Locate) -> str:
    """Return the prompts' names as Playback and Read take them."""
    return "&".join(_prompt(prompt, locate) for prompt in prompts)


def _prompt(prompt: Prompt, locate: Locate) -> str:
    match prompt:
        case Sound(name=name):
            return _checked(PROMPT, "sound", name)
        case Recording(token=token):
            return _checked(PROMPT, "recording", locate(_checked(TOKEN, "token", token)))
        case _:
            assert_never(prompt)


def _ring(ring: Ring) -> tuple[str, ...]:
    """Return the fields of a ring: legs that simply ring go straight into Dial, the others through `Local`.

    A ring without any of what makes one special is a `call`, which the dialplan does in few steps.
    The first identity of the list is the one the direct legs show, so a leg that shows another one, that
    begins later, ends earlier or must be accepted has a channel of its own (context `leg`).
    """
    alone = ring.legs[0] if len(ring.legs) == 1 else None
    outside = (
        alone if isinstance(alone, OutsideLeg) and _is_plain(alone, ring) and not alone.confirm else None
    )
    identities = [identity(outside.shown if outside else ring.shown)]
    targets: list[str] = []
    own: list[str] = []
    for leg in ring.legs:
        if leg is outside or (isinstance(leg, PhoneLeg) and _is_plain(leg, ring)):
            targets.append(_target(leg))
            continue
        shown = identity(leg.shown if isinstance(leg, OutsideLeg) else ring.shown)
        if shown not in identities:
            identities.append(shown)
        own.append(_own(leg, identities.index(shown) + 1))
        targets.append(f"Local/{len(own)}@leg/n")
    line = next((str(leg.line) for leg in ring.legs if isinstance(leg, PhoneLeg)), "")
    diverted = _diverted(outside) if outside else ""
    withheld, number, name = identities[0].split(":")
    if targets and len(identities) == 1 and not (own or diverted or int(withheld)):
        return ("call", str(ring.seconds), number, "&".join(targets), name, "", "", line)
    return (
        "ring",
        str(ring.seconds),
        ring.language,
        "&".join(identities),
        "&".join(targets),
        "&".join(own),
        diverted,
        line,
    )


def _is_plain(leg: Leg, ring: Ring) -> bool:
    return leg.start == 0 and (leg.seconds == 0 or leg.seconds >= ring.seconds)


def _target(leg: Leg) -> str:
    match leg:
        case PhoneLeg(endpoint=endpoint):
            return f"PJSIP/{_checked(ENDPOINT, 'endpoint', endpoint)}"
        case OutsideLeg(trunk=trunk, number=number):
            return f"PJSIP/{_checked(NUMBER, 'number', number)}@{_checked(ENDPOINT, 'trunk', trunk)}"
        case _:
            assert_never(leg)


def _own(leg: Leg, shown: int) -> str:
    match leg:
        case PhoneLeg(endpoint=endpoint, start=start, seconds=seconds):
            words = ("p", _checked(ENDPOINT, "endpoint", endpoint), "", start, seconds, shown, 0, "")
        case OutsideLeg(trunk=trunk, number=number, start=start, seconds=seconds):
            trunk_name = _checked(ENDPOINT, "trunk", trunk)
            called = _checked(NUMBER, "number", number)
            words = ("o", trunk_name, called, start, seconds, shown, int(leg.confirm), _diverted(leg))
        case _:
            assert_never(leg)
    return ":".join(str(word) for word in words)


def _diverted(leg: OutsideLeg) -> str:
    """Return `number~forwards` for the Diversion header (RFC 5806), empty when nobody forwards."""
    if not leg.diverted_by:
        return ""
    return f"{_checked(NUMBER, 'diverted_by', leg.diverted_by)}~{min(max(leg.diversions, 1), 99)}"


def identity(shown: Identity) -> str:
    """Return `withheld:number:name`; the human text percent-encoded, without control characters."""
    number = re.sub(r"[^0-9A-Za-z+*#]", "", shown.number)[:40]
    name = "".join(sign for sign in shown.name if sign.isprintable() or sign in JOINERS)[:80]
    return f"{int(shown.withheld)}:{quote(number, safe='')}:{quote(name, safe='')}"


Q850 = {
    403: 21,
    404: 1,
    408: 18,
    410: 22,
    480: 19,
    484: 28,
    486: 17,
    488: 58,
    500: 38,
    501: 29,
    502: 27,
    503: 34,
}
"""SIP code -> the Q.850 cause that Asterisk's channel driver turns into exactly that code, with its Reason."""


def _checked(shape: re.Pattern[str], part: str, value: str) -> str:
    if not shape.fullmatch(value):
        raise UnspeakableCommand(part, value)
    return value


def ring_status(dial_status: str, sip_code: int) -> RingStatus:
    """Return how a ring ended, from DIALSTATUS and the far side's last SIP answer (0 when unknown).

    The SIP answer says more than DIALSTATUS, which folds refusals into CHANUNAVAIL, BUSY or even NOANSWER;
    after a timeout of ours there is none but a provisional one, or the 487 to our CANCEL.
    """
    if dial_status == "ANSWER":
        return RingStatus.ANSWERED
    if sip_code in SIP_STATUS:
        return SIP_STATUS[sip_code]
    if sip_code >= 400 and sip_code != CANCELLED and dial_status != "NOANSWER":
        return RingStatus.FAILED
    return DIAL_STATUS.get(dial_status, RingStatus.FAILED)


CANCELLED = 487
SIP_STATUS = {
    486: RingStatus.BUSY,
    600: RingStatus.BUSY,
    603: RingStatus.DECLINED,
    403: RingStatus.DECLINED,
    404: RingStatus.NOT_FOUND,
    410: RingStatus.NOT_FOUND,
    484: RingStatus.NOT_FOUND,
    604: RingStatus.NOT_FOUND,
    408: RingStatus.UNAVAILABLE,
    430: RingStatus.UNAVAILABLE,
    480: RingStatus.UNAVAILABLE,
}
DIAL_STATUS = {
    "NOANSWER": RingStatus.NO_ANSWER,
    "BUSY": RingStatus.BUSY,
    "CHANUNAVAIL": RingStatus.UNAVAILABLE,
    "CONGESTION": RingStatus.FAILED,
}
