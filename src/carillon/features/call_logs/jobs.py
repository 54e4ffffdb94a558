"""Ships the engine's journals into the event store: every line once, whatever dies at whatever moment.

The place reached is saved in the same transaction as the rows, and so are the call records that the rows change.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from carillon import clock
from carillon.features.call_logs.models import JournalOffset
from carillon.features.call_logs.services import store_lines
from carillon.features.call_logs.snapshot import OpenCalls, RawLine, read_line

log = logging.getLogger(__name__)

CHUNK = 512 * 1024
LONGEST_LINE = 64 * 1024
KEPT_FILES = 4
LARGEST_FILE = 64 * 1024 * 1024
LINGER_SECONDS = 0.5
"""How long after its rename a file is watched: a writer may have opened it just before."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What one pass did: the channels that ended, whether there may be more at once, or nothing is left.

    `size` is how many bytes of lines were stored.
    """

    ended: frozenset[str] = frozenset()
    more: bool = False
    settled: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """One file of a journal; `head` is a digest of its first line, which tells apart files of one inode."""

    path: Path
    inode: int
    head: str


def ship(
    *,
    node: str,
    journal: str,
    file: Path,
    seconds_now: float,
    until: int | None = None,
    remembered: OpenCalls | None = None,
) -> Shipped:
    """Ship the next part of a journal, at most `CHUNK` bytes, in one transaction.

    `file` is the journal's present file; older ones lie beside it as `<name>.<anything>`. `seconds_now` is the
    time of the file system (epoch seconds); of the present file nothing beyond `until` bytes is read. `remembered` is
    what the same process knows of the node's open calls. Raises a database error when nothing could be stored.
    """
    remembered = OpenCalls() if remembered is None else remembered
    place, _ = JournalOffset.objects.get_or_create(node=node, journal=journal)
    files = _files(file)
    index = next((i for i, f in enumerate(files) if (f.inode, f.head) == (place.inode, place.head)), None)
    if index is None:
        return _begin(place, files[0]) if files else Shipped()
    for finished in files[:index]:
        _set_aside(finished.path)
    try:
        shipped = _ship_from(place, files[index], until if files[index].path == file else None, remembered)
        if shipped is not None:
            return shipped
        changed = files[index].path.stat().st_ctime
    except FileNotFoundError:  # it was renamed at this moment: the next pass finds it
        return Shipped(more=True)
    if index + 1 == len(files):
        return Shipped(settled=files[index].path == file)
    return _begin(place, files[index + 1]) if seconds_now - changed >= LINGER_SECONDS else Shipped()


def rotate(file: Path, *, largest: int = LARGEST_FILE) -> None:
    """Rename a journal that has grown; the engine opens it by name for each line and starts a new one."""
    with contextlib.suppress(FileNotFoundError):
        status = file.stat()
        if status.st_size > largest:
            file.rename(file.with_name(f"{file.name}.{status.st_mtime_ns}-{status.st_ino}"))


def _ship_from(place: JournalOffset, file: _File, until: int | None, remembered: OpenCalls) -> Shipped | None:
    """Ship what follows the place in its file; None when nothing does."""
    length = file.path.stat().st_size
    if length < place.offset:
        log.error("journal %s was cut from %d to %d bytes", file.path, place.offset, length)
        return _begin(place, file)
    lines, reached = _whole_lines(file.path, place.offset, until)
    if reached == place.offset:
        return None
    now = clock.now()
    read = [read_line(line, journal=place.journal, now=now) for line in lines]  # while nobody waits for us
    remembered.expect(place.journal, file=place.file, offset=place.offset)
    try:
        with transaction.atomic():
            here = JournalOffset.objects.filter(pk=place.pk, file=place.file, offset=place.offset)
            if not here.update(offset=reached):
                log.warning("journal %s is being shipped by another worker too", place)
                return Shipped()
            ended = store_lines(
                node=place.node, journal=place.journal, file=place.file, lines=read, remembered=remembered
            )
    except BaseException:
        remembered.forget()
        raise
    remembered.reach(place.journal, file=place.file, offset=reached)
    size = reached - place.offset
    return Shipped(ended=ended, more=size > CHUNK // 2, size=size)  # few lines can wait for more of them


def _begin(place: JournalOffset, file: _File) -> Shipped:
    JournalOffset.objects.filter(pk=place.pk, file=place.file).update(
        file=place.file + 1, inode=file.inode, head=file.head, offset=0
    )
    return Shipped(more=True)


def _files(present: Path) -> list[_File]:
    """List the journal's files that have a first line, oldest first: rotated ones by their last write."""
    rotated = []
    for path in present.parent.glob(f"{present.name}.*"):
        with contextlib.suppress(FileNotFoundError):
            rotated.append((path.stat().st_mtime_ns, path))
    found = []
    for path in (*(path for _, path in sorted(rotated)), present):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as opened:
            first = opened.readline(LONGEST_LINE)
            if first.endswith(b"\n") or len(first) == LONGEST_LINE:
                head = hashlib.sha256(first).hexdigest()
                found.append(_File(path, os.fstat(opened.fileno()).st_ino, head))
    return found


def _set_aside(file: Path) -> None:
    """Take a file that has been shipped out of the series; the last few are kept for the curious."""
    with contextlib.suppress(FileNotFoundError):
        file.rename(file.with_name(f"shipped-{file.name}"))
    name = file.name.split(".jsonl")[0]
    kept = sorted(file.parent.glob(f"shipped-{name}.jsonl.*"), key=lambda path: path.name)
    for old in kept[:-KEPT_FILES]:
        old.unlink(missing_ok=True)


def _whole_lines(file: Path, offset: int, until: int | None) -> tuple[list[RawLine], int]:
    """Read whole lines from `offset` on; a line longer than a chunk is taken in pieces."""
    with file.open("rb") as opened:
        opened.seek(offset)
        chunk = opened.read(CHUNK if until is None else max(0, min(CHUNK, until - offset)))
    end = chunk.rfind(b"\n") + 1
    if not end and len(chunk) == CHUNK:
        end = CHUNK
    return list(_split(chunk[:end], offset)), offset + end


def _split(content: bytes, offset: int) -> Iterator[RawLine]:
    start = 0
    while start < len(content):
        end = content.find(b"\n", start) + 1 or len(content)
        if content[start:end].strip():
            yield RawLine(offset=offset + start, content=content[start:end])
        start = end
