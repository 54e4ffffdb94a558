"""What the worker does for snapshots: their recordings follow their rows, and old ones go.

A reset or its undoing writes rows only, in one transaction. The files are moved afterwards, here, one file in each
short transaction that holds the snapshot's row: whatever dies, the next round goes on where this one was.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from carillon.features.line_actions.choices import SnapshotState
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.queries import seal, unseal
from carillon.features.mail.models import OutgoingMail
from carillon.features.voicemail.queries import Counts, audio_file, counts_of, mailbox_of_line


def settle_snapshots(*, now: datetime) -> list[Counts]:
    """Move the recordings of every snapshot to where they belong; return the mailboxes whose messages changed."""
    expired = LineSnapshot.objects.filter(expires_at__lte=now).exclude(state=SnapshotState.ERASED)
    expired.exclude(state=SnapshotState.RESTORING).update(payload="", state=SnapshotState.ERASED)
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


def drop_strays() -> int:
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
    return audio_file(token), Path(settings.CARILLON_NODE_FOLDER) / "greetings" / f"{token}.wav"


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
