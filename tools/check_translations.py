"""Fail when a catalogue has an empty, fuzzy or mismatched text, or lacks a text that the code or a page has.

`--extract` runs makemessages first (it needs GNU gettext) and compares the texts before and after.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree, ignore_patterns

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "src" / "carillon" / "locale"
IGNORED = ("node_modules", ".venv", ".carillon", "static")


def catalogues(folder: Path) -> dict[str, polib.POFile]:
    """Return the catalogues under a locale folder by their relative name."""
    files = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    return {str(file.relative_to(folder)): polib.pofile(str(file)) for file in files}


def texts(catalogue: polib.POFile) -> set[tuple[str, str]]:
    """Return the live texts of a catalogue, each with its context."""
    return {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}


def incomplete(name: str, catalogue: polib.POFile) -> list[str]:
    """Return what is wrong in one catalogue: fuzzy texts, and (except in the source language) empty ones."""
    found = [f"{name}: fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    if not name.startswith("en/"):
        found += [f"{name}: not translated: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    return found


def extracted() -> dict[str, polib.POFile]:
    """Return what makemessages would write, run on a copy so that the checkout is not touched."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "project"
        copytree(ROOT / "src", copy / "src", ignore=ignore_patterns("*.pyc", "*.mo", *IGNORED))
        (copy / "manage.py").write_bytes((ROOT / "manage.py").read_bytes())
        ignored = [word for pattern in IGNORED for word in ("--ignore", pattern)]
        languages = [
            word for folder in sorted(LOCALE.iterdir()) if folder.is_dir() for word in ("-l", folder.name)
        ]
        command = [
            sys.executable,
            str(copy / "manage.py"),
            "makemessages",
            *languages,
            "--no-location",
            *ignored,
        ]
        source = str(copy / "src")
        subprocess.run(command, cwd=copy / "src" / "carillon", env=environment(source, name), check=True)
        return catalogues(copy / "src" / "carillon" / "locale")


def environment(source: str, home: str) -> dict[str, str]:
    """Return the environment of the copy: its own code, its own home."""
    import os  # noqa: PLC0415 - only this one use

    return {**os.environ, "PYTHONPATH": source, "CARILLON_HOME": f"{home}/home"}


def main() -> int:
    """Return the number of problems, at most 1."""
    kept = catalogues(LOCALE)
    problems = [line for name, catalogue in kept.items() for line in incomplete(name, catalogue)]
    if "--extract" in sys.argv and kept:
        for name, fresh in extracted().items():
            before = texts(kept[name]) if name in kept else set()
            problems += [
                f"{name}: missing, type `make messages`: {text!r}" for _, text in texts(fresh) - before
            ]
            problems += [
                f"{name}: no longer used, type `make messages`: {text!r}" for _, text in before - texts(fresh)
            ]
    print("\n".join(problems) or f"translations: {len(kept)} catalogues, complete")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
