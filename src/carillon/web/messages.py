"""What becomes of a new voice message, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


def describe_messages(*, email_on: bool, to: Sequence[str], keep_copy: bool, skip_pin: bool) -> list[str]:
    """Return where a new message goes, and whether the line's own phones ask for the PIN."""
    addresses = ", ".join(address for address in to if address)
    if not (email_on and addresses):
        first = _("A new message is kept in the mailbox. No e-mail is sent.")
    elif keep_copy:
        first = _("A new message is kept in the mailbox and sent by e-mail to %(addresses)s.")
    else:
        first = _(
            "A new message is sent by e-mail to %(addresses)s and leaves the mailbox once the e-mail is accepted."
        )
    second = (
        _("The line's own phones open the mailbox without the PIN.")
        if skip_pin
        else _("The line's own phones ask for the PIN to open the mailbox.")
    )
    return [first % {"addresses": addresses}, second]
