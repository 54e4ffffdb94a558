"""Writes of lines: creating them, and changing their names, identity and language."""

from carillon.features.lines.services.changing import (
    change_line_language,
    change_of,
    check_names,
    department_path,
    line_change,
    lock_line,
    part_change,
    write_line,
)
from carillon.features.lines.services.creating import (
    SETTINGS_WITHOUT_VOICEMAIL,
    CreatedLine,
    NewLine,
    create_line,
    note_keys,
    part_problems,
)

__all__ = [
    "SETTINGS_WITHOUT_VOICEMAIL",
    "CreatedLine",
    "NewLine",
    "change_line_language",
    "change_of",
    "check_names",
    "create_line",
    "department_path",
    "line_change",
    "lock_line",
    "note_keys",
    "part_change",
    "part_problems",
    "write_line",
]
