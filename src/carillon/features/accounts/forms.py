"""Sign-in and new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.calls.numbering import clean_typed
from carillon.web.forms import PortalForm


class SignInForm(PortalForm):
    """The line's telephone number and the portal password."""

    number = forms.CharField(
        label=_("Telephone number"),
        help_text=_("Ten digits, with or without spaces and hyphens."),
        max_length=64,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "inputmode": "tel", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    remember = forms.BooleanField(
        label=_("Remember me"),
        help_text=_("Keeps only the telephone number on this computer."),
        required=False,
    )

    def clean_number(self) -> str:
        """Return the number without its separators; an operator's name stays as it was typed."""
        typed = str(self.cleaned_data["number"])
        return clean_typed(typed) or typed


class NewPasswordForm(PortalForm):
    """The present password and, twice, the new one."""

    old = forms.CharField(
        label=_("Present password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters, without sequences, repeats or your own number."),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two entries."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The two entries differ. Type the new password again."))
        return cleaned
