"""Choosing a file of lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from carillon.web.csv_files import MOST_BYTES, Fault
from carillon.web.forms import PortalForm, explain


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

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse at once, beside the field, what the check would refuse for its size; nothing of it is kept."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            limit = {"limit": MOST_BYTES // (1024 * 1024)}
            raise forms.ValidationError(explain(Fault(0, "", "", "csv_too_large", limit)))
        return file
