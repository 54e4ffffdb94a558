"""What a decision asks of the engine's present."""

from __future__ import annotations

from typing import Protocol

from carillon.calls.model import EndpointName, LineId


class Live(Protocol):
    """What the engine says about phones and lines at this instant."""

    def registered(self, endpoint: EndpointName) -> bool | None:
        """Say whether the phone has a registered contact; None while that is not known."""

    def calls(self, line: LineId) -> int:
        """Count the calls the line has now, ringing ones included."""

    def undisturbed(self, line: LineId) -> bool:
        """Say whether the line makes a call for which it asked for no call waiting."""
