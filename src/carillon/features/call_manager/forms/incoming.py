"""How a line treats its calls: parsing and messages. The rules are the service's (and the call engine's)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from carillon.features.call_manager.choices import IncomingMode, TreatmentKind
from carillon.features.call_manager.forms.fields import (
    NumberField,
    SecondsField,
    count_rows,
    whole,
    with_row,
    without_row,
)
from carillon.features.call_manager.models import CallSettings
from carillon.features.call_manager.services import EntryChoice, IncomingChoice
from carillon.web.forms import PortalForm, Refusal, SeenVersion
from carillon.web.numbers import RING_SECONDS, national

LISTS = (IncomingMode.TOGETHER, IncomingMode.IN_ORDER)
MOST_ROWS = 10
LONGEST_TIMELINE = 300
OWN, NUMBER = "own", "number"


class IncomingForm(PortalForm):
    """The *Incoming calls* page without its rows."""

    seen_version = SeenVersion()
    mode = forms.ChoiceField(
        label=_("What an incoming call does"), choices=IncomingMode, widget=forms.RadioSelect
    )
    forward_to = NumberField(label=_("Forward every call to"))
    no_answer_seconds = SecondsField(label=_("Send to voicemail after"), low=5, high=120, rings=True)
    no_answer = forms.ChoiceField(label=_("No answer"), choices=TreatmentKind, widget=forms.RadioSelect)
    no_answer_to = NumberField(label=_("Number when there is no answer"))
    busy = forms.ChoiceField(label=_("Busy"), choices=TreatmentKind, widget=forms.RadioSelect)
    busy_to = NumberField(label=_("Number when the line is busy"))
    unavailable_to = NumberField(
        label=_("Forward if unavailable"),
        help_text=_(
            "Where calls go when none of your phones is connected. Leave it empty for the no-answer treatment."
        ),
    )
    call_waiting = forms.BooleanField(
        label=_("Call waiting"),
        help_text=_("A second call rings while you are on the phone. Without it, your line is then busy."),
        required=False,
    )


class EntryForm(PortalForm):
    """One row of *together* or *in order*."""

    target = forms.ChoiceField(
        label=_("Phone"), choices=((OWN, _("Your phones")), (NUMBER, _("Another number"))), required=False
    )
    dialled = NumberField(label=_("Number"))
    start = SecondsField(label=_("Starts after (s)"), low=0, high=LONGEST_TIMELINE)
    seconds = SecondsField(label=_("Rings for (s)"), low=1, high=LONGEST_TIMELINE)
    confirm = forms.BooleanField(
        label=_("An outside number must press 1 to take the call, so that its own voicemail cannot"),
        required=False,
    )

    def __init__(self, *args: Any, mode: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mode = mode
        if mode == IncomingMode.TOGETHER:
            for name in ("target", "start", "seconds"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A number is required where the row is not the line's own phones."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("target") != OWN and not cleaned.get("dialled") and "dialled" not in self.errors:
            self.add_error("dialled", _("Enter an extension or a telephone number, or remove this row."))
        return cleaned

    def summary(self) -> list[tuple[str, str, str]]:
        """Name the row beside the field: every row has the same fields."""
        row = _("Row %(number)s") % {"number": int(str(self.prefix).rpartition("-")[2]) + 1}
        return [(id_, f"{row}, {label}", message) for id_, label, message in super().summary()]

    def choice(self) -> EntryChoice:
        """Return the row as the service takes it (of a valid form)."""
        row = self.cleaned_data
        dialled = "" if row.get("target") == OWN else row["dialled"]
        return EntryChoice(
            mode=self.mode,
            dialled=dialled,
            start=row.get("start", 0),
            seconds=row.get("seconds", 0),
            confirm=row["confirm"],
        )


Rows = dict[str, list[EntryForm]]


def shown(settings: CallSettings, entries: Sequence[EntryChoice]) -> tuple[IncomingForm, Rows]:
    """Return the forms that show what is kept."""
    names = [name for name in IncomingForm.base_fields if name != "seen_version"]
    initial = {name: _shown(getattr(settings, name)) for name in names} | {"seen_version": settings.version}
    rows: Rows = {str(mode): [] for mode in LISTS}
    for entry in entries:
        mine = rows[str(entry.mode)]
        first = {
            "target": NUMBER if entry.dialled else OWN,
            "dialled": national(entry.dialled),
            "start": entry.start,
            "seconds": entry.seconds,
            "confirm": entry.confirm,
        }
        mine.append(EntryForm(initial=first, prefix=f"{entry.mode}-{len(mine)}", mode=str(entry.mode)))
    return IncomingForm(initial=initial), rows


def _shown(value: object) -> object:
    return national(value) if isinstance(value, str) else value


def typed(data: QueryDict) -> tuple[IncomingForm, Rows]:
    """Return the forms that hold what was typed."""
    rows = {
        str(mode): [
            EntryForm(data, prefix=f"{mode}-{index}", mode=str(mode))
            for index in range(count_rows(data, str(mode), MOST_ROWS))
        ]
        for mode in LISTS
    }
    return IncomingForm(data), rows


def choice_of(form: IncomingForm, rows: Rows) -> IncomingChoice | None:
    """Return what the forms ask for, or None when an entry cannot be read.

    The list that is not in use is kept where it is complete; its errors stand in nobody's way.
    """
    mode = form.data.get("mode", "")
    valid = form.is_valid()
    for name, forms_of_list in rows.items():
        for row in forms_of_list:
            if name == mode:
                valid = row.is_valid() and valid
    if not valid:
        return None
    entries = tuple(row.choice() for name in rows for row in rows[name] if row.is_valid())
    values = {name: form.cleaned_data[name] for name in IncomingForm.base_fields if name != "seen_version"}
    return IncomingChoice(entries=entries, **values)


def refuse(form: IncomingForm, rows: Rows, errors: Mapping[str, Refusal]) -> None:
    """Put the service's refusals beside their fields; `entries.<n>.<field>` counts the rows as `choice_of` sent them."""
    sent = [row for name in rows for row in rows[name] if row.is_valid()]
    for name, refusal in errors.items():
        kind, _dot, rest = name.partition(".")
        index, _dot, field = rest.partition(".")
        if kind == "entries" and index.isdigit() and int(index) < len(sent):
            sent[int(index)].refuse({field or "dialled": refusal})
        else:
            form.refuse({name: refusal})


