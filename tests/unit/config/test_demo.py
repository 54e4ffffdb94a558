"""What `carillon demo` publishes: the document's names are promised, so this test changes only with the schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from carillon.config.demo import document, sheet

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operations" / "demo-json.md"

USER = {
    "number": "+15145550101", "number_shown": "(514) 555-0101", "name": "Anne Boisclair", "role": "group_administrator",
    "supervisor": False, "language": "fr", "extension": "201", "department": "", "group": "Boisclair",
    "password": "first", "voicemail_pin": "4821",
}  # fmt: skip
ACCOUNT = {
    "user": "a1b2c3d4e5f6", "password": "secret", "server": "127.0.0.1", "port": 5060, "tls_port": 5061,
    "transports": ["udp", "tcp", "tls"], "line": "+15145550101", "extension": "201", "name": "Anne Boisclair",
    "description": "", "group": "Boisclair",
}  # fmt: skip
OUTSIDE_ACCOUNT = {
    "user": "outside-shown", "password": "secret", "server": "127.0.0.1", "port": 5070, "transports": ["udp", "tcp"],
    "number": "+15145550180", "identity": "shown",
}  # fmt: skip
NUMBER = {"name": "echo", "number": "+15145550190", "number_shown": "(514) 555-0190", "call_class": "local"}
FACTS: dict[str, Any] = {
    "portal": "http://127.0.0.1:8800/",
    "company": "Boisclair",
    "groups": ["Boisclair"],
    "users": [USER, {**USER, "number": "+15145550102", "role": "subscriber"}, {**USER, "role": "subscriber"}],
    "sip_accounts": [ACCOUNT],
    "outside": {"accounts": [OUTSIDE_ACCOUNT], "numbers": [NUMBER]},
    "emergency_test_number": "933",
}  # fmt: skip


def names_in_the_page(section: str) -> set[str]:
    """Return the names of the first column of a section's table."""
    text = PAGE.read_text(encoding="utf-8")
    body = text.split(f"## `{section}`")[1].split("\n## ")[0] if section else text.split("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", body, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)}


def test_the_page_documents_exactly_what_is_printed() -> None:
    printed = document(FACTS)
    assert printed["schema"] == 1
    assert names_in_the_page("") == set(printed)
    assert names_in_the_page("users[]") == set(USER)
    assert names_in_the_page("sip_accounts[]") == set(ACCOUNT)
    assert names_in_the_page("outside.accounts[]") == set(OUTSIDE_ACCOUNT)
    assert names_in_the_page("outside.numbers[]") == set(NUMBER)


def test_the_brief_sheet_shows_one_sign_in_of_each_role() -> None:
    brief = "\n".join(sheet(FACTS, brief=True))
    assert brief.count("NIP/PIN") == 2
    assert "carillon demo --json" in brief
    assert "\n".join(sheet(FACTS, brief=False)).count("NIP/PIN") == 3
