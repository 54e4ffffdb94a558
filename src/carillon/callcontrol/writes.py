"""The writes a step may need, through the voicemail feature's services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import assert_never

from carillon.callcontrol.steps import Pin
from carillon.calls.commands import DeleteMessage, MarkHeard, PassSetup, UseGreeting, UseName, Write
from carillon.calls.events import NewPin, NewPinResult
from carillon.features.accounts.queries import NotFound
from carillon.features.accounts.services import WeakSecret
from carillon.features.phones.models import Phone
from carillon.features.voicemail import services
from carillon.features.voicemail.queries import Counts


class DatabaseWrites:
    """Implements `service.Writes`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def check_pin(self, mailbox: int, digits: str) -> Pin:
        """Compare digits with the mailbox's PIN, with throttling."""
        result = services.check_pin(mailbox_id=mailbox, pin=digits, now=self._now())
        return Pin(ok=result.ok, blocked=result.blocked)

    def check_new_pin(self, mailbox: int, digits: str) -> NewPin:
        """Check the first entry of a new PIN against the rules."""
        try:
            return NewPin(NewPinResult.FIT, services.check_new_pin(mailbox_id=mailbox, pin=digits))
        except (WeakSecret, NotFound):
            return NewPin(NewPinResult.WEAK)

    def replace_pin(self, mailbox: int, digits: str, mark: str, resets: int) -> NewPin:
        """Save the second entry of a new PIN if it is the same as the first."""
        try:
            saved = services.replace_pin(
                mailbox_id=mailbox, pin=digits, mark=mark, resets=resets, now=self._now()
            )
        except NotFound:
            saved = None
        return NewPin(NewPinResult.SAVED if saved is not None else NewPinResult.DIFFERENT)

    def apply(self, effect: Write) -> tuple[int, int, int] | None:
        """Make one write; return the mailbox and its new and old messages if they changed. Raises FormerSubscriber."""
        counts = self._write(effect)
        return (counts.mailbox_id, counts.new, counts.old) if counts is not None else None

    def _write(self, effect: Write) -> Counts | None:
        now, resets = self._now(), effect.resets
        match effect:
            case MarkHeard(message=message):
                return services.mark_heard(message_id=message, resets=resets)
            case DeleteMessage(message=message):
                return services.delete_message(message_id=message, resets=resets, now=now)
            case UseGreeting(mailbox=mailbox, token=token):
                services.use_greeting(mailbox_id=mailbox, token=token, resets=resets, now=now)
            case UseName(mailbox=mailbox, token=token):
                services.use_name(mailbox_id=mailbox, token=token, resets=resets, now=now)
            case PassSetup(mailbox=mailbox, step=step):
                services.pass_setup(mailbox_id=mailbox, step=step, resets=resets, now=now)
            case _:
                assert_never(effect)
        return None

    def endpoints_of_lines(self, lines: Sequence[int]) -> dict[int, list[str]]:
        """Return the phones of these lines; one without phones is left out. One query by index."""
        found: dict[int, list[str]] = defaultdict(list)
        rows = Phone.objects.filter(line_id__in=lines).order_by("pk")
        for line, user in rows.values_list("line_id", "sip_user"):
            if line is not None:
                found[line].append(user)
        return found
