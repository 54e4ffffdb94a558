"""*Messages*: voicemail as e-mail, and who is asked for the PIN."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.web.forms import PortalForm, SeenVersion


class MessagesForm(PortalForm):
    """Voicemail as e-mail, and whether the line's own phones ask for the PIN."""

    seen_version = SeenVersion()
    email_on = forms.BooleanField(label=_("Forward messages and faxes as e-mails"), required=False)
    email_to = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One address per line. The message is attached as sound."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    keep_copy = forms.BooleanField(
        label=_("Keep a copy in the mailbox"),
        help_text=_("Without it, a message leaves the mailbox once the mail server has accepted the e-mail."),
        required=False,
    )
    skip_pin = forms.BooleanField(
        label=_("Skip the PIN from the line's own phones"),
        help_text=_("Anyone who can use these phones can then listen to the messages."),
        required=False,
    )

    def addresses(self) -> list[str]:
        """Return the addresses of a valid form, one per line or separated by commas or semicolons."""
        text = str(self.cleaned_data["email_to"]).replace(",", "\n").replace(";", "\n")
        return [line.strip() for line in text.splitlines() if line.strip()]
