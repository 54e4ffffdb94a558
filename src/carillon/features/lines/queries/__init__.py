"""Reading lines: for calls (`calls`), and for the portal (`lists`)."""

from carillon.features.lines.queries.calls import (
    CallRow,
    find_endpoint,
    find_number,
    read_call_row,
    read_entries,
    read_phones,
    stored_json,
)
from carillon.features.lines.queries.files import file_of_lines
from carillon.features.lines.queries.lists import (
    ADMINISTRATORS,
    access_line,
    administrators_first,
    counted_lines,
    first_lines,
    kinds_matching,
    lines_in_scope,
    lines_matching,
    listed,
    record_of,
    summary_of_lines,
    target_of,
)

__all__ = [
    "ADMINISTRATORS",
    "CallRow",
    "access_line",
    "administrators_first",
    "counted_lines",
    "file_of_lines",
    "find_endpoint",
    "find_number",
    "first_lines",
    "kinds_matching",
    "lines_in_scope",
    "lines_matching",
    "listed",
    "read_call_row",
    "read_entries",
    "read_phones",
    "record_of",
    "stored_json",
    "summary_of_lines",
    "target_of",
]
