"""Pages of the operator's console."""

from carillon.features.operator_console.views.blocks import add_block, blocks, delete_block
from carillon.features.operator_console.views.comments import comment_done, comments
from carillon.features.operator_console.views.departments import (
    add_department,
    delete_department,
    departments,
    edit_department,
)
from carillon.features.operator_console.views.groups import (
    add_group,
    details,
    grants,
    group,
    groups,
    suspend,
)
from carillon.features.operator_console.views.line import (
    add_line,
    delete_line,
    line,
    line_secrets,
    line_service,
    suspend_line,
)
from carillon.features.operator_console.views.lines import lines
from carillon.features.operator_console.views.ways import (
    classes,
    delete_class,
    delete_route,
    delete_trunk,
    edit_class,
    edit_route,
    edit_trunk,
    ways,
)

__all__ = [
    "add_block", "add_department", "add_group", "add_line", "blocks", "classes", "comment_done", "comments",
    "delete_block", "delete_class", "delete_department", "delete_line",
    "delete_route", "delete_trunk", "departments", "details",
    "edit_class", "edit_department", "edit_route", "edit_trunk", "grants", "group", "groups", "line", "line_secrets",
    "line_service", "lines", "suspend", "suspend_line",
    "ways",
]  # fmt: skip
