"""The node's projection: one SQLite file in WAL mode that Asterisk reads at every message.

Only differences are written, one transaction per change, so that a save touches a few rows and a re-projection
of everything touches none. Side tables of our own say which owner put which row there, and which version of each
group is in force.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from carillon.asterisk.objects import TABLES, Objects, Row

TRUNKS = "trunks"
"""The owner of the carriers' rows; a group's rows belong to `g<id>`."""


class Projection:
    """The projection's file; one writer at a time, any number of readers. Every method is one transaction."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
        self._base = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._create()

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def applied_versions(self) -> dict[int, int]:
        """Return the configuration version in force of each projected group."""
        with closing(self._base.execute("SELECT group_id, version FROM carillon_applied")) as rows:
            return {int(group): int(version) for group, version in rows}

    def apply_group(self, group_id: int, version: int, objects: Objects) -> int:
        """Bring one group's rows to exactly `objects`; return how many rows were written or removed."""
        with self._transaction():
            changed = self._replace(f"g{group_id}", objects)
            self._base.execute("REPLACE INTO carillon_applied VALUES (?, ?)", (group_id, version))
        return changed

    def apply_groups(self, groups: Iterable[tuple[int, int, Objects]]) -> int:
        """Bring many groups up to date in one transaction: (group, version, objects) each; return the changes."""
        changed = 0
        with self._transaction():
            for group_id, version, objects in groups:
                changed += self._replace(f"g{group_id}", objects)
                self._base.execute("REPLACE INTO carillon_applied VALUES (?, ?)", (group_id, version))
        return changed

    def forget_group(self, group_id: int) -> int:
        """Remove all rows of a group that no longer exists; return how many there were."""
        with self._transaction():
            changed = self._replace(f"g{group_id}", {})
            self._base.execute("DELETE FROM carillon_applied WHERE group_id = ?", (group_id,))
        return changed

    def apply_trunks(self, objects: Objects) -> int:
        """Bring the carriers' rows to exactly `objects`; return how many rows were written or removed."""
        with self._transaction():
            return self._replace(TRUNKS, objects)

    def _replace(self, owner: str, objects: Objects) -> int:
        return sum(self._replace_rows(owner, table, objects) for table in TABLES)

    def _replace_rows(self, owner: str, table: str, objects: Objects) -> int:
        columns = TABLES[table]
        wanted = {row[0]: row for row in objects.get(table, ())}
        names = ", ".join(f't."{column}"' for column in columns)
        query = (
            f'SELECT {names} FROM carillon_owned AS o JOIN "{table}" AS t ON t.id = o.id '  # noqa: S608 - names of TABLES
            "WHERE o.owner = ? AND o.tab = ?"
        )
        present: dict[str, Row] = {row[0]: row for row in self._base.execute(query, (owner, table))}
        gone = [(key,) for key in present.keys() - wanted.keys()]
        fresh = [row for key, row in wanted.items() if present.get(key) != row]
        if gone:
            self._base.executemany(f'DELETE FROM "{table}" WHERE id = ?', gone)  # noqa: S608
            self._base.executemany(
                "DELETE FROM carillon_owned WHERE tab = ? AND id = ?", [(table, key) for (key,) in gone]
            )
        if fresh:
            holes = ", ".join("?" * len(columns))
            self._base.executemany(f'REPLACE INTO "{table}" VALUES ({holes})', fresh)  # noqa: S608
            self._base.executemany(
                "REPLACE INTO carillon_owned VALUES (?, ?, ?)", [(table, row[0], owner) for row in fresh]
            )
        return len(gone) + len(fresh)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._base)

    def _create(self) -> None:
        with closing(self._base.execute("PRAGMA user_version")) as rows:
            present = int(rows.fetchone()[0])
        statements = schema(TABLES)
        wanted = version_of(statements)
        if present == wanted:
            return
        with self._transaction():
            for statement in (*statements, f"PRAGMA user_version = {wanted}"):
                self._base.execute(statement)


class _Transaction:
    """`with` it: BEGIN IMMEDIATE, then COMMIT, or ROLLBACK when an error leaves the block."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def __enter__(self) -> None:
        self._base.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._base.execute("COMMIT" if kind is None else "ROLLBACK")


def version_of(statements: Iterable[str]) -> int:
    """Return a number of 31 bits that differs when a schema does: nobody has to think of counting it up."""
    return zlib.crc32("\n".join(statements).encode()) & 0x7FFFFFFF


def schema(tables: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the statements that make an empty projection; a file of an older schema is emptied.

    Everything in it can be projected again; NULL is forbidden because Asterisk reads it as an empty value.
    """
    statements = []
    for table, columns in tables.items():
        fields = ", ".join(f'"{column}" TEXT NOT NULL' for column in columns[1:])
        statements += [
            f'DROP TABLE IF EXISTS "{table}"',
            f'CREATE TABLE "{table}" ("id" TEXT NOT NULL PRIMARY KEY, {fields}) WITHOUT ROWID',
        ]
    return [
        *statements,
        "DROP TABLE IF EXISTS carillon_owned",
        (
            "CREATE TABLE carillon_owned (tab TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL,"
            " PRIMARY KEY (tab, id)) WITHOUT ROWID"
        ),
        "CREATE INDEX carillon_owned_owner ON carillon_owned (owner, tab)",
        "DROP TABLE IF EXISTS carillon_applied",
        "CREATE TABLE carillon_applied (group_id INTEGER PRIMARY KEY, version INTEGER NOT NULL)",
    ]
