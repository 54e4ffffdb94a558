"""A line's rows -> the line as call decisions see it.

Call settings, mailbox and user belong to features that use this one: their tables are read (queries.py), their
code is never imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carillon.calls.directory import (
    AccountPhone,
    BusyTone,
    CallSettings,
    ForwardAll,
    Incoming,
    Line,
    Mailbox,
    Phone,
    RingEntry,
    RingInOrder,
    RingTogether,
    ToNumber,
    ToVoicemail,
    Treatment,
)
from carillon.calls.model import (
    E164,
    CallClass,
    DepartmentId,
    EndpointName,
    GroupId,
    Language,
    LineId,
    LineType,
    MailboxId,
    Ref,
    SetupStep,
)
from carillon.features.classes_of_service.snapshot import UnknownValue, call_classes
from carillon.features.lines.queries import (
    CallRow,
    read_call_row,
    read_entries,
    read_phones,
    stored_json,
)

MAILBOX_MESSAGES = 100
MAILBOX_SECONDS = 60 * 60
"""A mailbox holds 60 minutes and 100 messages; with either it is full."""
COMMON_AREA_CLASSES = frozenset({CallClass.INTERNAL, CallClass.TOLL_FREE, CallClass.EMERGENCY})
"""All a common-area line may call, whatever its class of service."""


@dataclass(frozen=True, slots=True)
class SettingsRow:
    """The columns of one line's call settings."""

    id: int
    version: int
    dnd: bool
    mode: str
    forward_to: str
    no_answer_seconds: int
    no_answer: str
    no_answer_to: str
    busy: str
    busy_to: str
    unavailable_to: str
    call_waiting: bool
    reject_anonymous: bool


def load_line(line_id: int) -> Line | None:
    """Return the line with its settings, mailbox and phones, or None when it is gone.

    Two queries; one more for a line with a timeline or further numbers. Raises UnknownValue.
    """
    row = read_call_row(line_id)
    if row is None:
        return None
    settings = SettingsRow(*row.settings)
    timed = settings.mode in {"in_order", "together"}
    entries = ring_entries(read_entries(settings.id, settings.mode)) if timed else ()
    return Line(
        id=LineId(row.id),
        ref=Ref("line", row.id, row.version),
        group=GroupId(row.group_id),
        number=E164(row.number),
        name=row.name,
        language=Language(row.language),
        settings=settings_value(settings, entries),
        type=_line_type(row.id, row.kind),
        extension=row.extension,
        department=DepartmentId(row.department_id) if row.department_id else None,
        phones=tuple(Phone(EndpointName(user)) for user in read_phones(line_id)),
        mailbox=_mailbox(row),
        permitted=permitted_classes(
            line_id=row.id,
            kind=row.kind,
            barred=stored_json(row.barred),
            class_of_service_id=row.class_of_service_id,
            permitted=stored_json(row.permitted),
        ),
        class_of_service=Ref("class_of_service", row.class_of_service_id, row.class_of_service_version),
        withhold_identity=bool(row.withhold_identity),
        suspended=bool(row.suspended),
        locked=bool(row.locked),
        locked_incoming_rings=bool(row.locked_incoming_rings),
    )


def permitted_classes(
    *, line_id: int, kind: str, barred: object, class_of_service_id: int, permitted: object
) -> frozenset[CallClass]:
    """Return the classes a line may call: its class of service less its own barring; emergency always."""
    allowed = call_classes(
        permitted, kind="class_of_service", object_id=class_of_service_id, field="permitted"
    )
    allowed -= call_classes(barred, kind="line", object_id=line_id, field="barred")
    if _line_type(line_id, kind) is LineType.COMMON_AREA:
        allowed &= COMMON_AREA_CLASSES
    return allowed | {CallClass.EMERGENCY}


def settings_value(row: SettingsRow, entries: tuple[RingEntry, ...]) -> CallSettings:
    """Return call settings as decisions use them; `entries` are those of the mode in force, in their order."""
    return CallSettings(
        ref=Ref("call_settings", row.id, row.version),
        dnd=bool(row.dnd),
        incoming=_incoming(row, entries),
        no_answer_seconds=row.no_answer_seconds,
        no_answer=_treatment(row, "no_answer", row.no_answer, row.no_answer_to),
        busy=_treatment(row, "busy", row.busy, row.busy_to),
        unavailable=ToNumber(row.unavailable_to) if row.unavailable_to else None,
        call_waiting=bool(row.call_waiting),
        reject_anonymous=bool(row.reject_anonymous),
    )


def ring_entries(rows: Iterable[tuple[str, int, int, bool]]) -> tuple[RingEntry, ...]:
    """Return ringing periods from their columns: dialled, start, seconds, confirm."""
    return tuple(RingEntry(dialled, start, seconds, confirm) for dialled, start, seconds, confirm in rows)


def _incoming(row: SettingsRow, entries: tuple[RingEntry, ...]) -> Incoming:
    match row.mode:
        case "account_phone":
            return AccountPhone()
        case "in_order":
            return RingInOrder(entries)
        case "together":
            return RingTogether(entries)
        case "forward":
            return ForwardAll(ToNumber(row.forward_to))
        case _:
            raise UnknownValue(kind="call_settings", object_id=row.id, field="mode", value=row.mode)


def _treatment(row: SettingsRow, field: str, kind: str, number: str) -> Treatment:
    match kind:
        case "voicemail":
            return ToVoicemail()
        case "number":
            return ToNumber(number)
        case "tone":
            return BusyTone()
        case _:
            raise UnknownValue(kind="call_settings", object_id=row.id, field=field, value=kind)


def _mailbox(row: CallRow) -> Mailbox | None:
    if row.mailbox_id is None:
        return None
    return Mailbox(
        id=MailboxId(row.mailbox_id),
        ref=Ref("mailbox", row.mailbox_id, row.mailbox_version),
        greeting=row.greeting,
        recorded_name=row.recorded_name,
        setup_due=SetupStep(row.setup_due) if row.setup_due else None,
        skip_pin=bool(row.skip_pin),
        pin_temporary=bool(row.pin_temporary),
        # Wrong passwords and wrong PINs both set the portal lock, which closes the mailbox too.
        portal_locked=bool(row.portal_locked),
        full=row.messages >= MAILBOX_MESSAGES or row.seconds >= MAILBOX_SECONDS,
        resets=row.resets,
    )


def _line_type(line_id: int, kind: str) -> LineType:
    try:
        return LineType(kind)
    except ValueError:
        raise UnknownValue(kind="line", object_id=line_id, field="kind", value=kind) from None
