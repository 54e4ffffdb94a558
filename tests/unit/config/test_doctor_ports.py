"""Who holds a port, as the doctor reads it from /proc; and settings that refuse nonsense."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from carillon.config import environment as env
from carillon.config.doctor_ports import command_of, needed
from carillon.config.environment import BadSetting
from carillon.config.processes_log import LogFile, important, printable


def test_every_port_names_its_setting_and_its_process() -> None:
    assert {port.process for port in needed()} == {"web", "callcontrol", "engine", "outside"}
    assert all(port.setting.startswith("CARILLON_") for port in needed())


def test_a_process_is_known_by_its_command() -> None:
    assert "python" in command_of(os.getpid())
    assert command_of(2**22 + 1) == ""


@pytest.mark.parametrize("raw", ["", "x", "-1", "70000", "1e3", "\u0663"])
def test_a_number_that_is_none_is_refused(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARILLON_HTTP_PORT", raw)
    with pytest.raises(BadSetting):
        env.number("HTTP_PORT", 8800)


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_a_switch_reads_the_usual_words(raw: str, value: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARILLON_DEBUG", raw)
    assert env.flag("DEBUG", default=not value) is value


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    monkeypatch.setenv("CARILLON_SMTP_PASSWORD_FILE", str(tmp_path / "secret"))
    assert env.text("SMTP_PASSWORD", "") == "s3cret"


def test_only_important_lines_reach_the_terminal_and_none_steers_it() -> None:
    lines = [
        "2026 INFO x: fine",
        "2026 WARNING x: \x1b[2Jcaller \u202e'",
        "Traceback (most recent call last):",
    ]
    assert important(lines) == [
        "2026 WARNING x: \ufffd[2Jcaller \ufffd'",
        "Traceback (most recent call last):",
    ]
    assert important(["ERROR x"] * 12)[-1] == "... 4 more in the log"
    assert printable("é«»") == "é«»"


def test_a_log_is_followed_line_by_line_and_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carillon.config.processes_log.ROTATE_BYTES", 60)
    log = LogFile(tmp_path / "web.log")
    output = log.open()
    os.write(output, b"ERROR one\nERROR tw")
    assert log.look() == ["ERROR one"]
    os.write(output, b"o\n" + b"x" * 60 + b"\n")
    assert log.look() == ["ERROR two"]
    assert (tmp_path / "web.log.1").stat().st_size > 60
    os.write(output, b"ERROR three\n")
    os.close(output)
    assert log.look() == ["ERROR three"]
    assert log.last_lines(1) == ["ERROR three"]
