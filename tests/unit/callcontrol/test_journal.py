"""The journal of decisions on the disk."""

from __future__ import annotations

import json
from pathlib import Path

from carillon.callcontrol.journal import DecisionJournal


def test_the_journal_starts_a_new_file_when_it_has_grown(tmp_path: Path) -> None:
    journal = DecisionJournal(tmp_path / "d.jsonl", largest=200)
    for number in range(30):
        journal.write({"number": number})
    journal.close()
    files = sorted(tmp_path.glob("d.jsonl*"), key=lambda file: file.stat().st_mtime_ns)
    assert len(files) > 1
    numbers = [json.loads(line)["number"] for file in files for line in file.read_text().splitlines()]
    assert sorted(numbers) == list(range(30))


def test_a_line_cut_by_a_full_disk_is_closed(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_bytes(b'{"half":')
    journal = DecisionJournal(file)
    journal.write({"whole": 1})
    journal.close()
    assert file.read_text().splitlines() == ['{"half":', '{"whole":1}']
