"""`carillon prepare --only`: one step, and no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_only_the_step_that_was_named_is_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "carillon.config.cli", "prepare", "--only", "static"]
    environment = {**os.environ, "CARILLON_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    steps = {line.partition("|")[2].partition(":")[0].strip() for line in done.stdout.splitlines()}
    assert steps == {"static files ...", "static files"}
    assert not (tmp_path / "carillon.sqlite3").exists()
