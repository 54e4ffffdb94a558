"""Filters that write numbers, times and matches as the reader expects them."""

from __future__ import annotations

import re
from datetime import datetime

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from carillon.web import numbers

register = template.Library()
_SEPARATORS = "[\\s().\u00a0-]*"

register.filter("national", numbers.national)
register.filter("decimal", numbers.decimal)


@register.filter
def day_and_time(instant: datetime | None) -> str:
    """Write an instant in the company's time zone."""
    return numbers.day_and_time(instant) if instant else ""


@register.filter
def matched(text: str, query: str) -> SafeString:
    """Mark where the query occurs; digits match whatever separators stand between them."""
    wanted = query.strip()
    if not wanted:
        return conditional_escape(text)
    digits = re.sub(r"\D", "", wanted)
    as_number = digits and not re.search(r"[^\d\s().+-]", wanted)
    pattern = _SEPARATORS.join(digits) if as_number else re.escape(wanted)
    parts = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return format_html_join(
        "", "{}", ((SafeString(f"<mark>{conditional_escape(part)}</mark>") if index % 2 else part,)
                   for index, part in enumerate(parts))
    )  # fmt: skip
