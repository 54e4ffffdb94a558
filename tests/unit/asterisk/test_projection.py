"""Rows become engine objects; the projection's file holds exactly the latest ones."""

import sqlite3
from contextlib import closing
from pathlib import Path

from carillon.asterisk.objects import (
    TABLES,
    DirectoryRow,
    GroupRow,
    PhoneRow,
    TrunkRow,
    caller_id,
    group_objects,
    trunk_objects,
)
from carillon.asterisk.projection import Projection, schema, version_of

PHONE = PhoneRow("abcdefghij12", "s3cret", 7, 1, "fr", True, "Alice", "+15145550101", 70)
LINE = DirectoryRow(1, 7, "101", "+15145550101", ("abcdefghij12",), 70, "fr")


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as base:
        return base.execute(query).fetchall()


def test_a_secret_is_kept_as_a_digest_only() -> None:
    objects = group_objects(GroupRow(1, "carrier"), [PHONE], [LINE])
    assert "s3cret" not in repr(objects)


def test_every_row_fills_every_column() -> None:
    objects = group_objects(GroupRow(1, "carrier"), [PHONE], [LINE]) | trunk_objects(
        [TrunkRow("carrier", "127.0.0.1", 5070, "tcp", "", "secret", ("192.0.2.1",))]
    )
    for table, found in objects.items():
        assert all(len(row) == len(TABLES[table]) for row in found)


def test_a_hostile_name_stays_a_name() -> None:
    assert caller_id('A" <911>\r\n;x', "+1514'5") == '"A 911x" <+15145>'


def test_endpoints_that_would_be_dialplan_words_do_not_exist() -> None:
    bad = PhoneRow("a&PJSIP/b", "s", 7, 1, "fr", True, "", "", None)
    assert not group_objects(GroupRow(1, ""), [bad], [])["ps_endpoints"]


def test_a_carrier_nobody_could_recognise_does_not_exist() -> None:
    assert not trunk_objects([TrunkRow("carrier", "h", 5060, "udp", "", "", ())])["ps_endpoints"]


def test_only_differences_are_written(tmp_path: Path) -> None:
    file = tmp_path / "projection.sqlite3"
    with closing(Projection(file)) as projection:
        objects = group_objects(GroupRow(1, "carrier"), [PHONE], [LINE])
        assert projection.apply_group(1, 3, objects) == 7
        assert projection.apply_group(1, 4, objects) == 0
        assert projection.applied_versions() == {1: 4}
        assert projection.apply_group(1, 5, group_objects(GroupRow(1, "carrier"), [], [LINE])) == 3
        assert rows(file, "SELECT id FROM ps_endpoints") == []
        assert projection.forget_group(1) == 4
        assert projection.applied_versions() == {}
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_phone_may_subscribe_to_its_own_mailbox_only() -> None:
    other = PhoneRow("zyxwvutsrq12", "s3cret", 8, 1, "fr", True, "Ben", "+15145550102")
    objects = group_objects(GroupRow(1, "carrier"), [PHONE, other], [])
    column = TABLES["ps_aors"].index("mailboxes")
    assert {row[0]: row[column] for row in objects["ps_aors"]} == {
        "abcdefghij12": "70@carillon",
        "zyxwvutsrq12": "",
    }


def test_a_projection_of_another_schema_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "projection.sqlite3"
    objects = group_objects(GroupRow(1, "carrier"), [PHONE], [LINE])
    with closing(Projection(file)) as projection:
        projection.apply_group(1, 3, objects)
    with closing(sqlite3.connect(file)) as base:
        base.execute("DROP TABLE ps_aors")
        base.execute("CREATE TABLE ps_aors (id TEXT PRIMARY KEY, contact TEXT)")
        base.execute("PRAGMA user_version = 3")
        base.commit()
    with closing(Projection(file)) as projection:
        assert projection.applied_versions() == {}
        assert projection.apply_group(1, 3, objects) == 7
    with closing(Projection(file)) as projection:
        assert projection.applied_versions() == {1: 3}, "a projection of this schema is kept"


def test_any_change_of_the_tables_is_another_schema() -> None:
    more = {**TABLES, "ps_aors": (*TABLES["ps_aors"], "new_option")}
    assert version_of(schema(TABLES)) != version_of(schema(more))
    assert 0 < version_of(schema(TABLES)) < 2**31


def test_groups_with_the_same_extensions_keep_apart(tmp_path: Path) -> None:
    file = tmp_path / "projection.sqlite3"
    other = DirectoryRow(2, 8, "101", "+15145550201", ("zyxwvutsrq12",), None, "en")
    with closing(Projection(file)) as projection:
        projection.apply_group(1, 1, group_objects(GroupRow(1, "carrier"), [], [LINE]))
        projection.apply_group(2, 1, group_objects(GroupRow(2, "carrier"), [], [other]))
        projection.forget_group(1)
    assert rows(file, "SELECT id, dial FROM fallback_directory ORDER BY id") == [
        ("+15145550201", "PJSIP/zyxwvutsrq12"),
        ("2:101", "PJSIP/zyxwvutsrq12"),
        ("l8", "PJSIP/zyxwvutsrq12"),
    ]
