"""Files what callers recorded: one message per deposit, whatever dies at whatever moment.

The engine records `<deposits>/<mailbox id>-<unique id of the channel>.wav`. The audio is linked into the audio
folder under a token made from that place, the row is written, and only then is the deposit removed: done twice,
it comes to the same.
"""

from __future__ import annotations

import logging
import os
import re
import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.utils.crypto import salted_hmac

from carillon.features.accounts.queries import NotFound
from carillon.features.mail.models import OutgoingMail
from carillon.features.voicemail.choices import SHORTEST_MESSAGE_SECONDS
from carillon.features.voicemail.queries import Counts, audio_file, audio_folder, counts_of
from carillon.features.voicemail.services import LeftMessage, add_message, delete_message

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who left a message, and in which call."""

    call_id: str
    number: str = ""
    name: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Deposit:
    """A recording the engine left; `channel` is the unique id of the channel that recorded it."""

    file: Path
    mailbox_id: int
    channel: str


def deposits_in(folder: Path) -> list[Deposit]:
    """List the recordings of a node's folder in the order of their names; a missing folder has none."""
    try:
        with os.scandir(folder) as entries:
            found = {entry.name: _NAME.fullmatch(entry.name) for entry in entries}
    except FileNotFoundError:
        return []
    return [Deposit(folder / name, int(part[1]), part[2]) for name, part in sorted(found.items()) if part]


_NAME = re.compile(r"([0-9]{1,18})-([0-9A-Za-z._-]{1,64})\.wav")


def file_deposit(deposit: Deposit, *, caller: Caller, node: str, now: datetime) -> Counts | None:
    """Make a message of a finished recording; return the mailbox's counts, None when there is nothing to tell.

    Too short a recording, and one for a mailbox that is gone, is discarded.
    """
    audio = _read_length(deposit.file)
    if audio is None or audio < SHORTEST_MESSAGE_SECONDS:
        log.info("discarded a recording of %s s in call %s", audio, caller.call_id)
        deposit.file.unlink(missing_ok=True)
        return None
    place = f"{node}/{deposit.mailbox_id}/{deposit.channel}"
    token = salted_hmac("carillon.voicemail", place, algorithm="sha256").hexdigest()[:32]
    kept = _link(deposit.file, token)
    left = LeftMessage(
        call_id=caller.call_id,
        token=token,
        received=datetime.fromtimestamp(deposit.file.stat().st_mtime, tz=UTC),
        seconds=max(1, round(audio)),
        caller_number=caller.number,
        caller_name=caller.name,
        caller_withheld=caller.withheld,
    )
    try:
        message = add_message(mailbox_id=deposit.mailbox_id, left=left, now=now)
    except NotFound:
        log.warning("discarded a recording for mailbox %d, which is gone", deposit.mailbox_id)
        kept.unlink(missing_ok=True)
        message = None
    deposit.file.unlink(missing_ok=True)
    return counts_of(deposit.mailbox_id) if message is not None else None


def drop_delivered(*, now: datetime) -> list[Counts]:
    """Delete the messages whose e-mail was accepted and that keep no copy; return the counts that changed."""
    changed = []
    done = OutgoingMail.objects.filter(sent__isnull=False, drop_message=True, message__isnull=False)
    for mail in done[:100]:
        with transaction.atomic():
            counts = delete_message(message_id=mail.message_id, now=now) if mail.message_id else None
        if counts is not None:
            changed.append(counts)
    return changed


def _read_length(file: Path) -> float | None:
    """Return the seconds of audio; a header that a crash left unfinished is repaired. None: not a recording."""
    try:
        with wave.open(str(file), "rb") as recording:
            rate, width = recording.getframerate(), recording.getsampwidth() * recording.getnchannels()
            frames, head = recording.getnframes(), 44
    except (wave.Error, EOFError, OSError):
        return None
    held = max(0, file.stat().st_size - head) // width
    if frames < held:  # the engine writes the sizes when it closes the file
        with file.open("r+b") as opened:
            opened.seek(4)
            opened.write((held * width + head - 8).to_bytes(4, "little"))
            opened.seek(40)
            opened.write((held * width).to_bytes(4, "little"))
    return held / rate if rate else None


def _link(file: Path, token: str) -> Path:
    folder = audio_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = audio_file(token)
    try:
        os.link(file, kept)
    except FileExistsError:
        log.info("the audio %s was already filed", kept.name)
    return kept
