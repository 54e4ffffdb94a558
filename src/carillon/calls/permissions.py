"""Which classes of call a line may make."""

from __future__ import annotations

from carillon.calls.directory import Line
from carillon.calls.model import CallClass, LineType

ALWAYS = frozenset({CallClass.EMERGENCY, CallClass.FEATURE})
"""Emergency numbers, and feature codes: neither is a call that a class of service rules."""
COMMON_AREA = frozenset({CallClass.INTERNAL, CallClass.TOLL_FREE})


def may_call(line: Line, call_class: CallClass) -> bool:
    """Whether the line's type, class of service and own barring permit this class."""
    if call_class in ALWAYS:
        return True
    if line.type is LineType.COMMON_AREA and call_class not in COMMON_AREA:
        return False
    return call_class in line.permitted
