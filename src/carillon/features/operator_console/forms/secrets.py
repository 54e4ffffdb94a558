"""The form of new secrets for a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.web.forms import PortalForm


class HandOutForm(PortalForm):
    """Which secrets are replaced; `has_password` and `has_pin` say which the line has."""

    password = forms.BooleanField(label=_("A new first password"), initial=True, required=False)
    pin = forms.BooleanField(label=_("A new temporary PIN"), initial=True, required=False)

    def __init__(self, *args: Any, has_password: bool, has_pin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, there in (("password", has_password), ("pin", has_pin)):
            if not there:
                self.fields[name].disabled = True
                self.initial[name] = False
