"""What the worker does again and again: one round of filing, one round of mail."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings

from carillon import clock
from carillon.callcontrol.deposits import DepositWatcher
from carillon.features.call_logs.jobs import rotate, ship
from carillon.features.call_logs.snapshot import OpenCalls
from carillon.features.line_actions.jobs import drop_strays, settle_snapshots
from carillon.features.line_imports.jobs import forget_old, run_next
from carillon.features.mail.jobs import due, send
from carillon.features.voicemail.jobs import drop_delivered
from carillon.features.voicemail.queries import Counts
from carillon.web import table_sizes

JOURNALS = ("decisions", "cel")
"""Decisions first, and of the engine's lines only those that were there before: a call's record is built when the
engine says it is over, and then finds why."""
BUSY_BYTES = 64 * 1024
"""Some twenty calls: where so much comes in one round, lines are filed in larger portions, which costs less for each."""
BUSY_PAUSE_SECONDS = 0.7
"""A call's record may be this much later then; it is promised within two seconds of the call's end."""


class Tell(Protocol):
    """Told what a mailbox holds after a change."""

    def __call__(self, *, mailbox: int, new: int, old: int) -> None:
        """Take note of the counts."""


class FilingRound:
    """Ships the journals of one node and files the messages its callers left."""

    def __init__(self, *, node: str, folder: Path, tell: Tell) -> None:
        self._node = node
        self._journals = {name: folder / "journal" / f"{name}.jsonl" for name in JOURNALS}
        self._idle: dict[str, tuple[int, int]] = {}
        self._open = OpenCalls()
        self._next = 0.0
        self._deposits = DepositWatcher(
            folder / "deposits", node=node, tell=lambda counts: _tell(tell, counts)
        )

    @classmethod
    def from_settings(cls, tell: Tell) -> FilingRound:
        """Return the round for the node the settings name."""
        return cls(node=settings.CARILLON_NODE, folder=Path(settings.CARILLON_NODE_FOLDER), tell=tell)

    def run(self) -> bool:
        """Do one round; return whether there may be more to do at once."""
        if time.monotonic() < self._next:
            return False
        more, ended, size = False, set[str](), 0
        rotate(self._journals["cel"])  # nobody else does; callcontrol rotates its own
        marks = {name: _mark(file) for name, file in self._journals.items()}
        for name, file in self._journals.items():
            mark = marks[name]
            if mark is not None and self._idle.get(name) == mark:
                continue
            until = mark[1] if mark is not None and name == "cel" else None
            shipped = ship(
                node=self._node, journal=name, file=file, seconds_now=time.time(), until=until,
                remembered=self._open,
            )  # fmt: skip
            ended |= shipped.ended
            more |= shipped.more
            size += shipped.size
            if mark is not None and shipped.settled:
                self._idle[name] = mark
        self._deposits.look(ended=ended, now=clock.now(), seconds_now=time.time())
        if size > BUSY_BYTES and not more:
            self._next = time.monotonic() + BUSY_PAUSE_SECONDS
        return more


class MailRound:
    """Sends the mail that is due, and removes the messages that were delivered and keep no copy."""

    LEFT_OVER_SECONDS = 10.0
    """Every so often, messages are looked for whose mail left before the last worker died."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._next_left_over = 0.0

    def run(self) -> bool:
        """Do one round; return whether something left."""
        now: datetime = clock.now()
        sent = [send(mail, now=now) for mail in due(now=now)[:20]]
        if any(sent) or time.monotonic() >= self._next_left_over:
            for counts in drop_delivered(now=now):
                _tell(self._tell, counts)
            self._next_left_over = time.monotonic() + self.LEFT_OVER_SECONDS
        return any(sent)


class SnapshotRound:
    """Moves the recordings of lines that were reset or restored, and lets old snapshots go."""

    STRAYS_SECONDS = 3600.0

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._next_strays = 0.0

    def run(self) -> bool:
        """Do one round; there is never more to do at once."""
        seconds = time.monotonic()
        for counts in settle_snapshots(now=clock.now()):
            _tell(self._tell, counts)
        if seconds >= self._next_strays:
            drop_strays(now=clock.now())
            self._next_strays = seconds + self.STRAYS_SECONDS
        return False


class ImportRound:
    """Checks and saves imports of lines, and drops those that nobody saved in time.

    The database learns how large its tables are after each, and now and then, since they also grow line by line.
    """

    OLD_SECONDS = 600.0
    SIZES_SECONDS = 3600.0

    def __init__(self) -> None:
        self._next_old = 0.0
        self._next_sizes = 0.0

    def run(self) -> bool:
        """Check or save the import that waits longest; return whether there was one."""
        if run_next(now=clock.now()):
            self._next_sizes = 0.0
            return True
        if time.monotonic() >= self._next_sizes:
            table_sizes.learn()
            self._next_sizes = time.monotonic() + self.SIZES_SECONDS
        if time.monotonic() < self._next_old:
            return False
        dropped = forget_old(now=clock.now())
        if not dropped:
            self._next_old = time.monotonic() + self.OLD_SECONDS
        return dropped


def _tell(tell: Tell, counts: Counts) -> None:
    tell(mailbox=counts.mailbox_id, new=counts.new, old=counts.old)


def _mark(file: Path) -> tuple[int, int] | None:
    """Return what changes when a journal grows or is rotated, None without a file."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size
