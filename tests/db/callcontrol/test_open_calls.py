"""What the worker remembers of open calls changes no record: it is what the store would have said."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.db.callcontrol.dying import killed

from carillon.features.call_logs.jobs import ship
from carillon.features.call_logs.models import CallRecord
from carillon.features.call_logs.services import _instants
from carillon.features.call_logs.snapshot import OpenCalls

pytestmark = pytest.mark.django_db

LATER = 4e9
START = datetime(2026, 11, 22, 2, 26, 40, tzinfo=UTC)
JOURNALS = ("decisions", "cel")


def cel(kind: str, call: int, seconds: int, *, leg: int = 0) -> bytes:
    data = {
        "eventtype": kind, "eventtime": f"{int(START.timestamp()) + seconds}.{call:06}",
        "channame": f"PJSIP/abcdefghij{leg}-0000000{leg}", "uniqueid": f"1795400000.{call}{leg}",
        "linkedid": f"1795400000.{call}0", "userfield": f"20{call}/",
        "eventextra": json.dumps({"dialstatus": "CANCEL", "hangupcause": 16}) if kind == "HANGUP" else "",
    }  # fmt: skip
    return json.dumps(data).encode() + b"\n"


def decision(event: str, call: int, seconds: int, cause: str) -> bytes:
    data = {
        "at": (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds"),
        "call": f"1795400000.{call}0", "channel_id": f"1795400000.{call}0", "event": event, "group": None,
        "facts": {"call_type": "internal", "dialled": f"20{call}", "cause": cause, "sip_code": 0},
        "trace": [{"rule": event}], "command": {"verb": "ring", "seconds": 20, "legs": []},
    }  # fmt: skip
    return json.dumps(data).encode() + b"\n"


def story() -> dict[str, list[bytes]]:
    """Four calls that overlap: an answered one, one given up, one with a later decision, one that goes on."""
    engine: list[tuple[int, bytes]] = []
    decided: list[tuple[int, bytes]] = []
    for call in range(4):
        decided.append((call, decision("start", call, call, "")))
        engine += [
            (call, cel("CHAN_START", call, call)),
            (call + 1, cel("CHAN_START", call, call + 1, leg=1)),
        ]
        if call in {0, 3}:
            engine += [
                (call + 2, cel("ANSWER", call, call + 2)),
                (call + 3, cel("BRIDGE_ENTER", call, call + 3)),
            ]
        if call == 2:
            decided.append((call + 4, decision("ring", call, call + 4, "no_answer")))
        if call < 3:
            ends = ("HANGUP", "CHAN_END")
            engine += [(call + 5, cel(kind, call, call + 5, leg=leg)) for leg in (1, 0) for kind in ends]
            engine.append((call + 6, cel("LINKEDID_END", call, call + 6)))
    return {
        "cel": [line for _, line in sorted(engine, key=lambda pair: pair[0])],
        "decisions": [line for _, line in sorted(decided, key=lambda pair: pair[0])],
    }


def records(node: str) -> dict[str, list[Any]]:
    rows = CallRecord.objects.filter(node=node).exclude(ended=None).order_by("call_id")
    facts = rows.values_list(
        "call_id", "started", "answered", "ended", "dialled", "cause", "sip_code", "ring_seconds",
        "talk_seconds", "trace",
    )  # fmt: skip
    return {call_id.removeprefix(node): rest for call_id, *rest in facts}


STEPS = st.lists(
    st.tuples(st.sampled_from(["cel", "decisions", "mine", "lost", "another", "restart"]), st.integers(1, 9)),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_records_are_those_of_the_store(steps: list[tuple[str, int]]) -> None:
    folder, told = Path(mkdtemp()), story()
    left = {name: list(lines) for name, lines in told.items()}
    mine, files = OpenCalls(most=3), {name: folder / f"{name}.jsonl" for name in JOURNALS}

    def all_journals(node: str, remembered: OpenCalls) -> None:
        for name, file in files.items():
            ship(node=node, journal=name, file=file, seconds_now=LATER, remembered=remembered)

    try:
        with transaction.atomic():
            for what, count in steps:
                if what in JOURNALS:
                    taken, left[what] = left[what][:count], left[what][count:]
                    with files[what].open("ab") as opened:
                        opened.write(b"".join(taken))
                elif what == "mine":
                    all_journals("n1", mine)
                elif what == "another":
                    all_journals("n1", OpenCalls())
                elif what == "restart":
                    mine = OpenCalls(most=3)
                else:
                    killed(lambda: all_journals("n1", mine))  # noqa: B023 - called at once
            for name, lines in left.items():
                with files[name].open("ab") as opened:
                    opened.write(b"".join(lines))
            for _ in range(3):
                all_journals("n1", mine)
                all_journals("n2", OpenCalls())
            assert len(records("n1")) == 3
            assert CallRecord.objects.filter(node="n1", ended=None).count() == 1
            assert records("n1") == records("n2")
            transaction.set_rollback(True)
    finally:
        shutil.rmtree(folder)


def test_a_call_seen_from_its_beginning_is_not_read_again(tmp_path: Path) -> None:
    told, mine = story(), OpenCalls()
    files = {name: tmp_path / f"{name}.jsonl" for name in JOURNALS}
    parts = [{"cel": [cel("CHAN_START", 9, 0)], "decisions": [decision("start", 9, 0, "")]}]
    parts += [{name: lines[start:end] for name, lines in told.items()} for start, end in ((0, 4), (4, 99))]
    for part in parts:
        with CaptureQueriesContext(connection) as asked:
            for name, file in files.items():
                with file.open("ab") as opened:
                    opened.write(b"".join(part[name]))
                for _ in range(2):
                    ship(node="n1", journal=name, file=file, seconds_now=LATER, remembered=mine)
        assert not [query for query in asked if "FROM call_logs_callevent WHERE call_id IN" in query["sql"]]
    assert CallRecord.objects.exclude(ended=None).count() == 3


def test_what_another_worker_stored_meanwhile_is_read(tmp_path: Path) -> None:
    lines, mine, file = (
        [line for line in story()["cel"] if b'"userfield": "200/"' in line],
        OpenCalls(),
        tmp_path / "cel.jsonl",
    )
    for part, whose in ((lines[:2], mine), (lines[2:4], OpenCalls()), (lines[4:], mine)):
        with file.open("ab") as opened:
            opened.write(b"".join(part))
        for _ in range(2):
            ship(node="n1", journal="cel", file=file, seconds_now=LATER, remembered=whose)
    record = CallRecord.objects.get()
    assert (record.cause, record.talk_seconds) == ("answered", 3)


@pytest.mark.parametrize("at", [START, START.replace(microsecond=10), START.replace(microsecond=999_999)])
def test_instants_are_stored_in_the_words_of_the_database(at: datetime) -> None:
    assert _instants()(at) == connection.ops.adapt_datetimefield_value(at)
    eastern = at.astimezone(datetime.fromisoformat("2026-11-22T00:00:00-05:00").tzinfo)
    assert _instants()(eastern) == connection.ops.adapt_datetimefield_value(eastern)
