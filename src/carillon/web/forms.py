"""What every form of the portal shares: looks, the seen version, refusals beside their fields, focus on the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carillon.web.numbers import national

Message = Callable[[Mapping[str, str | int]], str | Promise]


class Refusal(Protocol):
    """Why a service refused a value: a stable code and what its message names."""

    @property
    def code(self) -> str:
        """The code."""

    @property
    def params(self) -> Mapping[str, str | int]:
        """What the message names."""


CLASS_NAMES: Mapping[str, str | Promise] = {
    "internal": _("internal"),
    "toll_free": _("toll-free"),
    "premium": _("premium rate"),
    "directory_assistance": _("directory assistance"),
    "operator": _("operator"),
    "mobile": _("mobile"),
    "local": _("local"),
    "long_distance": _("long distance"),
    "international": _("international"),
    "feature": _("feature code"),
    "emergency": _("emergency"),
}

REFUSALS: Mapping[str, str | Promise] = {
    "required": _("Fill in this field."),
    "too_long": _("Use at most %(limit)s characters."),
    "bad_character": _("Remove the character %(character)s: it cannot be shown on a phone."),
    "malformed": _("“%(value)s” cannot be used here. Write it such as %(example)s."),
    "unknown_choice": _("Choose one of the values offered."),
    "out_of_range": _("Enter a whole number from %(low)s to %(high)s."),
    "too_many": _("Keep at most %(limit)s entries."),
    "already_used": _("Already used by %(by)s. Choose another value."),
    "empty_timeline": _("Add at least one phone or number to ring."),
    "duplicate": _("%(number)s is already in the list. Keep it once."),
    "number_not_valid": _(
        "%(number)s is not a valid number. Enter an extension or a number with its area code, such as 514 555-0123."
    ),
    "number_not_permitted": _(
        "%(number)s is understood as a call of the class “%(call_class)s”, which this line may not make. "
        "Choose another number."
    ),
    "number_emergency": _(
        "%(number)s is an emergency number: calls cannot be sent to it. Choose another number."
    ),
    "number_own": _("%(number)s is this line itself. Choose another number."),
    "number_unassigned": _("%(number)s belongs to your company but no line has it. Choose another number."),
    "no_mailbox": _("This line has no voicemail. Choose another treatment."),
    "not_in_group": _("%(number)s is not a line of your company."),
    "not_in_blocks": _("%(number)s is in no number block of this business group."),
    "in_use": _("Still used by %(by)s. Free it first."),
    "not_for_kind": _("A line of the type “%(kind)s” does not have this."),
    "cannot_remove": _(
        "The line has this already, and an import takes nothing away. Change it on the line's page."
    ),
    "too_often": _("You have sent %(limit)s comments within an hour. Try again later."),
    "bad_range": _("The end comes before the start."),
    "conflict": _("This conflicts with %(with)s."),
    "wrong_password": _("This is not your present password."),
    "csv_too_large": _("The file is larger than %(limit)s MB. Split it."),
    "csv_too_many_rows": _("The file has more than %(limit)s rows. Split it."),
    "csv_nul": _("The file is not text. In the spreadsheet, save it as “CSV UTF-8”."),
    "csv_not_utf8": _("The file is not in UTF-8. In the spreadsheet, save it as “CSV UTF-8”."),
    "csv_quotes": _("A quotation mark is not closed, or stands in the middle of a cell."),
    "csv_unknown_column": _("No column has this title. Correct the title or remove the column."),
    "csv_repeated_column": _("This column is there twice. Keep it once."),
    "csv_missing_column": _("The column “%(title)s” is missing. Add it."),
    "csv_too_many_cells": _("This row has more than %(limit)s cells. Remove the others."),
    "csv_cell_too_long": _("This cell has more than %(limit)s characters."),
    "csv_repeated_row": _("Row %(other)s has the same value. Keep it once."),
    "csv_yes_or_no": _("Write yes or no."),
    "import_kind_stays": _("The line exists with another type, and an import does not change it."),
    "csv_no_rows": _("The file has no rows."),
    "own_line": _("This is your own line. Ask another administrator to do it."),
    "own_rights": _("You cannot take rights away from yourself. Ask another administrator to do it."),
    "last_administrator": _(
        "This is the last administrator of the whole business group. Make another line one first, under its "
        "personal details."
    ),
    "outranked": _(
        "This person administers more than you do. Ask an administrator of the business group to do it."
    ),
    "right_not_held": _("You cannot give a right that you do not hold yourself."),
    "no_account": _("This line has no portal account, so it cannot be an administrator."),
    "not_this_number": _("This is not the number of the line. Type %(number)s to confirm."),
    "not_empty": _("This department is not empty. Move or delete what is listed here first."),
    "below_itself": _("A department cannot be below itself. Choose another parent."),
    "too_deep": _("This would make too many levels of departments. Choose a parent nearer the top."),
    "not_this_many": _("This is not how many are selected. Type %(count)s to confirm."),
    "hindered": _("Some of what is selected cannot be deleted; the reasons stand below."),
    "changed_meanwhile": _(
        "Something of what is selected was changed since you opened this page. Look at it again below, then confirm."
    ),
    "wrong_pin": _("This is not your present PIN."),
    "pin_blocked": _(
        "The PIN is blocked after too many wrong ones. An administrator of your company can unlock it or set a new one."
    ),
}


def explain(refusal: Refusal) -> str:
    """Return the sentence for a refusal in the reader's language."""
    params: dict[str, Any] = dict(refusal.params)
    if isinstance(params.get("number"), str):
        params["number"] = national(params["number"])
    if "call_class" in params:
        params["call_class"] = CLASS_NAMES.get(str(params["call_class"]), params["call_class"])
    sentence = REFUSALS.get(str(refusal.code), _("This value cannot be used."))
    return str(sentence) % params


