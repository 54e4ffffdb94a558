"""Lists on a database: each row on exactly one page whatever the order, and searches that find what they should."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.db.models import QuerySet
from tests.db.builders import ACTOR, NOW, make_company, make_group, make_line, promote, user_of

from carillon.config import search_parts
from carillon.features.accounts.choices import Role
from carillon.features.accounts.queries import Access, access_for
from carillon.features.departments.models import Department
from carillon.features.departments.queries import limit, scope_of
from carillon.features.departments.services import create_department
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.queries import file_of_lines, listed
from carillon.features.lines.queries.lists import MANY
from carillon.features.lines.services import note_keys
from carillon.features.lines.views.columns import lines_list
from carillon.web.lists.paging import cut
from carillon.web.lists.spec import ListSpec
from carillon.web.lists.state import ListState, read_state

pytestmark = pytest.mark.django_db
NAMES = ("Zoé", "Zoe", "Éric", "eric", "Œdipe", "Bob", "Bob", "Bob", "山田", "=SUM(A1)", "100%", "a_b", "Max")


@pytest.fixture
def access() -> Access:
    """An administrator of a group with many lines that share names."""
    group = make_group()
    boss = make_line(group, "+15145550100", name="Alice", extension="200")
    promote(boss, Role.GROUP_ADMINISTRATOR)
    sales = create_department(actor=ACTOR, group_id=group.pk, name="Ventes à Québec", now=NOW)
    for index, name in enumerate(NAMES):
        make_line(
            group,
            f"+1514555{101 + index:04d}",
            name=name,
            extension=str(201 + index) if index % 3 else "",
            department=sales if index % 2 else None,
            user=index % 4 == 0,
            phones=0,
        )
    return access_for(user_of(boss))


def walk(spec: ListSpec, rows: QuerySet[Line], query: dict[str, str]) -> list[list[int]]:
    """Return the ids of every page, forwards; check on the way that going back shows the page before."""
    pages: list[list[int]] = []
    state = read_state(spec, query)
    while True:
        found = cut(spec, rows, state)
        pages.append([row.pk for row in found.rows])
        if len(pages) > 1:
            assert found.previous is not None
            back = cut(spec, rows, _at(spec, state.address("", cursor=found.previous)))
            assert [row.pk for row in back.rows] == pages[-2]
        if found.following is None:
            return pages
        state = _at(spec, state.address("", cursor=found.following))


def _at(spec: ListSpec, address: str) -> ListState:
    return read_state(spec, dict(parse_qsl(address.partition("?")[2])))


def small(access: Access, size: int = 3) -> ListSpec:
    """Return the list of lines with short pages."""
    from dataclasses import replace

    return replace(lines_list(access, ()), size=size)


@pytest.mark.parametrize(
    "sort", ["name", "-name", "number", "-number", "extension", "-extension", "department", "-department"]
)
def test_every_row_is_on_exactly_one_page(access: Access, sort: str) -> None:
    rows = listed(access)
    ids = [pk for page in walk(small(access), rows, {"sort": sort}) for pk in page]
    assert sorted(ids) == sorted(rows.values_list("pk", flat=True))
    reverse = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    back = [pk for page in walk(small(access), rows, {"sort": reverse}) for pk in page]
    assert back == ids[::-1]


def test_names_are_sorted_without_accents(access: Access) -> None:
    names = [row.name for row in cut(small(access, 50), listed(access), read_state(small(access), {})).rows]
    assert [name for name in names if name in {"Éric", "eric", "Œdipe", "Zoé", "Zoe", "Max"}] == [
        *sorted({"Éric", "eric"}, key=names.index),
        "Max",
        "Œdipe",
        *sorted({"Zoé", "Zoe"}, key=names.index),
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zoe", {"Zoé", "Zoe"}),
        ("OEDI", {"Œdipe"}),
        ("山", {"山田"}),
        ("100%", {"100%"}),
        ("%", {"100%"}),
        ("_", {"a_b"}),
        ("a_", {"a_b"}),
        ('"', set()),
        ("'; DROP TABLE lines_line; --", set()),
        ("=sum(", {"=SUM(A1)"}),
        ("514 555-0113", {"Max"}),
        ("+1 (514) 555.0113", {"Max"}),
        ("211", {"100%"}),
    ],
)
def test_a_search_finds_names_numbers_and_extensions(access: Access, typed: str, expected: set[str]) -> None:
    spec = small(access, 50)
    found = cut(spec, listed(access), read_state(spec, {"q": typed}))
    assert {row.name for row in found.rows} == expected
    assert found.count == len(found.rows)


def test_a_search_finds_departments_and_one_column_alone(access: Access) -> None:
    spec = small(access, 50)
    everywhere = cut(spec, listed(access), read_state(spec, {"q": "quebec"}))
    assert everywhere.count == len(NAMES) // 2
    assert cut(spec, listed(access), read_state(spec, {"q": "quebec", "in": "name"})).count == 0
    assert cut(spec, listed(access), read_state(spec, {"q": "zoe", "in": "name"})).count == 2


def test_admin_lists_the_administrators_first_and_ordinary_matches_below(access: Access) -> None:
    group = access.group
    assert group is not None
    make_line(group, "+15145550140", name="Administration", user=False, phones=0)
    spec = small(access, 1)
    for typed in ("admin", "ADMINISTRAT"):
        pages = walk(spec, listed(access), {"q": typed})
        names = dict(Line.objects.values_list("pk", "name"))
        assert [names[pk] for page in pages for pk in page] == ["Alice", "Administration"]


def test_a_forged_place_is_the_first_page(access: Access) -> None:
    spec = small(access)
    first = [row.pk for row in cut(spec, listed(access), read_state(spec, {})).rows]
    for forged in ("WyJhIiwiYiJd", "WzEsMl0", "W251bGwsMV0"):
        rows = cut(spec, listed(access), read_state(spec, {"after": forged})).rows
        assert rows is not None
    assert [
        row.pk for row in cut(spec, listed(access), read_state(spec, {"after": "WyJhIiwiYiJd"})).rows
    ] == first


@pytest.mark.parametrize("within", ["", "department"])
def test_every_one_of_more_than_1000_departments_is_found(access: Access, within: str) -> None:
    group = access.group
    assert group is not None
    many = Department.objects.bulk_create(
        (
            Department(group=group, name=f"Succursale {index:04d}", full_name=f"Succursale {index:04d}")
            for index in range(1005)
        ),
        batch_size=500,
    )
    last = many[-1]
    for one in many:
        one.path = f"/{one.pk}/"
    Department.objects.bulk_update(many, ["path"], batch_size=500)
    line = Line.objects.get(name="Max")
    Line.objects.filter(pk=line.pk).update(department=last)
    note_keys(group_id=group.pk)
    spec = lines_list(access, ())

    def found(typed: str) -> tuple[list[int], int]:
        state = read_state(spec, {"q": typed, "in": within, "sort": "-department"})
        page = cut(spec, listed(access), state)
        return [row.pk for row in page.rows], page.count

    assert found("succursale") == ([line.pk], 1)
    assert found("SUCCURSALE 1004") == ([line.pk], 1)
    assert found("succursale 0003") == ([], 0)
    Line.objects.bulk_create(
        (
            Line(
                group=group,
                number=f"+1819{index:07d}",
                name=f"Caisse {index}",
                class_of_service_id=line.class_of_service_id,
                department=many[index % 1000],
            )
            for index in range(MANY + 1)
        ),
        batch_size=1000,
    )
    note_keys(group_id=group.pk)
    rows, count = found("succursale")
    assert (rows[0], len(rows), count) == (line.pk, 50, 1000)
    assert found("succursale 1004") == ([line.pk], 1)
    assert found("succursale 0003")[1] == 5


def test_a_department_shows_its_own_lines_and_view_all_the_whole_scope() -> None:
    company = make_company()
    denis = access_for(user_of(company.denis))
    everything = limit(listed(denis), scope_of(denis, "all"))
    assert {line.name for line in everything} == {"Denis", "Bob", "Carol", "Erin"}
    sales = limit(listed(denis), scope_of(denis, str(company.sales.pk)))
    assert {line.name for line in sales} == {"Denis", "Bob", "Carol"}
    alice = access_for(user_of(company.alice))
    assert {line.name for line in limit(listed(alice), scope_of(alice, "root"))} == {"Alice"}
    assert scope_of(denis, "root").everything


def test_types_limit_a_list() -> None:
    company = make_company()
    make_line(
        company.group, "+15145550130", name="Accueil", kind=LineKind.EASY_ATTENDANT, user=False, phones=0
    )
    alice = access_for(user_of(company.alice))
    assert [line.name for line in listed(alice, (LineKind.EASY_ATTENDANT,))] == ["Accueil"]


def test_the_index_of_parts_is_put_back_when_a_table_was_rebuilt(access: Access) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER lines_line_parts_changed")
    search_parts.ensure()
    search_parts.ensure()
    line = Line.objects.get(name="Max")
    Line.objects.filter(pk=line.pk).update(name="Maximilien")
    spec = small(access)
    assert [row.name for row in cut(spec, listed(access), read_state(spec, {"q": "imili"})).rows] == [
        "Maximilien"
    ]
    assert cut(spec, listed(access), read_state(spec, {"q": "imilix"})).rows == []


def test_the_file_of_all_lines_is_ordered_protected_and_limited_to_the_scope() -> None:
    company = make_company()
    make_line(company.group, "+15145550130", name="=SUM(A1)", user=False, phones=0)
    make_line(company.group, "+15145550131", name='Deux "mots", é', user=False, phones=0)
    alice = access_for(user_of(company.alice))
    data = b"".join(file_of_lines(alice, ("Nom", "Numéro", "Service")))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Nom", "Numéro", "Service"]
    assert rows[1:] == [
        ["Alice", "15145550101", ""],
        ["'=SUM(A1)", "15145550130", ""],
        ['Deux "mots", é', "15145550131", ""],
        ["Denis", "15145550102", "Sales"],
        ["Bob", "15145550103", "Sales"],
        ["Carol", "15145550104", "Sales"],
        ["Erin", "15145550105", "Sales/Export"],
        ["Frank", "15145550106", "Works"],
    ]
    denis = b"".join(file_of_lines(access_for(user_of(company.denis)), ("a", "b", "c"))).decode()
    assert "Frank" not in denis
    assert "Mallory" not in data.decode()
    assert b"".join(file_of_lines(access_for(user_of(company.bob)), ("a",))).count(b"\n") == 1
