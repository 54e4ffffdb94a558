"""The comment, and the page it is about."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.features.feedback.choices import FeedbackKind
from carillon.features.feedback.models import LONGEST_PAGE
from carillon.web.forms import PortalForm


class FeedbackForm(PortalForm):
    """What the comment is about, its text, and the path of the page it is sent from."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=FeedbackKind.choices,
        initial=FeedbackKind.PROBLEM,
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Your comment"),
        help_text=_("Up to 4,000 characters. Leave out passwords and PINs."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)


def own_path(address: str, *, host: str) -> str:
    """Return the path of an address of this portal, "" for any other; what follows the path is left out."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    elsewhere = parts.netloc not in {"", host} or parts.scheme not in {"", "http", "https"}
    path = parts.path
    if elsewhere or not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_PAGE:
        return ""
    return path if path.isprintable() and "\\" not in path else ""
