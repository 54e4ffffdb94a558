"""What cells of several lists are made of."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString

_STEPS = re.compile("(?<!<)/")
"""The slashes of a path; the end tag of a mark has one too."""


def path(written: SafeString) -> SafeString:
    """Return a path, its matches marked, that a narrow column breaks between its steps; "" for none."""
    return SafeString(f'<span class="path">{_STEPS.sub("/<wbr>", written)}</span>' if written else "")
