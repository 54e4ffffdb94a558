"""Writes of imports of lines: taking a file, checking it, saving all of it or nothing."""

from carillon.features.line_imports.services.imports import (
    ImportRefused,
    check_import,
    forget_import,
    queue_save,
    save_import,
    save_lines,
    start_import,
)
from carillon.features.line_imports.services.planning import Plan, plan_lines

__all__ = [
    "ImportRefused",
    "Plan",
    "check_import",
    "forget_import",
    "plan_lines",
    "queue_save",
    "save_import",
    "save_lines",
    "start_import",
]
