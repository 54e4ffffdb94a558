"""Finding any part of a word in a large table: trigrams, kept by the database itself.

PostgreSQL has an index for it (pg_trgm). SQLite has FTS5: a table beside the searched one that three triggers keep;
Django rebuilds a SQLite table when it alters one and the triggers go with the old table, so `ensure` puts back what
is missing: `carillon migrate` calls it at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from carillon.web.search import SHORTEST_PART

MANY = 2000
"""So many rows hold a text that a page of them is met soon."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The searched column of one table; `depends` are the columns it is made of. All names are our own."""

    table: str
    column: str
    depends: Sequence[str]

    @property
    def name(self) -> str:
        """The name of the index."""
        return f"{self.table}_parts"

    def holding(self, text: str) -> Q:
        """Return the condition of the rows whose column contains the (folded) text (on SQLite one short query).

        SQLite reads all that its trigrams find; a text that many rows hold is better met on the way through the
        list's own order, where the page is soon full.
        """
        if connection.vendor == "sqlite" and len(text) >= SHORTEST_PART:
            found = f"SELECT rowid FROM {self.name} WHERE {self.name} MATCH %s"  # noqa: S608 - our own names
            phrase = '"' + text.replace('"', '""') + '"'
            with connection.cursor() as cursor:
                cursor.execute(f"{found} LIMIT {MANY + 1}", (phrase,))
                few = len(cursor.fetchall()) <= MANY
            if few:
                return Q(pk__in=RawSQL(found, (phrase,)))  # noqa: S611 - our own names
        return Q(**{f"{self.column}__holds": text})

    def ensure(self) -> None:
        """Create the index if it is not there, and fill it with the rows there are."""
        with connection.cursor() as cursor:
            if self._is_kept(cursor):
                return
            if connection.vendor == "postgresql":
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {self.name} ON {self.table} "
                    f"USING gin ({self.column} gin_trgm_ops)"
                )
            else:
                for statement in self._statements():
                    cursor.execute(statement)

    def _is_kept(self, cursor: Any) -> bool:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (self.name,))
            return bool(cursor.fetchone()[0])
        cursor.execute(
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s AND name LIKE %s",
            (self.table, f"{self.name}%"),
        )
        return int(cursor.fetchone()[0]) == 3

    def _statements(self) -> Sequence[str]:
        name, table, column = self.name, self.table, self.column
        add = f"INSERT INTO {name}(rowid, {column}) VALUES (new.id, new.{column});"  # noqa: S608 - our own names
        drop = f"INSERT INTO {name}({name}, rowid, {column}) VALUES ('delete', old.id, old.{column});"  # noqa: S608
        return (
            *(f"DROP TRIGGER IF EXISTS {name}_{event}" for event in ("added", "removed", "changed")),
            f"DROP TABLE IF EXISTS {name}",
            f"CREATE VIRTUAL TABLE {name} USING fts5({column}, content='{table}', content_rowid='id', tokenize='trigram')",
            f"INSERT INTO {name}({name}) VALUES ('rebuild')",  # noqa: S608
            f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {add} END",
            f"CREATE TRIGGER {name}_removed AFTER DELETE ON {table} BEGIN {drop} END",
            f"CREATE TRIGGER {name}_changed AFTER UPDATE OF {', '.join(self.depends)} ON {table} BEGIN {drop} {add} END",
        )
