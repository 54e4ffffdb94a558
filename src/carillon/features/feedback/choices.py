"""What a comment is about, and whether the operator has dealt with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedbackKind(models.TextChoices):
    """What a comment is about."""

    PROBLEM = "problem", _("A problem with a page")
    IDEA = "idea", _("An idea to make it better")


class FeedbackState(models.TextChoices):
    """What became of a comment."""

    NEW = "new", _("New")
    DONE = "done", _("Done")
