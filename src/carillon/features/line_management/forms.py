"""The forms of one line: a new one, its number, type and class of service, its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.features.business_groups.choices import PortalLanguage
from carillon.features.classes_of_service.queries import class_choices
from carillon.features.departments.models import Department
from carillon.features.lines.choices import LineKind
from carillon.web.forms import PortalForm, SeenVersion
from carillon.web.once import OnceField

LONGEST = 512
"""What a form takes in; the service says what is too long."""


def _number() -> forms.CharField:
    looks = {"inputmode": "tel", "autocomplete": "off", "class": "is-number", "list": "free-numbers"}
    return forms.CharField(
        label=_("Directory number"),
        help_text=_("Free in a number block of the group; the first free ones are offered."),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs=looks),
    )


def _class_of_service() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Class of service"),
        help_text=_("Which classes of call the line may make."),
        coerce=int,
        empty_value=None,
        required=False,
    )


class _OfferingForm(PortalForm):
    """A form that offers the classes of service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_of_service_id"].choices = [("", "–"), *class_choices()]  # type: ignore[attr-defined]


class NewLineForm(_OfferingForm):
    """One line with what belongs to it, in one of these departments or (`whole_group`) in the group directly.

    `phones`: who fills it in may make SIP accounts too.
    """

    once = OnceField()
    number = _number()
    kind = forms.ChoiceField(label=_("Type of line"), choices=LineKind.choices, initial=LineKind.USER)
    name = forms.CharField(
        label=_("Account name"),
        help_text=_("The person or place the line is for, up to 64 characters."),
        max_length=LONGEST,
        required=False,
    )
    department = forms.TypedChoiceField(label=_("Department"), coerce=int, empty_value=None, required=False)
    extension = forms.CharField(label=_("Extension"), max_length=LONGEST, required=False)
    class_of_service_id = _class_of_service()
    language = forms.ChoiceField(
        label=_("Language"),
        choices=(("", _("That of the company")), *PortalLanguage.choices),
        required=False,
    )
    with_voicemail = forms.BooleanField(label=_("Voicemail"), initial=True, required=False)
    with_user = forms.BooleanField(label=_("Portal account"), initial=True, required=False)
    with_phone = forms.BooleanField(label=_("A SIP account for a phone"), initial=True, required=False)

    def __init__(
        self, *args: Any, departments: Iterable[Department], whole_group: bool, phones: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(found.pk, found.full_name) for found in departments]
        none = [("", _("None: the group directly"))] if whole_group else []
        self.fields["department"].choices = [*none, *offered]  # type: ignore[attr-defined]
        self.fields["department"].required = not whole_group
        if not phones:
            del self.fields["with_phone"]


class LineServiceForm(_OfferingForm):
    """Number, type and class of service. `kinds` are the types that have room for what the line has."""

    seen_version = SeenVersion()
    number = _number()
    kind = forms.ChoiceField(
        label=_("Type of line"),
        help_text=_(
            "Types without room for this line's voicemail, portal account or phones are not offered."
        ),
    )
    class_of_service_id = _class_of_service()

    def __init__(self, *args: Any, kinds: Iterable[LineKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class DeleteLineForm(PortalForm):
    """The typed number that confirms."""

    seen_version = SeenVersion()
    typed_number = forms.CharField(
        label=_("Type the number of the line to confirm"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "is-number"}),
    )
