"""What is done to a whole line.

An administrator locks it, moves it, changes its personal details, resets it and undoes that; the operator suspends it.
What else is done to a line begins like these: `line_to_act_on`.
"""

from carillon.features.line_actions.services.acting import check_typed_number, line_to_act_on
from carillon.features.line_actions.services.details import (
    UNDOABLE,
    Details,
    change_details,
    put_back_details,
)
from carillon.features.line_actions.services.keeping import erase_audio
from carillon.features.line_actions.services.locks import Unlocked, lock_line_account, unlock_line_account
from carillon.features.line_actions.services.moving import Moved, move_lines
from carillon.features.line_actions.services.resetting import (
    NewSubscriber,
    ResetLine,
    check_reset,
    reset_line,
)
from carillon.features.line_actions.services.suspending import suspend_line
from carillon.features.line_actions.services.undoing import erase_snapshot, undo_reset

__all__ = [
    "UNDOABLE",
    "Details",
    "Moved",
    "NewSubscriber",
    "ResetLine",
    "Unlocked",
    "change_details",
    "check_reset",
    "check_typed_number",
    "erase_audio",
    "erase_snapshot",
    "line_to_act_on",
    "lock_line_account",
    "move_lines",
    "put_back_details",
    "reset_line",
    "suspend_line",
    "undo_reset",
    "unlock_line_account",
]
