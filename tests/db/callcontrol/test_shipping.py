"""The shipper: every line once, whatever dies at whatever byte."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.db.callcontrol.dying import killed

from carillon.callcontrol.rounds import BUSY_PAUSE_SECONDS, FilingRound
from carillon.features.call_logs.jobs import LINGER_SECONDS, ship
from carillon.features.call_logs.models import CallEvent, CallRecord, JournalOffset

pytestmark = pytest.mark.django_db

NODE = "n1"
LATER = 4e9
"""A time at which every rename lies in the past."""


def line(number: int, kind: str = "CHAN_START", call: str | None = None) -> bytes:
    linked = call or f"1795400000.{number}"
    data = {
        "eventtype": kind,
        "eventtime": f"{1795400000 + number}.000001",
        "channame": "PJSIP/abcdefghij-00000001",
        "uniqueid": linked,
        "linkedid": linked,
    }
    return json.dumps(data).encode() + b"\n"


def ship_all(file: Path, *, seconds_now: float = LATER) -> None:
    """Ship until two passes in a row leave nothing for at once: a pass may leave a little to the next one."""
    idle = 0
    for _ in range(1000):
        more = ship(node=NODE, journal="cel", file=file, seconds_now=seconds_now).more
        idle = 0 if more else idle + 1
        if idle == 2:
            return
    raise AssertionError("the shipper never comes to an end")


def shipped() -> list[str]:
    return [event.call_id for event in CallEvent.objects.order_by("file", "offset")]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "cel.jsonl"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 400)),
        st.tuples(st.sampled_from(["ship", "kill", "rotate"]), st.just(0)),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_line_is_lost_or_doubled(steps: list[tuple[str, int]]) -> None:
    folder = Path(mkdtemp())
    file = folder / "cel.jsonl"
    lines = [line(number) for number in range(40)]
    content, written = b"".join(lines), 0
    rotations = 0
    try:
        with transaction.atomic():
            for what, size in steps:
                if what == "write":
                    with file.open("ab") as opened:
                        opened.write(content[written : written + size])
                    written = min(len(content), written + size)
                elif what == "ship":
                    ship(node=NODE, journal="cel", file=file, seconds_now=LATER)
                elif what == "kill":
                    killed(lambda: ship(node=NODE, journal="cel", file=file, seconds_now=LATER))
                elif content[:written].endswith(b"\n") and file.exists():
                    rotations += 1
                    file.rename(file.with_name(f"cel.jsonl.{rotations:03}"))
                    os.utime(file.with_name(f"cel.jsonl.{rotations:03}"), ns=(rotations, rotations))
            with file.open("ab") as opened:
                opened.write(content[written:])
            ship_all(file)
            assert shipped() == [f"{NODE}-1795400000.{number}" for number in range(40)]
            transaction.set_rollback(True)
    finally:
        shutil.rmtree(folder)


def test_half_a_line_waits_for_its_other_half(journal: Path) -> None:
    journal.write_bytes(line(1) + line(2)[:20])
    ship_all(journal)
    assert len(shipped()) == 1
    with journal.open("ab") as opened:
        opened.write(line(2)[20:])
    ship_all(journal)
    assert len(shipped()) == 2


def test_a_renamed_file_is_read_to_its_end_before_the_next_one(journal: Path) -> None:
    journal.write_bytes(line(1))
    ship_all(journal)
    with journal.open("ab") as late_writer:
        journal.rename(journal.with_name("cel.jsonl.1"))
        journal.write_bytes(line(3))
        renamed_at = journal.with_name("cel.jsonl.1").stat().st_ctime
        ship_all(journal, seconds_now=renamed_at)
        assert len(shipped()) == 1
        late_writer.write(line(2))
    ship_all(journal, seconds_now=renamed_at + LINGER_SECONDS + 10)
    assert [call[-1] for call in shipped()] == ["1", "2", "3"]


def test_a_truncated_journal_is_read_from_its_beginning(journal: Path) -> None:
    journal.write_bytes(line(1) + line(2))
    ship_all(journal)
    journal.write_bytes(line(3))
    ship_all(journal)
    assert [call[-1] for call in shipped()] == ["1", "2", "3"]


def test_an_inode_given_away_again_is_another_file(journal: Path) -> None:
    journal.write_bytes(line(1))
    ship_all(journal)
    with journal.open("r+b") as opened:  # the same inode, other lines
        opened.write(line(2))
    ship_all(journal)
    assert [call[-1] for call in shipped()] == ["1", "2"]


@pytest.mark.parametrize(
    "bad",
    [
        b"not json",
        b"[]",
        b'{"linkedid": NaN}',
        b"\xff\xfe\x00",
        b'{"linkedid":"1.1","exten":"\\u0000\\ud800x"}',
        b'{"eventtime":"99999999999999999999","linkedid":5}',
        b'{"eventtype":"HANGUP","eventtime":"1795400003.0","linkedid":"1795400000.1"}',
        line(3).replace(b"CHAN_START", b"SHUTDOWN").rstrip(),
        line(3).replace(b"PJSIP", b"PJ\rSIP").rstrip(),
        line(3).replace(b"{", b'{"far": 1e999, ', 1).rstrip(),
        b"{" * 5000,
        b"[" * 100_000,
    ],
)
def test_a_line_that_cannot_be_read_is_kept_and_stops_nothing(journal: Path, bad: bytes) -> None:
    journal.write_bytes(line(1) + bad + b"\n" + line(2))
    ship_all(journal)
    assert [event.kind for event in CallEvent.objects.order_by("offset")] == [
        "CHAN_START", "unreadable", "CHAN_START",
    ]  # fmt: skip
    assert CallEvent.objects.get(kind="unreadable").call_id == ""
    assert CallRecord.objects.filter(call_id__endswith=".2").exists()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("caf\u00e9 \\\\u0000", "caf\u00e9 \\u0000"),
        ("a\\u0000b", "ab"),
        ("a\\ud800b", "a?b"),
        ("\\ud83d\\ude00", "\U0001f600"),
    ],
)
def test_a_text_is_kept_as_it_was_less_what_no_database_stores(
    journal: Path, written: str, kept: str
) -> None:
    more = f'{{"peer": "{written}", '.encode()
    journal.write_bytes(line(1).replace(b"{", more, 1) + line(2))
    ship_all(journal)
    first, _ = CallEvent.objects.order_by("offset")
    assert (first.kind, first.data["peer"]) == ("CHAN_START", kept)


def test_a_record_refers_to_no_line_that_is_gone(tmp_path: Path) -> None:
    decided = {
        "at": "2026-11-22T02:26:41.000+00:00",
        "call": "1795400000.1",
        "channel_id": "1795400000.1",
        "group": 4_000_000,
        "facts": {"caller": {"line": 4_000_000, "name": "Ada"}, "called": {"line": None}},
        "trace": [{"rule": "ringing"}],
    }
    file = tmp_path / "decisions.jsonl"
    file.write_text(json.dumps(decided) + "\n")
    for _ in range(2):
        ship(node=NODE, journal="decisions", file=file, seconds_now=LATER)
    record = CallRecord.objects.get()
    assert (record.group_id, record.caller_line_id, record.caller_name) == (None, None, "Ada")
    assert record.trace == [{"rule": "ringing", "at": "2026-11-22T02:26:41.000+00:00"}]


def test_a_busy_round_is_followed_by_a_pause(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    journal = tmp_path / "journal" / "cel.jsonl"
    filing = FilingRound(node=NODE, folder=tmp_path, tell=lambda **_: None)
    journal.write_bytes(b"".join(line(number) for number in range(500)))
    assert filing.run()  # the file is new: its place is noted first
    filing.run()
    assert len(shipped()) == 500
    with journal.open("ab") as opened:
        opened.write(line(500))
    assert not filing.run()
    assert len(shipped()) == 500
    time.sleep(BUSY_PAUSE_SECONDS)
    filing.run()
    assert len(shipped()) == 501


@pytest.mark.parametrize(
    "bad",
    [
        {"call": "1.1"},
        {"at": "2026-11-22T02:26:41.000+00:00", "call": "1.1"},
        {"at": "yesterday", "call": "1.1", "channel_id": "1.1"},
        {"kind": "engine_start"},
        {"kind": "other", "at": "2026-11-22T02:26:41.000+00:00"},
    ],
)
def test_a_decision_that_lacks_what_every_one_has_is_unreadable(tmp_path: Path, bad: dict[str, str]) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text(json.dumps(bad) + "\n")
    for _ in range(2):
        ship(node=NODE, journal="decisions", file=file, seconds_now=LATER)
    event = CallEvent.objects.get()
    assert (event.kind, event.call_id) == ("unreadable", "")


def test_a_line_longer_than_a_chunk_is_passed(journal: Path) -> None:
    journal.write_bytes(b"x" * 600_000 + b"\n" + line(1))
    ship_all(journal)
    assert f"{NODE}-1795400000.1" in shipped()


def test_a_call_has_one_record_which_closes_when_the_call_ends(journal: Path) -> None:
    journal.write_bytes(line(1))
    ship_all(journal)
    assert CallRecord.objects.get().ended is None
    with journal.open("ab") as opened:
        opened.write(line(9, "LINKEDID_END", "1795400000.1"))
    ship_all(journal)
    record = CallRecord.objects.get()
    assert record.ended is not None
    assert record.cause == "caller_gave_up"


def test_decisions_that_come_late_complete_the_record(journal: Path) -> None:
    journal.write_bytes(line(1) + line(2, "LINKEDID_END", "1795400000.1"))
    ship_all(journal)
    decisions = journal.with_name("decisions.jsonl")
    facts = {"call_type": "internal", "dialled": "202", "cause": "not_permitted", "sip_code": 403}
    decided = {
        "at": "2026-11-22T02:26:41.000+00:00",
        "call": "1795400000.1",
        "channel_id": "1795400000.1",
        "facts": facts,
        "trace": [],
        "command": {"verb": "release"},
    }
    decisions.write_text(json.dumps(decided) + "\n")
    ship(node=NODE, journal="decisions", file=decisions, seconds_now=LATER)
    ship(node=NODE, journal="decisions", file=decisions, seconds_now=LATER)
    record = CallRecord.objects.get()
    assert (record.cause, record.sip_code, record.dialled) == ("not_permitted", 403, "202")


@pytest.mark.parametrize("first", ["decisions", "cel"])
def test_calls_the_engine_died_under_are_closed(journal: Path, first: str) -> None:
    journal.write_bytes(line(1) + line(50) + line(900))
    starts = journal.with_name("decisions.jsonl")
    started = {"kind": "engine_start", "at": "2026-11-23T02:27:10+00:00", "lost": None}
    starts.write_text(json.dumps(started) + "\n")
    files = {"cel": journal, "decisions": starts}
    for name in (first, *(files.keys() - {first})):
        for _ in range(3):
            ship(node=NODE, journal=name, file=files[name], seconds_now=LATER)
    causes = {
        record.call_id[-3:]: (record.cause, record.ended is not None) for record in CallRecord.objects.all()
    }
    assert causes == {"0.1": ("network_failure", True), ".50": ("network_failure", True), "900": ("", False)}


def test_two_workers_at_once_store_a_line_once(journal: Path) -> None:
    journal.write_bytes(line(1))
    ship(node=NODE, journal="cel", file=journal, seconds_now=LATER)
    stale = JournalOffset.objects.get()
    ship_all(journal)
    JournalOffset.objects.filter(pk=stale.pk).update(offset=stale.offset + 1)
    before = CallEvent.objects.count()
    JournalOffset.objects.filter(pk=stale.pk).update(offset=journal.stat().st_size)
    ship_all(journal)
    assert CallEvent.objects.count() == before


def test_what_came_after_the_round_began_waits_for_the_next(journal: Path) -> None:
    first = line(1)
    journal.write_bytes(first + line(2))
    for _ in range(2):
        ship(node=NODE, journal="cel", file=journal, seconds_now=LATER, until=len(first) + 5)
    assert shipped() == [f"{NODE}-1795400000.1"]
    ship_all(journal)
    assert shipped() == [f"{NODE}-1795400000.1", f"{NODE}-1795400000.2"]