class SeenVersion(forms.IntegerField):
    """The version of an object that a form was opened with; nonsense is a version nobody has seen, so a stale one."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> int:
        """Return the version, 0 for what is none."""
        text = str(value or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class PortalForm(forms.Form):
    """A form that dresses its fields and puts the focus on the first refused one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field.widget)

    def refuse(self, errors: Mapping[str, Refusal], names: Mapping[str, str] | None = None) -> None:
        """Put a service's refusals beside their fields; `names` maps its fields to this form's."""
        for name, refusal in errors.items():
            field = (names or {}).get(name, name)
            self.add_error(field if field in self.fields else None, explain(refusal))

    def accept_version(self, current: int, field: str = "seen_version") -> None:
        """Keep the entries of a stale save: saving again then means them, seen beside the others' changes."""
        self.take(field, str(current))

    def take(self, field: str, value: str) -> None:
        """Let a hidden field hold this instead of what was sent."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[field] = value
        self.data = data

    def focus_first_error(self) -> bool:
        """Give the first refused field the focus on the next page; say whether there was one."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return True
        return False

    def summary(self) -> list[tuple[str, str, str]]:
        """Return (field's id, its label, its message) for each refusal, in the order of the page."""
        return [
            (_place(self[name]), str(self[name].label), str(message))
            for name in self.fields
            for message in self[name].errors
        ]


def _place(field: forms.BoundField) -> str:
    """Return the id a link to the field goes to: of several boxes or buttons the first."""
    return field.id_for_label or f"{field.auto_id}_0"


def _dress(widget: forms.Widget) -> None:
    looks: dict[type[forms.Widget], str] = {
        forms.CheckboxInput: "form-check-input",
        forms.RadioSelect: "form-check-input",
        forms.Select: "form-select",
        forms.HiddenInput: "",
    }
    kind = next((look for known, look in looks.items() if isinstance(widget, known)), "form-control")
    if kind:
        widget.attrs["class"] = f"{kind} {widget.attrs.get('class', '')}".strip()


def summaries(these: Iterable[PortalForm]) -> list[tuple[str, str, str]]:
    """Return the refusals of several forms of one page and give the first the focus."""
    found: list[tuple[str, str, str]] = []
    focused = False
    for form in these:
        focused = focused or form.focus_first_error()
        found += form.summary()
    return found
