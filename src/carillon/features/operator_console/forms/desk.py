"""The operator's forms."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carillon.calls.model import CallClass
from carillon.features.business_groups.choices import GroupFeature, GroupPermission, PortalLanguage
from carillon.features.business_groups.services.grants import MOST_LICENCES
from carillon.features.classes_of_service.queries import class_choices
from carillon.features.operator_console.queries import group_choices, trunk_choices
from carillon.web.forms import CLASS_NAMES, PortalForm, SeenVersion

CLASSES = [(one.value, CLASS_NAMES[one.value]) for one in CallClass]


class _Codes(forms.CharField):
    """Area codes separated by spaces or commas, as a tuple."""

    def clean(self, value: Any) -> Any:
        return tuple(re.split(r"[\s,;]+", str(value).strip())) if value and str(value).strip() else ()


class _Boxes(forms.MultipleChoiceField):
    """Several check-boxes."""

    widget = forms.CheckboxSelectMultiple


class NewGroupForm(PortalForm):
    """A group with its numbers, lines and first administrator."""

    name = forms.CharField(label=_("Name"), max_length=256, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=PortalLanguage.choices)
    timezone = forms.CharField(label=_("Time zone"), initial="America/Toronto", max_length=64)
    first = forms.CharField(label=_("First number"), max_length=40, required=False)
    last = forms.CharField(label=_("Last number"), max_length=40, required=False)
    local_area_codes = _Codes(
        label=_("Other local area codes"),
        help_text=_("Those of its own numbers are local already."),
        required=False,
    )
    lines = forms.IntegerField(label=_("How many lines"), initial=0, min_value=0)
    first_extension = forms.CharField(label=_("First extension"), max_length=20, required=False)
    class_of_service_id = forms.TypedChoiceField(
        label=_("Class of service"), coerce=int, empty_value=None, required=False
    )
    administrator = forms.CharField(
        label=_("Name of the administrator"),
        help_text=_("He has the first line. The others are named after their extension."),
        max_length=256,
        required=False,
    )
    sip_accounts = forms.BooleanField(label=_("A SIP account for each line"), initial=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_of_service_id"].choices = class_choices()  # type: ignore[attr-defined]


class GroupForm(PortalForm):
    """The details of a group."""

    seen_version = SeenVersion()
    name = forms.CharField(label=_("Name"), max_length=256, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=PortalLanguage.choices)
    timezone = forms.CharField(label=_("Time zone"), max_length=64)
    home_region = forms.CharField(
        label=_("Home region"), help_text=_("Two letters, such as CA."), max_length=2
    )
    main_number = forms.CharField(label=_("Main number"), max_length=40, required=False)
    show_main_number = forms.BooleanField(label=_("Outside calls show the main number"), required=False)
    emergency_callback = forms.CharField(label=_("Emergency call-back number"), max_length=40, required=False)
    outside_prefix = forms.CharField(label=_("Outside-line prefix"), max_length=10, required=False)
    seven_digit_area_code = forms.CharField(
        label=_("Area code of seven-digit numbers"),
        help_text=_("Empty: numbers are dialled with ten digits."),
        max_length=10,
        required=False,
    )
    local_area_codes = _Codes(label=_("Other local area codes"), required=False)
    locked_lines_ring = forms.BooleanField(
        label=_("A line under an administrative lock still rings"), required=False
    )


class GrantsForm(PortalForm):
    """Features, permissions and licences."""

    seen_version = SeenVersion()
    features = _Boxes(label=_("Features"), choices=GroupFeature.choices, required=False)
    permissions = _Boxes(label=_("Permissions"), choices=GroupPermission.choices, required=False)
    basic = forms.IntegerField(
        label=_("Basic ACD licences"),
        help_text=_("Empty: unlimited."),
        min_value=0,
        max_value=MOST_LICENCES,
        required=False,
    )
    premium = forms.IntegerField(
        label=_("Premium ACD licences"),
        help_text=_("Empty: unlimited."),
        min_value=0,
        max_value=MOST_LICENCES,
        required=False,
    )


class BlockForm(PortalForm):
    """A number block."""

    first = forms.CharField(label=_("First number"), max_length=40, required=False)
    last = forms.CharField(label=_("Last number"), max_length=40, required=False)


class ClassForm(PortalForm):
    """A class of service."""

    seen_version = SeenVersion()
    name = forms.CharField(label=_("Name"), max_length=256, required=False)
    permitted = _Boxes(
        label=_("Classes of call permitted"),
        help_text=_("Emergency calls always are."),
        choices=[choice for choice in CLASSES if choice[0] != "emergency"],
        required=False,
    )


class TrunkForm(PortalForm):
    """A trunk to a carrier."""

    seen_version = SeenVersion()
    name = forms.CharField(
        label=_("Technical name"),
        help_text=_("Small letters, digits and hyphens."),
        max_length=32,
        required=False,
    )
    label = forms.CharField(label=_("Name"), max_length=256, required=False)
    host = forms.CharField(label=_("Host name or address"), max_length=255, required=False)
    port = forms.IntegerField(label=_("Port"), initial=5060)
    transport = forms.ChoiceField(
        label=_("Transport"), choices=[("udp", "UDP"), ("tcp", "TCP"), ("tls", "TLS")]
    )
    username = forms.CharField(label=_("SIP user"), max_length=64, required=False)
    secret = forms.CharField(
        label=_("SIP password"),
        help_text=_("Empty: the present one stays, or one is made."),
        max_length=128,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    source_addresses = _Codes(
        label=_("Addresses the carrier calls from"), help_text=_("Separated by spaces."), required=False
    )
    own_numbers_only = forms.BooleanField(
        label=_("The carrier takes calls from our own numbers only"), required=False
    )


class RouteForm(PortalForm):
    """A route: classes of call that leave by a trunk."""

    seen_version = SeenVersion()
    trunk_id = forms.TypedChoiceField(label=_("Trunk"), coerce=int)
    group_id = forms.TypedChoiceField(label=_("Business group"), coerce=int, empty_value=None, required=False)
    position = forms.IntegerField(
        label=_("Position"),
        help_text=_("The first route of a class of call is taken."),
        initial=1,
    )
    classes = _Boxes(
        label=_("Classes of call"),
        choices=[choice for choice in CLASSES if choice[0] not in {"internal", "feature"}],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trunk_id"].choices = trunk_choices()  # type: ignore[attr-defined]
        self.fields["group_id"].choices = [("", _("Every group")), *group_choices()]  # type: ignore[attr-defined]
