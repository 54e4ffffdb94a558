"""What the worker does for snapshots: their recordings follow their rows, and what nothing leads to any more goes.

A reset or its undoing writes rows only, in one transaction. The files are moved afterwards, here, one file in each
short transaction that holds the snapshot's row: whatever dies, the next round goes on where this one was.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from carillon.features.line_actions.choices import SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.queries import seal, unseal
from carillon.features.mail.models import OutgoingMail
from carillon.features.voicemail.queries import (
    Counts,
    audio_file,
    audio_folder,
    counts_of,
    mailbox_of_line,
    own_recordings,
)

STRAY_AFTER = timedelta(days=1)
"""A recording that no mailbox uses is left alone this long: whoever has just made it may be listening to it."""


def settle_snapshots(*, now: datetime) -> list[Counts]:
    """Move the recordings of every snapshot to where they belong; return the mailboxes whose messages changed."""
    expired = LineSnapshot.objects.filter(expires_at__lte=now).exclude(
        state__in=(SnapshotState.ERASED, SnapshotState.RESTORING)
    )
    if expired.exists():  # a write takes the database for itself, and others wait for it
        expired.update(payload="", state=SnapshotState.ERASED)
    waiting = LineSnapshot.objects.exclude(state=SnapshotState.KEPT).order_by("id")
    changed = []
    for snapshot in waiting.defer("payload"):
        done = [_settle_file(snapshot, token) for token in snapshot.audio]
        if all(done):
            _finish(snapshot)
        mailbox = mailbox_of_line(snapshot.line_id) if snapshot.line_id is not None else None
        if mailbox is not None:
            changed.append(counts_of(mailbox.pk))
    return changed


def drop_strays(*, now: datetime) -> int:
    """Delete what nothing leads to any more: folders of snapshots, names and greetings; return how many."""
    return _drop_folders() + _drop_recordings(now - STRAY_AFTER)


def _drop_folders() -> int:
    """Delete the folders of snapshots that are gone with their line; return how many."""
    try:
        names = [entry.name for entry in os.scandir(snapshots_folder())]
    except FileNotFoundError:
        return 0
    ids = {int(name) for name in names if name.isdigit()}
    known = set(LineSnapshot.objects.filter(pk__in=ids).values_list("pk", flat=True))
    for stray in ids - known:
        shutil.rmtree(snapshots_folder() / str(stray), ignore_errors=True)
    return len(ids - known)


def _drop_recordings(before: datetime) -> int:
    """Delete the names and greetings recorded before this instant that no mailbox uses; return how many.

    Those of a snapshot that is not settled yet stay: they wait for being encrypted. It is read last, so that a line
    that is reset meanwhile is found in one of the two places.
    """
    files: dict[str, list[Path]] = {}
    for folder in (audio_folder(), greetings_folder()):
        for file in _own_recordings(folder, before):
            files.setdefault(file.stem, []).append(file)
    used = own_recordings() if files else set()
    unsettled = LineSnapshot.objects.exclude(state=SnapshotState.KEPT).values_list("audio", flat=True)
    used |= {token for audio in unsettled for token in audio}
    for token in files.keys() - used:
        for file in files[token]:
            file.unlink(missing_ok=True)
    return len(files.keys() - used)


def _own_recordings(folder: Path, before: datetime) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            old = [e.name for e in entries if _OWN.match(e.name) and e.stat().st_mtime < before.timestamp()]
    except FileNotFoundError:
        return []
    return [folder / name for name in old]


_OWN = re.compile(r"(?:greeting|name)-[a-z0-9-]+\.wav\Z")


def greetings_folder() -> Path:
    """Return where this node's engine records names and greetings."""
    return Path(settings.CARILLON_NODE_FOLDER) / "greetings"


def snapshots_folder() -> Path:
    """Return where the encrypted recordings of snapshots are kept."""
    return Path(settings.CARILLON_HOME) / "snapshots"


def _settle_file(snapshot: LineSnapshot, token: str) -> bool:
    """Move one recording as the snapshot's state asks; return whether nothing is left to do for it."""
    with transaction.atomic():
        row = LineSnapshot.objects.select_for_update().filter(pk=snapshot.pk).only("state").first()
        if row is None or row.state != snapshot.state:
            return False
        sealed = snapshots_folder() / str(snapshot.pk) / token
        match row.state:
            case SnapshotState.SEALING:
                return _seal_file(token, sealed)
            case SnapshotState.RESTORING:
                return _restore_file(token, sealed)
            case _:
                return _erase_file(token, sealed)


def _seal_file(token: str, sealed: Path) -> bool:
    if _is_waited_for(token):
        return False
    for plain in _places(token):
        if plain.is_file():
            _write(sealed, seal(plain.read_bytes()))
            plain.unlink()
    return True


def _restore_file(token: str, sealed: Path) -> bool:
    if sealed.is_file():
        _write(audio_file(token), unseal(sealed.read_bytes()))
        sealed.unlink()
    return True


def _erase_file(token: str, sealed: Path) -> bool:
    if _is_waited_for(token):
        return False
    for file in (*_places(token), sealed):
        file.unlink(missing_ok=True)
    return True


def _is_waited_for(token: str) -> bool:
    """Say whether an e-mail that has not left yet carries the recording."""
    waiting = OutgoingMail.objects.filter(sent=None, given_up=False)
    return waiting.filter(attachment=f"voicemail/{token}.wav").exists()


def _finish(snapshot: LineSnapshot) -> None:
    """Take the snapshot to its last state; one that is restored or erased is gone."""
    rows = LineSnapshot.objects.filter(pk=snapshot.pk, state=snapshot.state)
    if snapshot.state == SnapshotState.SEALING:
        rows.update(state=SnapshotState.KEPT)
    elif rows.delete()[0]:
        shutil.rmtree(snapshots_folder() / str(snapshot.pk), ignore_errors=True)


def _places(token: str) -> tuple[Path, Path]:
    """Return where a recording may lie: in the store of messages, or as a greeting of this node."""
    return audio_file(token), greetings_folder() / f"{token}.wav"


def _write(file: Path, content: bytes) -> None:
    """Write the whole file or none of it, for nobody else to read."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = file.with_name(f"{file.name}.part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)
