"""What is done to a whole line.

An administrator locks it, moves it, changes its personal details, resets it and undoes that; the operator suspends it,
changes its number, type and class of service, and deletes it.
"""

from carillon.features.line_actions.services.deleting import delete_line
from carillon.features.line_actions.services.details import (
    UNDOABLE,
    Details,
    change_details,
    put_back_details,
)
from carillon.features.line_actions.services.locks import Unlocked, lock_line_account, unlock_line_account
from carillon.features.line_actions.services.moving import Moved, move_lines
from carillon.features.line_actions.services.resetting import (
    NewSubscriber,
    ResetLine,
    check_reset,
    reset_line,
)
from carillon.features.line_actions.services.serving import LineService, change_service, suspend_line
from carillon.features.line_actions.services.undoing import erase_snapshot, undo_reset

__all__ = [
    "UNDOABLE",
    "Details",
    "LineService",
    "Moved",
    "NewSubscriber",
    "ResetLine",
    "Unlocked",
    "change_details",
    "change_service",
    "check_reset",
    "delete_line",
    "erase_snapshot",
    "lock_line_account",
    "move_lines",
    "put_back_details",
    "reset_line",
    "suspend_line",
    "undo_reset",
    "unlock_line_account",
]
