"""The pages that add, renumber and delete lines: of a company's administrators, and (`add`, `serve`, `delete`) the operator's."""

from carillon.features.line_management.views.adding import add, add_line
from carillon.features.line_management.views.answering import show_secrets
from carillon.features.line_management.views.deleting import delete, delete_line
from carillon.features.line_management.views.selected import delete_lines
from carillon.features.line_management.views.serving import line_service, serve

__all__ = [
    "add",
    "add_line",
    "delete",
    "delete_line",
    "delete_lines",
    "line_service",
    "serve",
    "show_secrets",
]
