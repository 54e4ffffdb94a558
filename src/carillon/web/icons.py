"""Icons: the outlines of the npm package @tabler/icons, written into the page so that they take its colours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]{1,40}")
_FRAME = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
)


@cache
def icon(name: str) -> SafeString:
    """Return an icon as SVG; it says nothing to a screen reader, words stand beside it. Raises LookupError."""
    file = Path(settings.NPM_FOLDER) / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise LookupError(name)
    found = _BODY.search(re.sub(r"<!--.*?-->", "", file.read_text(encoding="utf-8"), flags=re.DOTALL))
    if found is None:
        raise LookupError(name)
    drawn = re.sub(r'<path stroke="none"[^>]*/>', "", found.group(1))
    return SafeString(_FRAME.format(" ".join(drawn.split())))
