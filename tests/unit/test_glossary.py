"""The interface says each thing by the glossary's word."""

from __future__ import annotations

import re
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "src" / "carillon" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def glossary() -> dict[str, str]:
    """Return the French of each English term, both in lower case."""
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [(english.strip(), french.strip()) for english, french in ROW.findall(page)]
    return {english.lower(): french.lower() for english, french in rows if english != "English"}


def test_every_term_of_the_interface_is_the_glossarys() -> None:
    terms = glossary()
    assert len(terms) > 100
    wrong = [
        (entry.msgid, entry.msgstr, terms[entry.msgid.lower()])
        for entry in polib.pofile(str(CATALOGUE))
        if entry.msgid.lower() in terms
        and not entry.msgctxt
        and entry.msgstr.lower().replace("\u00a0", " ") != terms[entry.msgid.lower()]
    ]
    assert wrong == []


def test_the_platform_operator_is_never_called_a_carrier() -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE))
        if "platform operator" in entry.msgid.lower() and "opérateur" in entry.msgstr.lower()
    ]
    assert wrong == []
