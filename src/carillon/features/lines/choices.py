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
