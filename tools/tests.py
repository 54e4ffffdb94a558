"""Run test tiers one after another, each with what it needs; say how long each took and which failed.

`python tools/tests.py unit db calls -- -k forward`: tiers, then words for pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "--color=yes" if sys.stdout.isatty() else "--color=no")
POSTGRES = (sys.executable, str(ROOT / "tools" / "postgres.py"), "--")
PREPARE = (sys.executable, "-m", "carillon.config.cli", "prepare", "--only")

TIERS: dict[str, tuple[str, ...]] = {
    "unit": (*PYTEST, "tests/unit", "tests/sip"),
    "db": (*PYTEST, "-n", "2", "tests/db"),
    "db-postgres": (*POSTGRES, *PYTEST, "-n", "2", "tests/db"),
    "calls": (*PYTEST, "tests/calls"),
    # Each of the two has a portal of its own; a look at many pages is one test, so tests go to who is free.
    "browser": (*PYTEST, "-n", "2", "--dist", "worksteal", "-o", "timeout=300", "tests/browser"),
}
PROGRAMS = {"db-postgres": ("initdb",), "calls": ("sipp", "initdb"), "browser": ("chromium",)}
NEEDS_ENGINE = {"calls", "browser"}


def prepare(tier: str, environment: dict[str, str]) -> bool:
    """Install what a tier needs; return whether it is all there."""
    programs = PROGRAMS.get(tier, ())
    packages = (sys.executable, str(ROOT / "tools" / "system_packages.py"), *programs)
    if programs and subprocess.run(packages, cwd=ROOT, check=False).returncode != 0:
        return False
    return (
        tier not in NEEDS_ENGINE
        or subprocess.run((*PREPARE, "engine"), cwd=ROOT, env=environment, check=False).returncode == 0
    )


def run(tier: str, words: Sequence[str]) -> tuple[bool, float]:
    """Run one tier in a home of its own; return whether it passed and how many seconds it took."""
    started = time.monotonic()
    prefix = os.environ.get("CARILLON_ENGINE_PREFIX", str(ROOT / ".carillon" / "engine" / "prefix"))
    with tempfile.TemporaryDirectory(prefix=f"carillon-{tier}-") as home:
        environment = {**os.environ, "CARILLON_HOME": home, "CARILLON_ENGINE_PREFIX": prefix}
        environment.setdefault("CARILLON_ENGINE_PACKAGES", str(ROOT / ".carillon" / "engine" / "packages"))
        if not prepare(tier, environment):
            return False, time.monotonic() - started
        code = subprocess.run((*TIERS[tier], *words), cwd=ROOT, env=environment, check=False).returncode
    return code == 0, time.monotonic() - started


def main(arguments: Sequence[str]) -> int:
    """Run the tiers named before `--`; return 1 when one failed."""
    cut = list(arguments).index("--") if "--" in arguments else len(arguments)
    outcomes = {}
    for tier in arguments[:cut] or TIERS:
        print(f"\n=== {tier} " + "=" * (70 - len(tier)), flush=True)
        outcomes[tier] = run(tier, arguments[cut + 1 :])
        passed, seconds = outcomes[tier]
        print(f"=== {tier}: {'passed' if passed else 'FAILED'} in {seconds:.0f} s", flush=True)
    print(
        "\n"
        + "\n".join(
            f"{tier:>12}  {'passed' if ok else 'FAILED'}  {s:6.1f} s" for tier, (ok, s) in outcomes.items()
        )
    )
    return 0 if all(passed for passed, _ in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
