from enum import Enum, StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user administers."""

    SUBSCRIBER = "subscriber", _("Subscriber")
    DEPARTMENT_ADMINISTRATOR = "department_administrator", _("Department administrator")
    GROUP_ADMINISTRATOR = "group_administrator", _("Business group administrator")
    OPERATOR = "operator", _("Platform operator")


class Theme(models.TextChoices):
    """How the portal looks; automatic follows the device."""

    AUTO = "auto", _("Automatic")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How close the rows of lists stand."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class Action(StrEnum):
    """What a user may want to do; the policy (queries.POLICY) says how far each role may."""

    LIST_LINES = "list_lines"
    DOWNLOAD_LINES = "download_lines"
    VIEW_LINE = "view_line"
    CHANGE_CALL_SETTINGS = "change_call_settings"
    CHANGE_NAMES = "change_names"
    CHANGE_MESSAGE_SETTINGS = "change_message_settings"
    CHANGE_PIN = "change_pin"
    READ_MESSAGES = "read_messages"
    UNBLOCK = "unblock"
    READ_RECORD = "read_record"
    READ_CALL_LOGS = "read_call_logs"
    SUPERVISE = "supervise"
    MANAGE_DEPARTMENTS = "manage_departments"
    MANAGE_EXTENSIONS = "manage_extensions"
    MANAGE_LINES = "manage_lines"
    RENUMBER_LINES = "renumber_lines"
    MANAGE_PHONES = "manage_phones"
    MANAGE_GROUPS = "manage_groups"
    LOCK_LINES = "lock_lines"
    RESET_LINES = "reset_lines"
    CHANGE_DETAILS = "change_details"
    MOVE_LINES = "move_lines"
    READ_FEEDBACK = "read_feedback"


class Reach(Enum):
    """How far an action goes; each holds what the one before it does."""

    NONE = 0
    OWN = 1
    """The user's own line."""
    SUBTREE = 2
    """The user's department and everything below it."""
    GROUP = 3
    PLATFORM = 4


class SecretRule(StrEnum):
    """The rule a new password or PIN breaks."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_DIGITS = "not_digits"
    SEQUENCE = "sequence"
    REPEATED = "repeated"
    OWN_NUMBER = "own_number"
    OWN_EXTENSION = "own_extension"
    COMMON = "common"
    SAME = "same"


class Closed(StrEnum):
    """Why nobody signs in to a line, whatever he knows."""

    LOCKED = "locked"
    SUSPENDED = "suspended"
