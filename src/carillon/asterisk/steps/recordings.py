"""Where recordings stand, seen from the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GREETINGS = "greetings"
VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True)
class Recordings:
    """The node's folder of greetings; everything else is in the store of message audio."""

    greetings: Path

    def locate(self, token: str) -> str:
        """Return the recording's name under the engine's sounds: a greeting of this node, else a stored one."""
        folder = GREETINGS if (self.greetings / f"{token}.wav").is_file() else VOICEMAIL
        return f"{folder}/{token}"
