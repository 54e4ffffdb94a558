"""A whole line added with its first secrets, given another number, type or class of service, deleted: one or many."""

from carillon.features.line_management.services.adding import Answers, Secrets, add_line, receipt_of_line
from carillon.features.line_management.services.answers import sealed, unsealed
from carillon.features.line_management.services.deleting import delete_line, delete_lines
from carillon.features.line_management.services.serving import LineService, change_service

__all__ = [
    "Answers",
    "LineService",
    "Secrets",
    "add_line",
    "change_service",
    "delete_line",
    "delete_lines",
    "receipt_of_line",
    "sealed",
    "unsealed",
]
