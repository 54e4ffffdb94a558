"""Writes of a line's call settings: incoming calls and availability; identity, barring and what goes with them."""

from carillon.features.call_manager.queries import (
    CallSettingsChoice,
    EntryChoice,
    IncomingChoice,
    Seen,
    SpeedDialChoice,
)
from carillon.features.call_manager.services.call_settings import change_call_settings, preview_call_settings
from carillon.features.call_manager.services.incoming import change_availability, change_incoming, preview
from carillon.features.call_manager.services.undoing import (
    put_back_availability,
    put_back_call_settings,
    put_back_incoming,
)

__all__ = [
    "CallSettingsChoice",
    "EntryChoice",
    "IncomingChoice",
    "Seen",
    "SpeedDialChoice",
    "change_availability",
    "change_call_settings",
    "change_incoming",
    "preview",
    "preview_call_settings",
    "put_back_availability",
    "put_back_call_settings",
    "put_back_incoming",
]
