"""Every address with every parameter it reads filled with what nobody means: an answer, quickly, never a failure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from tests.db.pages.answers import Answer
from tests.db.pages.test_every_route import addresses
from tests.db.pages.things import Things

PARAMETERS = (
    "q", "in", "sort", "after", "before", "columns", "department", "find", "for", "now", "back", "next", "from",
    "ids", "snapshot", "receipt", "ended", "language", "theme", "list",
)  # fmt: skip
OF_A_LIST = ("q", "in", "sort", "after", "before", "columns", "department", "everything", "find")
LISTS = ("lines", "users", "attendants", "group-access", "record", "search", "operator", "operator-lines",
         "operator-feedback")  # fmt: skip
VALUES = {
    "long": "é" * 60,
    "NUL": "a%00b",
    "lone surrogate": "%ED%A0%80%ED%B0%80",
    "overlong UTF-8": "%C0%AF%E0%80%AF",
    "not UTF-8": "%FF%FE%FA",
    "half a percent": "%",
    "huge integer": "9" * 40,
    "beyond 64 bits": str(2**64),
    "negative": "-1",
    "minus minus": "--name",
    "fraction": "1.5e999",
    "other digits": "١٢٣",
    "no place": "W10",
    "place of a list": "W1tbW11dXQ",
    "place beyond 64 bits": "WzE4NDQ2NzQ0MDczNzA5NTUxNjE2LDFd",
    "place of dates": "WyIyMDI2LTAxLTAxIiwxXQ",
    "SQL": "'; DROP TABLE lines_line; --",
    "LIKE": "%25_%5C",
    "FTS": '" OR a*) NEAR(',
    "script": "<script>alert(1)</script>",
    "other host": "//example.org/",
    "header": "x%0d%0aSet-Cookie:%20a=b",
    "column of another table": "password",
    "relation": "user__password",
    "spaces": "%20%09%0a",
    "emoji": "👩‍👩‍👧‍👦" * 4,
    "bidi": "\u202e\u2066abc",
}
SECONDS = 1.5
"""Processor time for one answer: a page takes some 20 ms."""


def address(path: str, names: tuple[str, ...], shift: int) -> str:
    """Return an address whose parameters hold the values in turn, beginning with another one for each shift."""
    values = list(VALUES.values())
    turn = [(name, values[(place + shift) % len(values)]) for place, name in enumerate(names)]
    return f"{path}?" + "&".join(
        f"{name}={quote(value, safe='%') if '%' in value else quote(value)}" for name, value in turn
    )


def wrong(client: Client, asked: str, allowed: frozenset[int], *, fragment: bool = False) -> Iterator[str]:
    began = time.process_time()
    answer = client.get(asked, headers={"hx-request": "true"} if fragment else {})
    took = time.process_time() - began
    if answer.status_code not in allowed:
        yield f"{asked}: {answer.status_code}"
    if took > SECONDS:
        yield f"{asked}: {took:.1f} s"
    yield from (f"{asked}: {fault}" for fault in unsafe(answer))


def unsafe(answer: Answer) -> Iterator[str]:
    if "Set-Cookie" in answer.headers or "\n" in answer.headers.get("Location", ""):
        yield "a header is forged"
    if urlsplit(answer.headers.get("Location", "")).netloc not in {"", "127.0.0.1"}:
        yield "leads elsewhere"
    if not answer.streaming and b"<script>alert" in answer.content:
        yield "markup is not escaped"
    if not answer.streaming and len(answer.content) > 300_000:
        yield f"{len(answer.content)} bytes come back"


def test_every_address_answers_whatever_its_parameters_hold(things: Things) -> None:
    faults: list[str] = []
    for found in addresses():
        path = reverse(found.name, kwargs=things.kwargs(found.objects))
        for shift in range(0, len(VALUES), 14):
            for client in (things.clients["operator"], things.clients["marie"]):
                faults += wrong(
                    client, address(path, PARAMETERS, shift), frozenset({200, 302, 400, 404, 405})
                )
    assert faults == []


@pytest.mark.parametrize("name", LISTS)
def test_every_list_stays_one_whatever_its_address_holds(things: Things, name: str) -> None:
    """Each parameter holds each value once, beside others of every kind."""
    client = things.clients["operator" if name.startswith("operator") else "marie"]
    path = reverse(name, kwargs=things.address_of(name))
    faults: list[str] = []
    for shift in range(len(VALUES)):
        faults += wrong(client, address(path, OF_A_LIST, shift), frozenset({200}), fragment=shift % 2 == 0)
    assert faults == []


@pytest.mark.parametrize("name", [*LISTS, "sign-in"])
def test_a_megabyte_in_an_address_is_refused_in_words(things: Things, name: str) -> None:
    client = things.clients["operator" if name.startswith("operator") else "marie"]
    path = reverse(name, kwargs=things.address_of(name))
    for parameter in OF_A_LIST:
        answer = client.get(f"{path}?{parameter}={'x' * 1_000_000}")
        assert answer.status_code == 414
        assert "This address is too long" in answer.content.decode()
        assert len(answer.content) < 20_000


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 400])
def test_no_object_has_an_absurd_number(things: Things, number: str) -> None:
    client = things.clients["operator"]
    for found in addresses():
        for name in found.objects:
            if name.endswith("_id"):
                path = reverse(found.name, kwargs={name: 1}).replace("/1/", f"/{number}/", 1)
                for answer in (client.get(path, follow=True), client.post(path)):
                    assert answer.status_code in {404, 405}, path


def test_a_thousand_parameters_are_refused_in_words(things: Things) -> None:
    answer = things.clients["marie"].get("/lines/?" + "a&" * 2000)
    assert answer.status_code == 400
    assert b"<h1>" in answer.content
