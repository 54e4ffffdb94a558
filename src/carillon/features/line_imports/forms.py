"""Choosing a file of lines."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.web.forms import PortalForm


class FileForm(PortalForm):
    """One CSV file."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "UTF-8, with commas or semicolons. Nothing is saved before you have seen what it would do."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
