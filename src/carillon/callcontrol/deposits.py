"""Watches the folder the engine records messages into, and files what is finished."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from carillon.features.call_logs.queries import channels_ended, message_left
from carillon.features.voicemail.jobs import Caller, Deposit, deposits_in, file_deposit
from carillon.features.voicemail.queries import Counts

log = logging.getLogger(__name__)

QUIET_SECONDS = 60.0
LOOK_SECONDS = 0.5


class DepositWatcher:
    """Files each recording once its channel has ended, or nothing has been written to it for a minute."""

    def __init__(self, folder: Path, *, node: str, tell: Callable[[Counts], None]) -> None:
        self._folder = folder
        self._node = node
        self._tell = tell
        self._next_look = 0.0

    def look(self, *, ended: Iterable[str], now: datetime, seconds_now: float) -> int:
        """File what is finished; `ended` are channels that just ended. Returns how many recordings were filed.

        Raises a database error when nothing can be filed now; the recordings wait where they are.
        """
        if not any(ended) and seconds_now < self._next_look:
            return 0
        self._next_look = seconds_now + LOOK_SECONDS
        waiting = deposits_in(self._folder)
        if not waiting:
            return 0
        over = channels_ended(node=self._node, channels=[deposit.channel for deposit in waiting])
        finished = [d for d in waiting if d.channel in over or self._quiet(d, seconds_now)]
        for deposit in finished:
            self._file(deposit, now=now)
        return len(finished)

    def _quiet(self, deposit: Deposit, seconds_now: float) -> bool:
        try:
            return seconds_now - deposit.file.stat().st_mtime > QUIET_SECONDS
        except FileNotFoundError:
            return False

    def _file(self, deposit: Deposit, *, now: datetime) -> None:
        found = message_left(node=self._node, channel=deposit.channel)
        caller = Caller(call_id=f"{self._node}-{deposit.channel}"[:80])
        if found is not None:
            call_id, party = found
            caller = Caller(call_id, party.number, party.name, withheld=party.withheld)
        counts = file_deposit(deposit, caller=caller, node=self._node, now=now)
        if counts is not None:
            self._tell(counts)
