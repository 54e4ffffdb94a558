"""Fields and rows that the forms of this feature share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

LONGEST_NUMBER = 64


class SecondsField(forms.IntegerField):
    """A whole number of seconds; whatever is wrong, the message names the permitted values."""

    def __init__(self, *, low: int, high: int, rings: bool = False, **kwargs: Any) -> None:
        attrs = {"class": "is-seconds", "inputmode": "numeric"} | ({"data-rings": "rings"} if rings else {})
        widget = forms.NumberInput(attrs=attrs)
        super().__init__(min_value=low, max_value=high, widget=widget, **kwargs)

    def clean(self, value: Any) -> int:
        """Return the number."""
        try:
            return int(super().clean(value))
        except (ValidationError, TypeError):
            raise ValidationError(
                _("Enter a whole number from %(low)s to %(high)s."),
                params={"low": self.min_value, "high": self.max_value},
            ) from None


class NumberField(forms.CharField):
    """What a user of the line would dial: an extension or a telephone number, with any separators."""

    def __init__(self, *, label: Any, help_text: Any = "") -> None:
        looks = {"class": "is-number", "inputmode": "tel", "autocomplete": "off"}
        widget = forms.TextInput(attrs=looks)
        super().__init__(
            label=label, help_text=help_text, max_length=LONGEST_NUMBER, required=False, widget=widget
        )


def with_row(data: QueryDict, name: str, count: int, values: Mapping[str, str | None]) -> QueryDict:
    """Return the entries with one more row after the `count` rows of this list."""
    changed = data.copy()
    _fill(changed, f"{name}-{count}", values)
    changed[f"{name}-rows"] = str(count + 1)
    return changed


def without_row(data: QueryDict, name: str, count: int, row: int, fields: Sequence[str]) -> QueryDict:
    """Return the entries without this row of the list; the rows below it move up."""
    changed = data.copy()
    kept = [index for index in range(count) if index != row]
    for place, index in enumerate(kept):
        values = {field: data.get(f"{name}-{index}-{field}") for field in fields}
        _fill(changed, f"{name}-{place}", values)
    changed[f"{name}-rows"] = str(len(kept))
    return changed


def count_rows(data: QueryDict, name: str, most: int) -> int:
    """Return how many rows of this list were sent, at most `most`."""
    return min(whole(data, f"{name}-rows"), most)


def whole(data: QueryDict, name: str) -> int:
    """Return a whole number that was sent, 0 for anything else."""
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _fill(data: QueryDict, prefix: str, values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        data.pop(f"{prefix}-{name}", None)
        if value is not None:
            data[f"{prefix}-{name}"] = value
