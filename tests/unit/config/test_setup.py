"""`tools/setup.py`: a step runs when what it depends on has changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import setup


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project with one file a step depends on."""
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    (tmp_path / "lock").write_text("one", encoding="utf-8")
    return tmp_path


def do(project: Path, done: list[str]) -> None:
    """Do the step once more."""

    def work() -> None:
        done.append("work")
        (project / "made").touch()

    setup.step("packages", [project / "lock"], project / "made", work)


def test_a_step_is_done_once_while_nothing_changes(project: Path) -> None:
    done: list[str] = []
    do(project, done)
    do(project, done)
    assert done == ["work"]


def test_a_step_is_done_again_when_its_files_change_or_its_product_is_gone(project: Path) -> None:
    done: list[str] = []
    do(project, done)
    (project / "lock").write_text("two", encoding="utf-8")
    do(project, done)
    (project / "made").unlink()
    do(project, done)
    assert done == ["work"] * 3


def test_a_step_that_fails_is_tried_again(project: Path) -> None:
    def fails() -> None:
        raise setup.SetupFailed("no network")

    with pytest.raises(setup.SetupFailed):
        setup.step("packages", [project / "lock"], project / "made", fails)
    done: list[str] = []
    do(project, done)
    assert done == ["work"]


def test_an_environment_that_has_the_tests_packages_keeps_them(project: Path) -> None:
    assert setup.python_profile("base") == "base"
    (project / "stamps").mkdir()
    (project / "stamps" / "python-dev").touch()
    assert setup.python_profile("base") == "dev"
