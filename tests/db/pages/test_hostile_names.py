"""Names of every script, and names that mean harm: shown as they are on pages, in files and in e-mails."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from tests.db.pages.answers import streamed
from tests.db.pages.test_every_route import addresses
from tests.db.pages.things import Things
from tests.fakes.html_page import Page
from tests.fakes.portal_company import NOW, Company
from tests.stack.mailserver import MailServer

from carillon.calls.identity import clean_name, plain_name
from carillon.features.audit.services import ErrorCode, check_name
from carillon.features.departments.models import Department
from carillon.features.lines.models import Line
from carillon.features.mail.jobs import due, send
from carillon.features.mail.services import message_letter, queue_mail
from carillon.web.names import END, ISOLATE, isolated

NAMES = {
    "Arabic": "محمد العربي 201",
    "Hebrew": "דוד (לוי)",
    "marks of direction": "\u200fדוד\u200e 7",
    "Devanagari": "क्‍षत्रिय राजेश",
    "Persian": "می‌خواهم",
    "Chinese": "山田 太郎株式会社",
    "Thai": "น้ำผึ้ง",
    "family": "👨‍👩‍👧‍👦 Côté",
    "flags and skin": "🇨🇦 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "combining": "Zoe\u0323\u0308",
    "Zalgo": "Z" + "\u0300\u0315\u035c\u0489" * 15,
    "64 letters of four bytes": "𝒜" * 64,
    "64 Arabic letters": "م" * 64,
    "quotes": """a"b'c`d\\e«f»""",
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x="',
    "template": "{{ 7|add:7 }} {% now 'Y' %}",
    "entity": "&lt;b&gt; &amp; &#x3c;",
    "formula": "=cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd",
    "dialplan": "${SHELL(touch x)}",
    "SQL": "\"; DROP TABLE lines_line; --",
    "format": "%s %(name)s %n {0}",
    "comma and semicolon": "Roy, Zoé; fils",
    "header": "a: b <c@example.com>",
    "angle": "<sip:911@example.com>",
}  # fmt: skip
REFUSED = {
    "CR LF": "a\r\nBcc: x@example.com",
    "LF": "a\nb",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "next line": "a\u0085b",
    "NUL": "a\0b",
    "escape": "a\x1b[31mb",
    "override": "a\u202eb",
    "embedding": "a\u202bb",
    "isolate": "a\u2067b",
    "unassigned": "a\U000e0fffb",
}


def good(name: str) -> str:
    """Return the name as the product keeps it."""
    kept, problem = check_name(name, limit=64)
    assert problem is None
    return kept


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_what_no_phone_and_no_header_can_carry_is_refused(name: str) -> None:
    assert getattr(check_name(name, limit=64)[1], "code", None) == ErrorCode.BAD_CHARACTER


@pytest.mark.parametrize("name", ["", "  ", "\u200d", "\u200e \u200f", "\ufeff", "\u3000"])
def test_a_name_nobody_sees_is_none(name: str) -> None:
    assert getattr(check_name(name, limit=64)[1], "code", None) == ErrorCode.REQUIRED


def test_a_name_is_measured_in_characters() -> None:
    assert getattr(check_name("𝒜" * 65, limit=64)[1], "code", None) == ErrorCode.TOO_LONG
    assert check_name("e\u0301" * 64, limit=64) == ("é" * 64, None)


def _faults(things: Things, path: str, name: str) -> Iterator[str]:
    for who in ("operator",) if path.startswith("/operator/") else ("marie",):
        answer = things.clients[who].get(path)
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            continue
        html = answer.content.decode()
        page = Page(html)
        if re.search(r"<script>|<img|onmouseover=\"alert|14 2026", html):
            yield f"{path}: markup of a name is markup"
        for one in page.elements:
            if any(value.startswith("alert(") for value in one.attrs.values()):
                yield f"{path}: an attribute of a name is one"
        text = "".join(one.text for one in page.elements if one.tag == "html")
        held = {value for one in page.elements for value in one.attrs.values()}
        if path in {"/lines/", "/record/"} and name not in text and name not in held:
            yield f"{path}: {name!r} is not there"


