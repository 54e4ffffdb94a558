"""The form of a department."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.features.departments.models import Department
from carillon.web.forms import PortalForm, SeenVersion

LONGEST = 512
"""What a form takes in; the service says what is too long."""


class DepartmentForm(PortalForm):
    """A department: its name, and what it is below. `parents` are those offered."""

    seen_version = SeenVersion()
    name = forms.CharField(label=_("Name"), max_length=LONGEST, required=False)
    parent = forms.TypedChoiceField(
        label=_("Parent department"),
        help_text=_("What is below the department moves with it, and so do the lines."),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, parents: Iterable[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(found.pk, found.full_name) for found in parents]
        self.fields["parent"].choices = [("", _("None: at the top")), *offered]  # type: ignore[attr-defined]
