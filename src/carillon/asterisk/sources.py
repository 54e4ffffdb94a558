"""The machine's own package sources, where the engine's packages come from too.

Two formats are read (sources.list(5)): one-line `deb [options] URI suite ...` and deb822 `.sources` stanzas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

SOURCES = Path("/etc/apt")
DEBIAN_SUITES = ("bookworm", "trixie", "forky", "sid", "unstable", "testing", "stable")


def machine_mirror(folder: Path = SOURCES) -> str | None:
    """Return the first Debian archive named by apt's sources under `folder`, None when there is none."""
    return next((uri for uri, suite in _entries(folder) if _is_debian(suite)), None)


def _is_debian(suite: str) -> bool:
    """Tell Debian's archive from its security archive and from other distributions'."""
    return suite.removesuffix("-updates").removesuffix("-backports") in DEBIAN_SUITES


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    parts = folder / "sources.list.d"
    for file in (folder / "sources.list", *sorted(parts.glob("*.list"))):
        if file.is_file():
            yield from one_line_entries(_lines(file))
    for file in sorted(parts.glob("*.sources")):
        yield from deb822_entries(_lines(file))


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8", errors="replace").splitlines()


def one_line_entries(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (URI, suite) of each `deb` line."""
    for line in lines:
        words = line.split("#", 1)[0].split()
        if not words or words[0] != "deb":
            continue
        words = words[1:]
        if words and words[0].startswith("["):
            end = next((i for i, word in enumerate(words) if word.endswith("]")), len(words))
            words = words[end + 1 :]
        if len(words) >= 2 and _fetchable(words[0]):
            yield words[0], words[1]


def deb822_entries(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (URI, suite) of each enabled stanza of type `deb`."""
    for stanza in _stanzas(lines):
        if "deb" not in stanza.get("types", "").split() or stanza.get("enabled", "yes").strip() == "no":
            continue
        for uri in stanza.get("uris", "").split():
            if _fetchable(uri):
                yield from ((uri, suite) for suite in stanza.get("suites", "").split())


def _stanzas(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    stanza: dict[str, str] = {}
    field = ""
    for line in (*lines, ""):
        if not line.strip():
            if stanza:
                yield stanza
            stanza, field = {}, ""
        elif line.startswith("#"):
            continue
        elif line[0] in " \t" and field:
            stanza[field] += f" {line.strip()}"
        elif ":" in line:
            name, value = line.split(":", 1)
            field = name.strip().lower()
            stanza[field] = value.strip()


def _fetchable(uri: str) -> bool:
    return uri.startswith(("http://", "https://", "file:/"))
