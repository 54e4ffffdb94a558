"""What a dialled string leads to, once the group's extensions and numbers are known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from carillon.calls.directory import Directory
from carillon.calls.feature_codes import FOR_ONE_CALL, Feature
from carillon.calls.model import E164, CallClass, LineId, Ref
from carillon.calls.numbering import Dialled, understand

_EXTENSION = re.compile(r"[0-9*#][0-9]{0,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency number, as the network takes it."""

    code: str


@dataclass(frozen=True, slots=True)
class VoicemailAccess:
    """The group's code that opens one's mailbox."""


@dataclass(frozen=True, slots=True)
class ForOneCall:
    """A code that holds for the call it begins; `number` is what was dialled after it, still to be understood."""

    feature: Feature
    number: str


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of the group, however it was dialled; `ref` is the extension that led to it."""

    line: LineId
    number: E164
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A number of the group that no line has."""

    number: E164
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """A number outside the group: E.164 or a short code, and its class."""

    number: str
    call_class: CallClass


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Nothing that can be called; `incomplete` where digits are missing."""

    incomplete: bool


Reached = Emergency | VoicemailAccess | OwnLine | Unassigned | Outside | NotANumber
"""Where a call goes once the codes before the number are taken off."""
Destination = Reached | ForOneCall


def find_destination(dialled: str, directory: Directory) -> Destination:
    """Say what was dialled, in the order emergency, feature code, extension, number; `dialled` is hostile."""
    meaning = understand(dialled, directory.group)
    if meaning.emergency:
        return Emergency(meaning.e164_or_code)
    if meaning.call_class is CallClass.FEATURE:
        return VoicemailAccess()
    code = directory.group.feature_codes.find(dialled)
    if code is not None and code[0] in FOR_ONE_CALL:
        return ForOneCall(*code)
    return _inside(dialled, directory) or _by_number(meaning, directory)


def _inside(dialled: str, directory: Directory) -> OwnLine | Unassigned | None:
    extension = directory.extension(dialled) if _EXTENSION.fullmatch(dialled) else None
    return _owned(extension.line, extension.number, extension.ref) if extension else None


def _by_number(meaning: Dialled, directory: Directory) -> OwnLine | Unassigned | Outside | NotANumber:
    if not meaning.valid or meaning.call_class is None:
        return NotANumber(meaning.incomplete)
    number = meaning.e164_or_code
    owner = directory.number(E164(number)) if number.startswith("+") else None
    return _owned(owner.line, owner.number) if owner else Outside(number, meaning.call_class)


def _owned(line: LineId | None, number: E164, ref: Ref | None = None) -> OwnLine | Unassigned:
    return Unassigned(number, ref) if line is None else OwnLine(line, number, ref)
