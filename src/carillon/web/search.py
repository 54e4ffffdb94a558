"""Searching as people type: case, accents and the separators of numbers make no difference.

Rows keep a folded copy of what is searched (`fold`); a typed text is read into a `Term`; the lookup `holds` asks
whether a folded column contains it, in the cheapest way of each database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import Field, Lookup
from django.utils.safestring import SafeString

LONGEST = 64
"""Characters of a search that count; nobody types more, and a pasted page must not cost more."""
SHORTEST_PART = 3
"""Characters of the shortest text a trigram index finds."""
_SPELLED = str.maketrans({
    "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
    "’": "'", "‘": "'", "‑": "-", "–": "-", "\u00a0": " ", "\u202f": " ",
})  # fmt: skip
MOST_SIGNS = 4096
_MARKUP = re.compile("[&<>\"']")
_NUMBER = re.compile(r"\+?[\d\s().\u00a0-]*\d[\d\s().\u00a0-]*")


def fold(text: str) -> str:
    """Return the text as it is compared: without accents, in one case, spaces single."""
    return " ".join(text.translate(_SIGNS).split())


class _Signs(dict[int, str]):
    """Each character as it is compared, for `str.translate`: few are met, and each many times on every page of a list.

    `uneven` are those met that are not one character then. A table that is full, since any text may come, starts anew.
    """

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        """Work out a character met for the first time."""
        if len(self) >= MOST_SIGNS:
            self.clear()
        sign = chr(code)
        spelled = unicodedata.normalize("NFKD", sign.translate(_SPELLED)).casefold()
        folded = "".join(part for part in spelled if not unicodedata.combining(part))
        if len(folded) != 1:
            self.uneven.add(sign)
        self[code] = folded
        return folded


_SIGNS = _Signs()


@dataclass(frozen=True, slots=True)
class Term:
    """What was typed: `text` folded, `digits` the number it may be ("" when it holds anything but a number).

    `cut`: more was typed than is searched.
    """

    typed: str
    text: str
    digits: str
    cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)


def read_term(typed: str) -> Term:
    """Read a search; what is beyond 64 characters and control characters are dropped."""
    whole = "".join(sign if sign.isprintable() else " " for sign in typed[: 4 * LONGEST]).strip()
    kept = whole[:LONGEST].rstrip()
    digits = (
        re.sub(r"\D", "", kept) if _NUMBER.fullmatch(kept) and kept.isascii() | ("\u00a0" in kept) else ""
    )
    return Term(kept, fold(kept), digits, cut=len(whole) > LONGEST or bool(typed[4 * LONGEST :].strip()))


def mark(text: str, term: Term) -> SafeString:
    """Return the text as HTML with every match in `<mark>`; nothing of the text is ever markup."""
    written = escape if _MARKUP.search(text) else str
    parts, at = [], 0
    for start, end in _spans(text, term) if term else ():
        parts.append(f"{written(text[at:start])}<mark>{written(text[start:end])}</mark>")
        at = end
    parts.append(written(text[at:]))
    return SafeString("".join(parts))


def _spans(text: str, term: Term) -> Iterator[tuple[int, int]]:
    """Yield where the term stands in the text, as positions of the text itself."""
    wanted = term.digits or term.text
    folded = _digits(text) if term.digits else _comparable(text)
    at = folded.find(wanted)
    if at < 0:
        return
    places = _places_of_digits(text) if term.digits else _places(text)
    while at >= 0:
        end = at + len(wanted)
        yield places[at], places[end - 1] + 1
        at = folded.find(wanted, end)


def _digits(text: str) -> str:
    """Return the digits of a text."""
    return "".join(filter(str.isdigit, text))


def _places_of_digits(text: str) -> Sequence[int]:
    """Return where each of its digits stands in a text."""
    return [place for place, sign in enumerate(text) if sign.isdigit()]


def _comparable(text: str) -> str:
    """Return a text as it is compared."""
    return text.lower() if text.isascii() else text.translate(_SIGNS)


def _places(text: str) -> Sequence[int]:
    """Return where each character of a text that was compared just now stands in what was given."""
    if text.isascii() or _SIGNS.uneven.isdisjoint(text):
        return range(len(text))
    return [place for place, sign in enumerate(text) for _ in sign.translate(_SIGNS)]


@Field.register_lookup
class Holds(Lookup):
    """`column__holds="text"`: the column contains exactly this text.

    SQLite's instr is several times faster than its LIKE; PostgreSQL's LIKE can use a trigram index. A text too short
    for that must be met on the way through an index that holds the column. PostgreSQL expects a short LIKE to be rare
    and would rather read the whole table and sort; of strpos it expects nothing.
    """

    lookup_name: str | None = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition."""
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "sqlite":
            return f"instr({column}, %s) > 0", (*params, self.rhs)
        if len(str(self.rhs)) < SHORTEST_PART:
            return f"strpos({column}, %s) > 0", (*params, self.rhs)
        escaped = re.sub(r"([\\%_])", r"\\\1", str(self.rhs))
        return f"{column} LIKE %s", (*params, f"%{escaped}%")
