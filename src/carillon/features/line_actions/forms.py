"""The pop-ups of a line's actions: parsing and messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.features.accounts.choices import Role
from carillon.features.business_groups.choices import PortalLanguage
from carillon.features.departments.models import Department
from carillon.features.line_actions.services import Details, ResetLine
from carillon.web.forms import PortalForm, SeenVersion

LONGEST = 512
"""What a form takes in; the service says what is too long."""


class DetailsForm(PortalForm):
    """*Edit personal details*. `scope` offers the departments the administrator has."""

    seen_version = SeenVersion()
    seen_account = SeenVersion()
    name = forms.CharField(label=_("Account name"), required=False, max_length=LONGEST)
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("The language of the portal for this user, and of the announcements the line hears."),
        choices=(("", _("That of the company")), *PortalLanguage.choices),
        required=False,
    )
    emergency_address = forms.CharField(
        label=_("Emergency address"),
        help_text=_("Where help must go when this line calls an emergency number."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    role = forms.ChoiceField(
        label=_("Administrator"),
        choices=(
            (Role.SUBSCRIBER, _("No, a subscriber only")),
            (Role.DEPARTMENT_ADMINISTRATOR, _("Of one department and those below it")),
            (Role.GROUP_ADMINISTRATOR, _("Of the whole business group")),
        ),
        widget=forms.RadioSelect,
        required=False,
    )
    scope = forms.ChoiceField(label=_("Department administered"), required=False)
    is_supervisor = forms.BooleanField(
        label=_("ACD supervisor: opens the supervisor dashboard and the report scheduler"), required=False
    )
    may_read_call_logs = forms.BooleanField(label=_("May read the call logs"), required=False)
    may_monitor = forms.BooleanField(label=_("May listen to calls in progress"), required=False)

    def __init__(
        self,
        *args: Any,
        departments: Iterable[Department],
        account: bool,
        operator: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        scope = self.fields["scope"]
        if isinstance(scope, forms.ChoiceField):
            scope.choices = [("", "–"), *((str(found.pk), found.full_name) for found in departments)]
        if not operator:
            del self.fields["may_monitor"]
        if not account:
            for name in ("role", "scope", "is_supervisor", "may_read_call_logs", "may_monitor"):
                self.fields.pop(name, None)

    def details(self) -> Details:
        """Return what a valid form asks for."""
        values = dict(self.cleaned_data)
        scope = values.pop("scope", "")
        role = values.pop("role", "") or Role.SUBSCRIBER
        for seen in ("seen_version", "seen_account"):
            values.pop(seen)
        return Details(role=Role(role), scope_id=int(scope) if scope else None, **values)


class ResetForm(PortalForm):
    """The pop-up of *Reset line*; its confirmation sends the same entries again."""

    seen_version = SeenVersion()
    name = forms.CharField(
        label=_("New account name"),
        help_text=_("The name of the person or place that gets the line, up to 64 characters."),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    same_calling_name = forms.BooleanField(
        label=_("Also use as local calling name"),
        help_text=_("The name that phones inside the company show, up to 35 characters."),
        required=False,
    )
    remove_from_groups = forms.BooleanField(
        label=_("Remove from all groups"),
        help_text=_("The line gets no more calls of hunt groups and call pickup groups."),
        required=False,
    )
    erase = forms.BooleanField(
        label=_("Erase for privacy"),
        help_text=_("Nothing of the former subscriber is kept: the reset cannot be undone."),
        required=False,
    )
    typed_number = forms.CharField(
        label=_("Type the number of the line to confirm"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "is-number"}),
    )

    def wanted(self) -> ResetLine:
        """Return what a valid form asks for."""
        return ResetLine(
            **{name: value for name, value in self.cleaned_data.items() if name != "seen_version"}
        )


class UndoForm(PortalForm):
    """Which former state comes back."""

    seen_version = SeenVersion()
    snapshot = forms.IntegerField(widget=forms.HiddenInput)


class EraseForm(PortalForm):
    """Which former state is erased."""

    snapshot = forms.IntegerField(widget=forms.HiddenInput)
