"""Compile every translation catalogue (.po to .mo), without GNU gettext."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "src" / "carillon" / "locale"

for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
    polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
    print(f"[setup]   {source.relative_to(LOCALE)}", flush=True)
