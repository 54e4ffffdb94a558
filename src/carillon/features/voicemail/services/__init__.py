"""Writes of mailboxes: message settings, PIN, name and greeting, and the messages themselves."""

from carillon.features.voicemail.services.changes import TELEPHONE
from carillon.features.voicemail.services.messages import LeftMessage, add_message, delete_message, mark_heard
from carillon.features.voicemail.services.pins import (
    PinResult,
    change_own_pin,
    change_pin,
    check_pin,
    pin_values,
    unlock_pin,
)
from carillon.features.voicemail.services.recordings import pass_setup, use_greeting, use_name
from carillon.features.voicemail.services.replacing import check_new_pin, replace_pin
from carillon.features.voicemail.services.settings import change_message_settings
from carillon.features.voicemail.services.undoing import put_back_message_settings

__all__ = [
    "TELEPHONE",
    "LeftMessage",
    "PinResult",
    "add_message",
    "change_message_settings",
    "change_own_pin",
    "change_pin",
    "check_new_pin",
    "check_pin",
    "delete_message",
    "mark_heard",
    "pass_setup",
    "pin_values",
    "put_back_message_settings",
    "replace_pin",
    "unlock_pin",
    "use_greeting",
    "use_name",
]
