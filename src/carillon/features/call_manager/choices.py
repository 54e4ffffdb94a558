from django.db import models
from django.utils.translation import gettext_lazy as _


class IncomingMode(models.TextChoices):
    """What an incoming call does."""

    ACCOUNT_PHONE = "account_phone", _("Ring your account phone")
    IN_ORDER = "in_order", _("Ring your phones in order")
    TOGETHER = "together", _("Ring your phones together")
    FORWARD = "forward", _("Forward to another phone")


class TreatmentKind(models.TextChoices):
    """Where a call goes that is not answered or finds the line busy."""

    VOICEMAIL = "voicemail", _("Voicemail")
    NUMBER = "number", _("Another number")
    TONE = "tone", _("Busy tone")