def edited(data: QueryDict) -> QueryDict:
    """Return the entries after the pressed row button: `add:<list>` or `drop:<list>:<row>`."""
    verb, _colon, rest = data.get("action", "").partition(":")
    mode, _colon, row = rest.partition(":")
    if mode not in LISTS:
        return data
    count = count_rows(data, mode, MOST_ROWS)
    if verb == "add" and count < MOST_ROWS:
        return with_row(data, mode, count, _next_row(data, mode, count))
    if verb == "drop" and row.isdigit() and int(row) < count:
        return without_row(data, mode, count, int(row), ROW_FIELDS)
    return data


ROW_FIELDS = ("target", "dialled", "start", "seconds", "confirm")


def _next_row(data: QueryDict, mode: str, count: int) -> dict[str, str | None]:
    """A new row rings after the ones above it, for three rings."""
    ends = [whole(data, f"{mode}-{row}-start") + whole(data, f"{mode}-{row}-seconds") for row in range(count)]
    start = str(min(max(ends, default=0), LONGEST_TIMELINE))
    target = NUMBER if count else OWN
    return {
        "target": target,
        "dialled": "",
        "start": start,
        "seconds": str(3 * RING_SECONDS),
        "confirm": "on",
    }


class AvailabilityForm(PortalForm):
    """*Available for calls* or *Do not disturb*."""

    seen_version = SeenVersion()
    dnd = forms.ChoiceField(
        label=_("Availability"),
        choices=(("off", _("Available for calls")), ("on", _("Do not disturb"))),
        widget=forms.RadioSelect,
    )


def quiet(form: IncomingForm, rows: Rows, *, adding: str) -> None:
    """Show entries without judging them yet: a row was only added or deleted. Its number gets the focus."""
    for one in (form, *(row for mode in rows.values() for row in mode)):
        one.is_valid()
        one.errors.clear()
    if rows.get(adding):
        rows[adding][-1].fields["dialled"].widget.attrs["autofocus"] = True
