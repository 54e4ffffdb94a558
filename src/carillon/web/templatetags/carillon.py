"""Filters that write numbers, times and matches as the reader expects them."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from carillon.web import devices, icons, numbers
from carillon.web.search import mark, read_term

register = template.Library()

register.filter("national", numbers.national)
register.filter("whole", numbers.whole)
register.filter("decimal", numbers.decimal)
register.filter("device", devices.device_in_words)


@register.filter
def day_and_time(instant: datetime | None) -> str:
    """Write an instant in the company's time zone."""
    return numbers.day_and_time(instant) if instant else ""


@register.filter
def matched(text: str, query: str) -> SafeString:
    """Mark where the query occurs; digits match whatever separators stand between them."""
    return mark(text, read_term(query))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon."""
    return icons.icon(name)