def test_pages_show_names_and_nothing_else(things: Things) -> None:
    """Every page that can show a line or a department, with every name."""
    line, place = things.company.sylvie.line, Department.objects.get(pk=things.objects["department_id"])
    paths = [
        reverse(address.name, kwargs=things.kwargs(address.objects))
        for address in addresses()
        if {"line_id", "department_id"} & set(address.objects)
        or address.name in {"lines", "users", "choose-department"}
    ]
    every = list(NAMES.values())
    faults: list[str] = []
    for at, raw in enumerate(every):
        name = good(raw)
        details = {
            "seen_version": Line.objects.get(pk=line.pk).version, "seen_account": 1, "name": name,
            "language": "", "emergency_address": "", "role": "subscriber", "scope": "",
        }  # fmt: skip
        saved = things.clients["marie"].post(f"/lines/{line.pk}/details/", details)
        assert saved.status_code == 302, name
        shown = Page(things.clients["marie"].get(f"/lines/{line.pk}/details/").content.decode())
        assert shown.held("name") == [name]
        if "/" not in name:
            row = Department.objects.get(pk=place.pk)
            edit = {"seen_version": row.version, "name": name, "parent": ""}
            assert (
                things.clients["operator"].post(f"/operator/departments/{place.pk}/", edit).status_code == 302
            )
            Line.objects.filter(pk=line.pk).update(department=place)
        for path in (paths[at % len(paths)], "/lines/"):
            faults += _faults(things, path, name)
    assert faults == []


def test_a_file_holds_names_and_no_formulas(things: Things) -> None:
    line, place = things.company.sylvie.line, Department.objects.get(pk=things.objects["department_id"])
    Line.objects.filter(pk=line.pk).update(department=place)
    for raw in NAMES.values():
        name = good(raw)
        Line.objects.filter(pk=line.pk).update(name=name)
        Department.objects.filter(pk=place.pk).update(
            name=name.replace("/", "-"), full_name=name.replace("/", "-")
        )
        answer = things.clients["marie"].get("/lines/download/")
        text = streamed(answer).decode("utf-8-sig")
        (row,) = [
            row
            for row in csv.reader(io.StringIO(text, newline=""))
            if line.number[2:] in "".join(row).replace("-", "")
        ]
        protected = f"'{name}" if name[0] in "=@+-" else name
        assert {protected, protected.replace("/", "-")} <= set(row)
        assert not any(cell[:1] in set("=+-@\t\r") for cell in row)


def test_an_e_mail_shows_names_and_its_headers_are_ours(company: Company, post: MailServer) -> None:
    """A caller's name comes from SIP as it is: the refused ones can stand there too, cleaned as calls clean them."""
    names = [*map(good, NAMES.values()), *map(clean_name, REFUSED.values())]
    for name in names:
        letter = message_letter(
            language="en", timezone="America/Toronto", number="+15145550102", name=name, withheld=False,
            line=f"201 {name}", received=NOW, seconds=4,
        )  # fmt: skip
        mail = queue_mail(to=["bob@example.com"], letter=letter, now=NOW)
        assert send(mail, now=NOW), mail.last_error
    assert not due(now=NOW).exists()
    assert len(post.messages) == len(names)
    for name, got in zip(names, post.messages, strict=True):
        assert not got.defects
        assert not any(header.defects for header in got.values())
        assert sorted(got.keys()) == sorted(
            [
                "Content-Type",
                "MIME-Version",
                "Content-Transfer-Encoding",
                "Subject",
                "From",
                "To",
                "Date",
                "Message-ID",
            ]
        )
        assert (
            got["Subject"].strip() == f"Voice message from {' '.join(isolated(name).split())} (+15145550102)"
        )
        assert got["To"] == "bob@example.com"
        assert name in got.get_content()


@pytest.mark.parametrize("name", [*NAMES.values(), *REFUSED.values()])
def test_a_phone_is_told_a_name_in_one_line(name: str) -> None:
    told = clean_name(name)
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]", told)
    assert len(told) <= 64
    assert re.fullmatch(r"[A-Za-z0-9 .,'()&/+-]{0,15}", plain_name(name))


def test_a_name_written_from_right_to_left_turns_nothing_beside_it() -> None:
    assert isolated("דוד") == f"{ISOLATE}דוד{END}"
    assert isolated("Zoé 山田 👍") == "Zoé 山田 👍"
