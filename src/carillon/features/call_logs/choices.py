from django.db import models
from django.utils.translation import gettext_lazy as _


class CallType(models.TextChoices):
    """How a call crosses the group's border."""

    OUTGOING = "outgoing", _("Outgoing")
    INCOMING = "incoming", _("Incoming")
    INTERNAL = "internal", _("Internal")
