from collections.abc import Mapping
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineKind(models.TextChoices):
    """The types of line; the values are those of calls.model.LineType."""

    USER = "user", _("User line")
    BASIC = "basic", _("Basic user line")
    COMMON_AREA = "common_area", _("Common-area line")
    EASY_ATTENDANT = "easy_attendant", _("Easy attendant")
    PREMIUM_ATTENDANT = "premium_attendant", _("Premium attendant")
    PILOT = "pilot", _("Hunt group pilot")
    MAILBOX_ONLY = "mailbox_only", _("Mailbox only")
    VIRTUAL_EXTENSION = "virtual_extension", _("Virtual extension")
    TRUNK = "trunk", _("Trunk line")


class LineParts(NamedTuple):
    """What a line of a type may have: a mailbox, a portal account, phones."""

    voicemail: bool
    user: bool
    phones: bool


PARTS: Mapping[LineKind, LineParts] = {
    LineKind.USER: LineParts(voicemail=True, user=True, phones=True),
    LineKind.BASIC: LineParts(voicemail=False, user=False, phones=True),
    LineKind.COMMON_AREA: LineParts(voicemail=False, user=False, phones=True),
    LineKind.EASY_ATTENDANT: LineParts(voicemail=True, user=False, phones=False),
    LineKind.PREMIUM_ATTENDANT: LineParts(voicemail=True, user=False, phones=False),
    LineKind.PILOT: LineParts(voicemail=True, user=False, phones=False),
    LineKind.MAILBOX_ONLY: LineParts(voicemail=True, user=True, phones=False),
    LineKind.VIRTUAL_EXTENSION: LineParts(voicemail=True, user=True, phones=False),
    LineKind.TRUNK: LineParts(voicemail=False, user=False, phones=True),
}
"""A mailbox-only line must have its mailbox; the others may do without what they may have."""
