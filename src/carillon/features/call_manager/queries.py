"""Reading call settings as the form edits them."""

from __future__ import annotations

from dataclasses import dataclass

from carillon.features.call_manager.choices import IncomingMode, TreatmentKind
from carillon.features.call_manager.models import CallSettings
from carillon.features.lines.models import Line


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """One row of "together" or "in order"; `dialled` "" is the line's own phones; `start`, `seconds` in seconds."""

    mode: str
    dialled: str
    start: int = 0
    seconds: int = 0
    confirm: bool = True


@dataclass(frozen=True, slots=True)
class IncomingChoice:
    """Everything the page of incoming calls saves; numbers are as typed: an extension or a telephone number."""

    mode: str = IncomingMode.ACCOUNT_PHONE
    forward_to: str = ""
    no_answer_seconds: int = 20
    no_answer: str = TreatmentKind.VOICEMAIL
    no_answer_to: str = ""
    busy: str = TreatmentKind.VOICEMAIL
    busy_to: str = ""
    unavailable_to: str = ""
    call_waiting: bool = True
    entries: tuple[EntryChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeedDialChoice:
    """A name, and a number as typed: an extension or a telephone number."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class CallSettingsChoice:
    """Everything the page of call settings saves, of the line and of its call settings.

    `barred` are the classes of call the line may not make though its class of service permits them.
    """

    name: str
    calling_name: str = ""
    withhold_identity: bool = False
    barred: frozenset[str] = frozenset()
    call_waiting: bool = True
    reject_anonymous: bool = False
    speed_dials: tuple[SpeedDialChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions of the two objects of that page, as they were read."""

    line: int
    settings: int


CHOICE_FIELDS = (
    "mode", "forward_to", "no_answer_seconds", "no_answer", "no_answer_to", "busy", "busy_to", "unavailable_to",
    "call_waiting",
)  # fmt: skip


def settings_of(line_id: int) -> CallSettings:
    """Return the line's call settings row (one query); every line has one."""
    return CallSettings.objects.get(line_id=line_id)


def choice_of(settings: CallSettings) -> IncomingChoice:
    """Return what is saved now, as the form edits it, with the entries of both modes (one query)."""
    entries = settings.entries.order_by("mode", "position")
    rows = entries.values_list("mode", "dialled", "start", "seconds", "confirm")
    values = {name: getattr(settings, name) for name in CHOICE_FIELDS}
    return IncomingChoice(**values, entries=tuple(EntryChoice(*row) for row in rows))


def call_settings_choice_of(line: Line, settings: CallSettings) -> CallSettingsChoice:
    """Return what is saved now, as the page of call settings edits it (one query)."""
    rows = settings.speed_dials.values_list("name", "number")
    return CallSettingsChoice(
        name=line.name,
        calling_name=line.calling_name,
        withhold_identity=line.withhold_identity,
        barred=frozenset(line.barred),
        call_waiting=settings.call_waiting,
        reject_anonymous=settings.reject_anonymous,
        speed_dials=tuple(SpeedDialChoice(*row) for row in rows),
    )
