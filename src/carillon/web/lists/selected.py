"""*Delete selected* of a list: what is ticked, what still uses each row, what stands in the way, what is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from carillon.web.forms import PortalForm
from carillon.web.lists.spec import Text

SHOWN = 50
"""Rows the confirmation names; of the others it says how many they are."""
LONGEST_ID = 18
_SEPARATORS = str.maketrans("", "", " ,.\u00a0\u202f")
"""What people write between thousands."""


@dataclass(frozen=True, slots=True)
class UsedBy:
    """What still uses a row: by its name, with the setting that does; `address` "" = none for this reader."""

    name: str
    setting: str
    address: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Selected:
    """One ticked row: its name, what else tells it, what still uses it and why it cannot be deleted, in words."""

    name: str
    details: str = ""
    address: str = ""
    uses: Sequence[UsedBy] = ()
    hindrances: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The ticked rows, what is lost with all of them in words, and a text that changes when one of them does."""

    rows: Sequence[Selected]
    losses: Sequence[str] = ()
    seen: str = ""

    @property
    def shown(self) -> list[Selected]:
        """The first rows: those that cannot be deleted, those that are still used, the others."""
        return sorted(self.rows, key=lambda row: (not row.hindrances, not row.uses))[:SHOWN]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(len(self.rows) - SHOWN, 0)

    @property
    def hindered(self) -> int:
        """How many cannot be deleted."""
        return sum(1 for row in self.rows if row.hindrances)


@dataclass(frozen=True, slots=True)
class Deletion:
    """What is particular to *Delete selected* of one list.

    `address` takes the form. `counted(number)` writes "12 lines". `warning` says what deleting does. `find(ids)`
    returns what is ticked, and raises for what is not the reader's; `delete(ids, count, seen)` deletes all of it or
    nothing and returns the receipt: `count` is the number that was typed, None for what is none.
    """

    heading: Text
    address: str
    counted: Callable[[int], str]
    warning: Text
    find: Callable[[Sequence[int]], Selection]
    delete: Callable[[Sequence[int], int | None, str], object]


class ConfirmForm(PortalForm):
    """The typed number that confirms a deletion of many."""

    selected = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_rows = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    typed_count = forms.CharField(
        label=_("Type how many are deleted to confirm"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "is-number"}),
    )

    def count(self) -> int | None:
        """Return the number that was typed, however its thousands are separated."""
        digits = str(self.cleaned_data["typed_count"]).translate(_SEPARATORS)
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def selected_ids(request: HttpRequest) -> list[int]:
    """Return the ticked rows, each once: several values, each an id or several ids with commas between them."""
    sent = request.POST if request.method == "POST" else request.GET
    texts = ",".join(sent.getlist("selected")).split(",")
    return list(dict.fromkeys(read_id(text) for text in texts if text.strip()))


def read_id(text: str) -> int:
    """Return an id; raises Http404 for what is none."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_ID):
        raise Http404
    return int(digits)


def digest_of(versions: Iterable[tuple[int, int]]) -> str:
    """Return a text that changes when one of the rows (id, version) does."""
    return sha256(repr(sorted(versions)).encode()).hexdigest()[:32]
