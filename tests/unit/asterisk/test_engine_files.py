"""The engine's files: what is written, where packages come from, what the journal says."""

from pathlib import Path

import pytest

from carillon.asterisk.configuration import TEMPLATES, NodeSettings, UnusableValue, fill, write_configuration
from carillon.asterisk.engine import Engine, major
from carillon.asterisk.journal import FIELDS, FROM_SIP, is_event
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


LINE = {
    "eventtype": "HANGUP", "eventtime": "1795401984.407945", "channame": "PJSIP/abc-0000004b", "uniqueid": "1.89",
    "linkedid": "1.88", "context": "do-c1-ring", "userfield": "202/", "peer": "",
    "eventextra": '{"hangupcause":17,"dialstatus":"BUSY"}',
}  # fmt: skip


def test_the_journal_has_no_field_from_sip() -> None:
    text = (TEMPLATES / "cel_custom.conf").read_text(encoding="utf-8")
    fields = next(line for line in text.splitlines() if line.startswith("fields = ")).removeprefix(
        "fields = "
    )
    assert tuple(fields.split(",")) == FIELDS == tuple(LINE)
    assert not FROM_SIP & set(FIELDS)


def test_a_line_of_the_engine_is_an_event() -> None:
    assert is_event(LINE)
    assert is_event({**LINE, "exten": "202"}), "an engine that was not restarted writes yesterday's fields"


@pytest.mark.parametrize("name", ["eventtype", "eventtime", "channame", "uniqueid", "linkedid"])
@pytest.mark.parametrize("value", [None, 5, {}])
def test_a_line_that_lacks_what_every_line_has_is_none(name: str, value: object) -> None:
    assert not is_event({**LINE, name: value})
    assert not is_event({key: text for key, text in LINE.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [("eventtype", "APP_START"), ("eventtime", "now"), ("uniqueid", "1.2\n"), ("linkedid", "../x y")],
)
def test_a_line_with_a_value_the_engine_never_writes_is_none(name: str, value: str) -> None:
    assert not is_event({**LINE, name: value})
