"""Every check that is not a test, all of them even when one fails; say how long each took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = ("src", "tests", "tools", "bench", "manage.py")


def templates() -> list[str]:
    """Return every template of the product."""
    return [str(file.relative_to(ROOT)) for file in sorted((ROOT / "src").rglob("templates/**/*.html"))]


def checks() -> dict[str, list[str]]:
    """Return each check's name and command."""
    pages = templates()
    found = {
        "lint": [f"{BIN}/ruff", "check", *SOURCES],
        "format": [f"{BIN}/ruff", "format", "--check", *SOURCES],
        "types": [f"{BIN}/mypy"],
        "imports": [f"{BIN}/lint-imports"],
        "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        "settings": [sys.executable, "manage.py", "check"],
        "translations": [sys.executable, "tools/check_translations.py", "--extract"],
        "shape and documents": [sys.executable, "-m", "pytest", "-q", "tests/unit/test_shape.py"],
    }
    if pages:
        found["templates: lint"] = [f"{BIN}/djlint", "--lint", "--quiet", *pages]
        found["templates: format"] = [f"{BIN}/djade", "--target-version", "5.2", "--check", *pages]
    return found


def main() -> int:
    """Return 1 when a check failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="carillon-check-") as home:
        environment = {**os.environ, "CARILLON_HOME": home}
        for name, command in checks().items():
            started = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            passed = done.returncode == 0
            print(f"[{'ok' if passed else '!!'}] {name} ({time.monotonic() - started:.1f} s)", flush=True)
            if not passed:
                failed.append(name)
                print(done.stdout + done.stderr, flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
