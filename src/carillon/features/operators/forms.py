"""The two steps of an operator's sign-in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.web.forms import PortalForm


class OperatorSignInForm(PortalForm):
    """The operator's name and password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(PortalForm):
    """A one-time code, or a recovery code."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )
