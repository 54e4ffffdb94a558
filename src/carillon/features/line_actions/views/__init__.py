"""The pages of a line's actions; each is a page of its own and opens as a dialog over a list."""

from carillon.features.line_actions.views.details import details
from carillon.features.line_actions.views.locks import lock, unlock
from carillon.features.line_actions.views.moving import move
from carillon.features.line_actions.views.resetting import reset
from carillon.features.line_actions.views.undoing import erase_snapshot, undo_reset

__all__ = ["details", "erase_snapshot", "lock", "move", "reset", "undo_reset", "unlock"]
