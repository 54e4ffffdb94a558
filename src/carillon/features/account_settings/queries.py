"""What locks an account, and the language its line hears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carillon.features.accounts.models import User
from carillon.features.lines.models import Line
from carillon.features.voicemail.models import Mailbox


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps a line from its calls or its subscriber from the portal; None where nothing does.

    `passwords` and `pins` are the two parts of the portal lock: since when wrong ones have closed the account.
    """

    passwords: datetime | None
    pins: datetime | None
    administrative: datetime | None
    administrative_by: str
    suspended: bool

    @property
    def free(self) -> bool:
        """Whether nothing is locked."""
        return not (self.passwords or self.pins or self.administrative or self.suspended)


def standing_of(line: Line, mailbox: Mailbox | None) -> Standing:
    """Return the locks of a line whose user is joined (no query)."""
    user = user_of(line)
    return Standing(
        passwords=user.blocked_at if user else None,
        pins=mailbox.pin_locked_at if mailbox else None,
        administrative=line.locked_at,
        administrative_by=line.locked_by,
        suspended=line.suspended,
    )


def user_of(line: Line) -> User | None:
    """Return the line's user, joined by `access_line`; None for a line without an account."""
    return getattr(line, "user", None)


def language_and_version(line: Line) -> tuple[str, int]:
    """Return the language the line hears, and the version of the object that says so: its user, else the line."""
    user = user_of(line)
    language = (user.language if user else "") or line.language or line.group.language
    return language, user.version if user else line.version
