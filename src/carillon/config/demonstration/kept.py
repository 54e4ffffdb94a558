"""`<home>/demonstration.json` (mode 0600): what was generated for the demonstration and must be shown again.

First passwords and PINs of its users, and everything of the outside world. SIP passwords of phones are not in it; the
portal's own rows hold them.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "demonstration.json"

OUTSIDE_NUMBERS: Mapping[str, tuple[str, str]] = {
    "echo": ("+15145550190", "local"),
    "busy": ("+15145550191", "local"),
    "no_answer": ("+15145550192", "local"),
    "clock_fr": ("+15065550193", "long_distance"),
    "clock_en": ("+14165550194", "long_distance"),
    "echo_toll_free": ("+18005550195", "toll_free"),
}
"""What each number outside does: it answers and repeats, is busy, rings without answer, tells the time."""

OUTSIDE_ACCOUNTS: Mapping[str, tuple[str, bool]] = {
    "outside-shown": ("+15145550180", False),
    "outside-withheld": ("+19025550181", True),
}
"""The SIP accounts of the outside world: user -> its number, and whether it hides it when it calls."""

TRUNK = "outside"


def read(home: Path) -> dict[str, Any] | None:
    """Return what is kept, None before the first load."""
    file = home / FILE
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def write(home: Path, kept: Mapping[str, Any]) -> None:
    """Replace the file in one step; nobody but its owner may read it."""
    home.mkdir(parents=True, exist_ok=True)
    part = home / f"{FILE}.{os.getpid()}.part"
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(json.dumps(kept, ensure_ascii=False, indent=2), encoding="utf-8")
    part.replace(home / FILE)


def fresh() -> dict[str, Any]:
    """Return a new outside world with generated secrets, and no first passwords or PINs yet."""
    return {
        "first_secrets": {},
        "outside": {
            "trunk": {"name": TRUNK, "secret": secrets.token_urlsafe(24)},
            "accounts": [
                {"user": user, "password": secrets.token_urlsafe(24), "number": number, "withheld": withheld}
                for user, (number, withheld) in OUTSIDE_ACCOUNTS.items()
            ],
            "numbers": {name: number for name, (number, _call_class) in OUTSIDE_NUMBERS.items()},
        },
    }
