"""The engine's files: what is written, where packages come from, what the journal says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carillon.asterisk.configuration import NodeSettings, UnusableValue, fill, write_configuration
from carillon.asterisk.engine import Engine, major
from carillon.asterisk.journal import BadLine, parse_event
from carillon.asterisk.machine import architecture, triplet
from carillon.asterisk.sources import machine_mirror


def settings(folder: Path, secret: str = "plain") -> NodeSettings:  # noqa: S107 - no secret
    tls = folder / "tls"
    return NodeSettings(
        folder=folder / "node", voicemail=folder / "voicemail", certificate=tls / "c", private_key=tls / "k",
        engine_secret=secret, ami_secret="ami", step_url="http://127.0.0.1:1",
    )  # fmt: skip


def test_every_file_is_private_and_whole(tmp_path: Path) -> None:
    main = write_configuration(settings(tmp_path), Engine(tmp_path / "prefix"))
    assert main.name == "asterisk.conf"
    for file in main.parent.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
        assert "@@" not in file.read_text(encoding="utf-8").replace("@@@", "@")
    assert not (main.parent / "voicemail.conf").exists()


def test_a_value_that_would_end_its_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableValue):
        write_configuration(settings(tmp_path, "a\nautoload = yes"), Engine(tmp_path / "prefix"))
    with pytest.raises(UnusableValue):
        fill("x = @@X@@", {"X": "a;b"})


def test_both_formats_of_package_sources_are_read(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    assert machine_mirror(tmp_path) is None
    stanza = (
        "# x\nTypes: deb\nURIs: http://one.test/debian\nSuites: bookworm bookworm-updates\nComponents: main\n"
    )
    (parts / "debian.sources").write_text(stanza, encoding="utf-8")
    assert machine_mirror(tmp_path) == "http://one.test/debian"
    line = "deb-src http://src.test/ sid main\ndeb [arch=amd64 trusted=yes] http://two.test/debian trixie main # x\n"
    (tmp_path / "sources.list").write_text(line, encoding="utf-8")
    assert machine_mirror(tmp_path) == "http://two.test/debian"


def test_ubuntus_archive_and_disabled_stanzas_are_not_debian(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    text = "Types: deb\nURIs: http://u.test/ubuntu\nSuites: noble\n\nEnabled: no\nTypes: deb\nURIs: http://d.test/\nSuites: sid\n"
    (parts / "ubuntu.sources").write_text(text, encoding="utf-8")
    assert machine_mirror(tmp_path) is None


def test_both_processors_have_names() -> None:
    assert (architecture("aarch64"), triplet("aarch64")) == ("arm64", "aarch64-linux-gnu")
    assert (architecture("x86_64"), triplet("x86_64")) == ("amd64", "x86_64-linux-gnu")
    assert major("22.10.1~dfsg") == 22
    assert major("") == 0


LINE = (
    b'{"eventtype":"HANGUP","eventtime":"1795401984.407945","channame":"PJSIP/abc-0000004b","uniqueid":"1.89",'
    b'"linkedid":"1.88","exten":"s","context":"do-ring","num":"1\\u0000\xff01","accountcode":"","appname":"",'
    b'"appdata":"","peer":"","eventextra":"{\\"hangupcause\\":17,\\"dialstatus\\":\\"BUSY\\"}"}'
)


def test_a_journal_line_becomes_a_clean_event() -> None:
    event = parse_event(LINE)
    assert (event.kind, event.unique_id, event.linked_id, event.endpoint) == ("HANGUP", "1.89", "1.88", "abc")
    assert event.at == datetime(2026, 11, 23, 2, 46, 24, 407945, tzinfo=UTC)
    assert event.extra == {"hangupcause": "17", "dialstatus": "BUSY"}
    assert event.number == "1\ufffd01"


@given(st.binary(max_size=200))
def test_a_damaged_journal_line_is_refused(line: bytes) -> None:
    with pytest.raises(BadLine):
        parse_event(line)


@given(st.integers(0, len(LINE) - 1))
def test_a_line_cut_by_a_crash_is_refused(end: int) -> None:
    with pytest.raises(BadLine):
        parse_event(LINE[:end])
