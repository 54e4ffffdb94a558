"""The page of call settings: what the line shows of itself, what it may call, its speed dials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from carillon.calls.model import CallClass
from carillon.features.call_manager.forms.fields import NumberField, count_rows, with_row, without_row
from carillon.features.call_manager.queries import CallSettingsChoice, Seen, SpeedDialChoice
from carillon.web.forms import CLASS_NAMES, PortalForm, Refusal, SeenVersion
from carillon.web.numbers import national

ROWS = "speed"
MOST_ROWS = 99
ROW_FIELDS = ("name", "number")


class CallSettingsForm(PortalForm):
    """The page without its speed dials; it edits two objects, each with the version it was read at."""

    seen_version = SeenVersion()
    seen_settings = SeenVersion()
    name = forms.CharField(label=_("Account name"), required=False, max_length=256)
    calling_name = forms.CharField(
        label=_("If not withheld, report my name as"),
        help_text=_(
            "The internal name: phones inside the company show it, up to 35 characters. Empty: the account name."
        ),
        required=False,
        max_length=256,
    )
    withhold_identity = forms.BooleanField(
        label=_("Withhold the name and number"),
        help_text=_(
            "The people you call see neither. Emergency calls always show the number. For one call only, dial "
            "%(hide)s before the number to withhold them, %(show)s to show them."
        ),
        required=False,
    )
    call_waiting = forms.BooleanField(
        label=_("Call waiting"),
        help_text=_(
            "A second call rings while you are on the phone. Without it, your line is then busy. For one call "
            "only, dial %(alone)s before the number to do without."
        ),
        required=False,
    )
    reject_anonymous = forms.BooleanField(
        label=_("Reject anonymous callers"),
        help_text=_(
            "A caller who withholds his number hears that the line does not take such calls. It does not ring."
        ),
        required=False,
    )
    barred = forms.MultipleChoiceField(
        label=_("Calls this line may not make"),
        help_text=_("Emergency calls always pass."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, offered: Iterable[CallClass], codes: Mapping[str, str], **kwargs: Any
    ) -> None:
        """`offered` are the classes that can be barred, `codes` the digits of hide, show and alone."""
        super().__init__(*args, **kwargs)
        known = frozenset(offered)
        barred = self.fields["barred"]
        assert isinstance(barred, forms.MultipleChoiceField)  # noqa: S101 - declared above
        barred.choices = [(one.value, CLASS_NAMES[one.value]) for one in CallClass if one in known]
        for name in ("withhold_identity", "call_waiting"):
            self.fields[name].help_text = str(self.fields[name].help_text) % codes

    def accept(self, kind: str, current: int) -> None:
        """Keep the entries of a stale save: saving again then means them, for the object that was changed."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["seen_settings" if kind == "call_settings" else "seen_version"] = str(current)
        self.data = data

    @property
    def seen(self) -> Seen:
        """The versions a valid form was read at."""
        return Seen(self.cleaned_data["seen_version"], self.cleaned_data["seen_settings"])


class SpeedDialForm(PortalForm):
    """One row: a name and a number."""

    name = forms.CharField(label=_("Name"), required=False, max_length=256)
    number = NumberField(label=_("Number"))

    def summary(self) -> list[tuple[str, str, str]]:
        """Name the row beside the field: every row has the same fields."""
        row = _("Row %(number)s") % {"number": int(str(self.prefix).rpartition("-")[2]) + 1}
        return [(id_, f"{row}, {label}", message) for id_, label, message in super().summary()]


def shown(
    choice: CallSettingsChoice, seen: Seen, *, offered: Iterable[CallClass], codes: Mapping[str, str]
) -> tuple[CallSettingsForm, list[SpeedDialForm]]:
    """Return the forms that show what is kept."""
    names = [name for name in CallSettingsForm.base_fields if not name.startswith("seen_")]
    initial = {name: getattr(choice, name) for name in names}
    initial |= {"barred": sorted(choice.barred), "seen_version": seen.line, "seen_settings": seen.settings}
    rows = [
        SpeedDialForm(initial={"name": dial.name, "number": national(dial.number)}, prefix=f"{ROWS}-{index}")
        for index, dial in enumerate(choice.speed_dials)
    ]
    return CallSettingsForm(initial=initial, offered=offered, codes=codes), rows


def typed(
    data: QueryDict, *, offered: Iterable[CallClass], codes: Mapping[str, str]
) -> tuple[CallSettingsForm, list[SpeedDialForm]]:
    """Return the forms that hold what was typed."""
    count = count_rows(data, ROWS, MOST_ROWS)
    rows = [SpeedDialForm(data, prefix=f"{ROWS}-{index}") for index in range(count)]
    return CallSettingsForm(data, offered=offered, codes=codes), rows


def choice_of(form: CallSettingsForm, rows: Sequence[SpeedDialForm]) -> CallSettingsChoice | None:
    """Return what the forms ask for, or None when an entry cannot be read."""
    if not all([form.is_valid(), *(row.is_valid() for row in rows)]):
        return None
    values = {name: value for name, value in form.cleaned_data.items() if not name.startswith("seen_")}
    values["barred"] = frozenset(values["barred"])
    dials = tuple(SpeedDialChoice(row.cleaned_data["name"], row.cleaned_data["number"]) for row in rows)
    return CallSettingsChoice(speed_dials=dials, **values)


def refuse(form: CallSettingsForm, rows: Sequence[SpeedDialForm], errors: Mapping[str, Refusal]) -> None:
    """Put the service's refusals beside their fields; `speed_dials.<n>.<field>` counts the rows."""
    for name, refusal in errors.items():
        kind, _dot, rest = name.partition(".")
        index, _dot, field = rest.partition(".")
        if kind == "speed_dials" and index.isdigit() and int(index) < len(rows):
            rows[int(index)].refuse({field: refusal})
        else:
            form.refuse({name: refusal})


def edited(data: QueryDict) -> QueryDict:
    """Return the entries after the pressed row button: `add:speed` or `drop:speed:<row>`."""
    verb, _colon, rest = data.get("action", "").partition(":")
    row = rest.partition(":")[2]
    count = count_rows(data, ROWS, MOST_ROWS)
    if verb == "add" and count < MOST_ROWS:
        return with_row(data, ROWS, count, {"name": "", "number": ""})
    if verb == "drop" and row.isdigit() and int(row) < count:
        return without_row(data, ROWS, count, int(row), ROW_FIELDS)
    return data


def quiet(form: CallSettingsForm, rows: Sequence[SpeedDialForm], *, added: bool) -> None:
    """Show entries without judging them yet: a row was only added or deleted. A new row gets the focus."""
    for one in (form, *rows):
        one.is_valid()
        one.errors.clear()
    if added and rows:
        rows[-1].fields["name"].widget.attrs["autofocus"] = True
