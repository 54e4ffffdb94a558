from datetime import timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from carillon.features.lines.choices import LineKind

KEPT_FOR = timedelta(days=30)
"""How long the state before a reset can be restored."""
CONFIRMED_BY_NUMBER = frozenset({LineKind.PILOT, LineKind.EASY_ATTENDANT, LineKind.PREMIUM_ATTENDANT})
"""Kinds whose reset asks for the typed number: many callers depend on them."""
LONGEST_NAME = 64
LONGEST_CALLING_NAME = 35
LONGEST_ADDRESS = 200


class LockKind(StrEnum):
    """What closes a line or its accesses."""

    ADMINISTRATIVE = "administrative"
    PORTAL = "portal"
    PIN = "pin"


class SnapshotState(models.TextChoices):
    """Where the files of a snapshot are; the worker takes each state but KEPT to its end."""

    SEALING = "sealing", _("Being kept")
    KEPT = "kept", _("Kept")
    RESTORING = "restoring", _("Being restored")
    ERASED = "erased", _("Being erased")
