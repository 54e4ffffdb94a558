"""The lists of lines (`lists`) and one line's pages (`line`)."""

from carillon.features.lines.views.line import changes, line
from carillon.features.lines.views.lists import attendants, download, group_access, lines, users
from carillon.features.lines.views.live import live

__all__ = [
    "attendants",
    "changes",
    "download",
    "group_access",
    "line",
    "lines",
    "live",
    "users",
]
