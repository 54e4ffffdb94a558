"""What an administrator does to a whole line: lock it, move it, change its personal details, reset it and undo that."""

from carillon.features.line_actions.services.details import Details, change_details
from carillon.features.line_actions.services.locks import Unlocked, lock_line_account, unlock_line_account
from carillon.features.line_actions.services.moving import Moved, move_lines
from carillon.features.line_actions.services.resetting import (
    NewSubscriber,
    ResetLine,
    check_reset,
    reset_line,
)
from carillon.features.line_actions.services.undoing import erase_snapshot, undo_reset

__all__ = [
    "Details",
    "Moved",
    "NewSubscriber",
    "ResetLine",
    "Unlocked",
    "change_details",
    "check_reset",
    "erase_snapshot",
    "lock_line_account",
    "move_lines",
    "reset_line",
    "undo_reset",
    "unlock_line_account",
]
