"""What the static dialplan (`conf/extensions.conf`) can be told to do: one verb or two for each command."""

from __future__ import annotations

import re

from carillon.asterisk.configuration import TEMPLATES
from carillon.calls.commands import Collect, Command, Deposit, RecordGreeting, Release, Ring

VERBS: dict[type[Command], tuple[str, ...]] = {
    Ring: ("call", "ring"),
    Release: ("release",),
    Deposit: ("deposit",),
    Collect: ("collect",),
    RecordGreeting: ("greeting",),
}
"""Command -> its verbs; the dialplan has a context `do-c1-<verb>` for each and no other (a test compares them)."""


def contexts() -> dict[str, list[str]]:
    """Return the lines of each context of the dialplan's template, without comments."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (TEMPLATES / "extensions.conf").read_text(encoding="utf-8").splitlines():
        header = re.match(r"\[([\w-]+)\]", line)
        if header:
            name = header[1]
            found[name] = []
        elif name and line.strip() and not line.startswith(";"):
            found[name].append(line.strip())
    return found
