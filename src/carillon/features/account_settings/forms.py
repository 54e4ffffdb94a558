"""*Account settings*: the line's language, and a new voicemail PIN."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.features.business_groups.choices import PortalLanguage
from carillon.web.forms import PortalForm, SeenVersion

DIGITS = {"inputmode": "numeric", "autocomplete": "off", "class": "is-number"}


class LanguageForm(PortalForm):
    """The language of the announcements, and of the portal for the subscriber."""

    seen_version = SeenVersion()
    language = forms.ChoiceField(
        label=_("Language of the line"),
        help_text=_(
            "The language in which the line hears announcements and its subscriber reads the portal."
        ),
        choices=PortalLanguage,
    )


class PinForm(PortalForm):
    """A new voicemail PIN, twice; the present one too where the subscriber changes his own."""

    old = forms.CharField(label=_("Present PIN"), max_length=64, widget=forms.PasswordInput(attrs=DIGITS))
    pin = forms.CharField(
        label=_("New PIN"),
        help_text=_("At least 6 digits, without sequences, repeats or your own number."),
        max_length=64,
        widget=forms.PasswordInput(attrs=DIGITS),
    )
    again = forms.CharField(label=_("New PIN again"), max_length=64, widget=forms.PasswordInput(attrs=DIGITS))

    def __init__(self, *args: Any, asks_old: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_old:
            del self.fields["old"]

    def clean(self) -> dict[str, Any]:
        """Compare the two entries."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", _("The two entries differ. Type the new PIN again."))
        return cleaned
