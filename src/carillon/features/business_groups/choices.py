from django.db import models
from django.utils.translation import gettext_lazy as _


class PortalLanguage(models.TextChoices):
    """The two languages of the portal and of announcements; each is named in itself."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class GroupFeature(models.TextChoices):
    """What a business group can subscribe to; the portal shows only what the group has."""

    HUNT_GROUPS = "hunt_groups", _("Hunt groups")
    PICKUP_GROUPS = "pickup_groups", _("Call pickup groups")
    ACD = "acd", _("Automatic call distribution (ACD)")
    ATTENDANTS = "attendants", _("Attendants")
    SHORT_CODES = "short_codes", _("Short codes")
    ACCOUNT_CODES = "account_codes", _("Account codes")
    CALL_LOGS = "call_logs", _("Call logs")
    CALL_RECORDING = "call_recording", _("Call recording")
    MUSIC_ON_HOLD = "music_on_hold", _("Music on hold")
    CALL_NOTIFICATIONS = "call_notifications", _("Outgoing call notifications")


class GroupPermission(models.TextChoices):
    """What the operator lets the administrators of a business group do, or forbids them."""

    CREATE_LINES = "create_lines", _("Administrators create and delete lines")
    CREATE_PHONES = "create_phones", _("Administrators create and delete phones")
    UNLOCK_ACCOUNTS = "unlock_accounts", _("Administrators unlock accounts")
    KEEP_NOTIFICATIONS = "keep_notifications", _("Administrators cannot switch emergency notifications off")


def all_features() -> list[str]:
    """Return what a new group subscribes to: everything."""
    return list(GroupFeature.values)


def first_permissions() -> list[str]:
    """Return what administrators of a new group may do: unlock accounts, as the sign-in page promises."""
    return [GroupPermission.UNLOCK_ACCOUNTS.value]
