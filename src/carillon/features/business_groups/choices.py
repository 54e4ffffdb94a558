from django.db import models


class PortalLanguage(models.TextChoices):
    """The two languages of the portal and of announcements; each is named in itself."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"
