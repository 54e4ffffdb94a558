"""*Call settings*: the line's names and whether it shows them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.web.forms import PortalForm


class CallSettingsForm(PortalForm):
    """The account name, the internal name, and the withholding of both name and number."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
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
        help_text=_("The people you call see neither. Emergency calls always show the number."),
        required=False,
    )
