"""`carillon unblock`: lifts what wrong passwords and wrong PINs have set on a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carillon.features.audit.services import Receipt

ACTOR = "command line"


class UnknownNumber(Exception):
    """No line and no portal account has this number or name."""


def main(number_text: str) -> int:
    """Unblock the line's portal account and its voicemail PIN; return 1 when nobody has the number."""
    import django  # noqa: PLC0415 - the settings are read first

    django.setup()
    from carillon import clock  # noqa: PLC0415

    try:
        said = list(unblock(number_text, now=clock.now()))
    except UnknownNumber:
        sys.stderr.write(f"carillon: no line and no account has the number {number_text!r}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 0


def unblock(number_text: str, *, now: datetime) -> Iterator[str]:
    """Lift both blocks, yielding a sentence on each. Raises UnknownNumber.

    `number_text` is the line's number as people write it, or an operator's name. No password and no PIN changes.
    """
    from carillon.features.accounts.models import User  # noqa: PLC0415 - models need Django set up
    from carillon.features.accounts.queries import login_of  # noqa: PLC0415
    from carillon.features.accounts.services import unblock as unblock_account  # noqa: PLC0415
    from carillon.features.audit.services import Actor  # noqa: PLC0415
    from carillon.features.voicemail.models import Mailbox  # noqa: PLC0415
    from carillon.features.voicemail.services import unlock_pin  # noqa: PLC0415

    actor, login = Actor(None, ACTOR), login_of(number_text)
    user = User.objects.filter(login=login).first() if login else None
    mailbox = Mailbox.objects.filter(line__number=login).first() if login else None
    if user is None and mailbox is None:
        raise UnknownNumber
    if user is not None:
        receipt = unblock_account(actor=actor, user_id=user.pk, now=now)
        yield f"{login}: the portal account {'may sign in again' if receipt else 'was not blocked'}"
        _tell(receipt)
    if mailbox is not None:
        locked = mailbox.pin_locked_at is not None
        receipt = unlock_pin(actor=actor, line_id=mailbox.line_id, now=now) if locked else None
        yield f"{login}: the voicemail PIN {'is accepted again' if receipt else 'was not locked'}"
        _tell(receipt)


def _tell(receipt: Receipt | None) -> None:
    """Tell callcontrol; where it is not running it finds out by itself."""
    from carillon.web import engine  # noqa: PLC0415

    if receipt is not None and receipt.group_id is not None:
        engine.confirmed(group_id=receipt.group_id, config_version=receipt.config_version)
