"""How a search reaches its rows: always those a plain filter and sort give, in few queries."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from pytest_django import DjangoAssertNumQueries
from tests.db.builders import Company, make_company, user_of

from carillon.features.accounts.queries import Access, access_for
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.departments.models import Department
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.lines.queries import administrators_first, listed
from carillon.features.lines.views.columns import lines_list
from carillon.web.lists.paging import COUNTED, Slice, cut, find
from carillon.web.lists.reading import Search
from carillon.web.lists.state import Cursor, read_state
from carillon.web.search import fold, read_term

pytestmark = pytest.mark.django_db
SYLLABLES = ("zo", "é", "Tan", "bo", "Ço", "mi", "œu", "42", " ", "%", "_", "'", "|")
ORDERS = {
    "name": attrgetter("name_key", "pk"),
    "number": attrgetter("number"),
    "extension": attrgetter("extension_digits", "number"),
    "department": attrgetter("department_key", "number"),
}
SIZE, LIMIT = 4, 9


@pytest.fixture
def company() -> Company:
    return make_company()


def fill(
    group: BusinessGroup, like: Line, names: Sequence[str], departments: Sequence[Department | None]
) -> None:
    """Add a line for each name, the departments in turn; numbers and extensions follow no order of the names."""
    places = [departments[index % len(departments)] for index in range(len(names))]
    Line.objects.bulk_create(
        (
            Line(
                group=group,
                number=f"+1{group.pk % 10}{index * 7919 % 100003:09d}",
                name=name,
                class_of_service_id=like.class_of_service_id,
                department=place,
                department_key=fold(place.full_name) if place else "",
                extension_digits=f"{index * 31 % 9973:05d}" if index % 3 else "",
                kind=LineKind.BASIC if index % 5 else LineKind.VIRTUAL_EXTENSION,
            )
            for index, (name, place) in enumerate(zip(names, places, strict=True))
        ),
        batch_size=1000,
    )


def pages(search: Search, *, descending: bool) -> list[int]:
    """Return all ids a search gives page by page; check on the way what it knows of the rows before and after."""
    ids: list[int] = []
    known: list[tuple[int, int]] = []
    cursor: Cursor | None = None
    read = partial(search.read, descending=descending, size=SIZE, limit=LIMIT)
    while (found := read(cursor))[0]:
        page, following = found
        back, before = read(Cursor(place(search, page[0]), backwards=True))
        assert [row.pk for row in back][::-1] == ids[-SIZE:]
        assert before == min(len(ids), LIMIT + 1)
        known.append((len(ids), following))
        ids += [row.pk for row in page]
        cursor = Cursor(place(search, page[-1]))
    assert known == [(begun, min(len(ids) - begun, LIMIT + 1)) for begun, _ in known]
    return ids


def place(search: Search, row: Any) -> tuple[Any, ...]:
    """Return where a row stands in the order."""
    return tuple(getattr(row, name) for name in search.order)


def matching(rows: QuerySet[Line], access: Access, typed: str, within: str) -> list[Line]:
    """Return what a search must find, by looking at every row."""
    term = read_term(typed)
    wanted = term.digits or term.text

    def holds(line: Line) -> bool:
        own = {"name": line.name_key, "number": line.number, "extension": line.extension_digits}
        if within in own:
            return (term.text if within == "name" else wanted) in own[within]
        path = not term.digits and term.text in fold(line.department.full_name if line.department else "")
        if within == "department":
            return path
        kind = not term.digits and term.text in fold(str(LineKind(line.kind).label))
        return path or kind or wanted in " | ".join(own.values())

    return [line for line in rows if holds(line)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("reader", ["alice", "denis"])
def test_pages_are_what_a_plain_filter_and_sort_give(company: Company, reader: str, seed: int) -> None:
    dice = random.Random(f"{seed} {reader}")
    names = ["".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))).strip() or "x" for _ in range(70)]
    fill(company.group, company.alice, names, (company.sales, None, company.export, company.works))
    fill(company.mallory.group, company.mallory, names[:20], (None,))
    access = access_for(user_of(getattr(company, reader)))
    rows = listed(access)
    spec = lines_list(access, ())
    for sort, key in ORDERS.items():
        typed = dice.choice((*SYLLABLES, "zoé", "tan", "00", "sales", "export", "virtual", "nothing of it"))
        within = dice.choice(("", "", "name", "number", "extension", "department"))
        descending = dice.random() < 0.5
        state = read_state(spec, {"q": typed, "in": within, "sort": ("-" if descending else "") + sort})
        if not state.term:
            continue
        found = sorted(matching(rows, access, typed, state.within), key=key, reverse=descending)
        expected = [line.pk for line in found]
        search = find(spec, rows, state)
        assert search.count(1000) == len(expected)
        for way in (search, replace(search, reads=())):
            assert pages(way, descending=descending) == expected, (typed, within, sort)


def test_administrators_are_gathered_first_in_every_order(company: Company) -> None:
    fill(company.group, company.alice, [f"Admin {index % 7}" for index in range(30)], (company.sales, None))
    access = access_for(user_of(company.alice))
    first = administrators_first(access, read_term("admin"))
    assert first is not None
    spec, pinned = lines_list(access, ()), set(Line.objects.filter(first).values_list("pk", flat=True))
    for sort, key in ORDERS.items():
        for sign in ("", "-"):
            state = read_state(spec, {"q": "admin", "sort": sign + sort})
            search = find(spec, listed(access), state)
            found = sorted(matching(listed(access), access, "admin", ""), key=key, reverse=bool(sign))
            others = [line.pk for line in found if line.pk not in pinned]
            ids = pages(search, descending=state.descending)
            assert (set(ids[: len(pinned)]), ids[len(pinned) :]) == (pinned, others)


def test_a_search_takes_two_queries_wherever_its_word_stands(
    company: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    late, early = COUNTED + 50, COUNTED + 90
    names = [f"Anna {index:05d}" for index in range(early)] + [f"Zoé {index:05d}" for index in range(late)]
    fill(company.group, company.alice, names, (None,))
    access = access_for(user_of(company.alice))
    spec = replace(lines_list(access, ()), condense=lambda term: Q(name_key__holds=term.text))

    def first(typed: str, sort: str = "name") -> Slice:
        return cut(spec, listed(access), read_state(spec, {"q": typed, "sort": sort}))

    cases: tuple[tuple[str, str, Callable[[int], str]], ...] = (
        ("zoe", "name", lambda index: f"Zoé {index:05d}"),
        ("zoe", "-name", lambda index: f"Zoé {late - 1 - index:05d}"),
        ("ann", "name", lambda index: f"Anna {index:05d}"),
        ("ann", "-name", lambda index: f"Anna {early - 1 - index:05d}"),
    )
    for typed, sort, name in cases:
        with django_assert_num_queries(2):
            found = first(typed, sort)
        assert (found.count, found.more) == (COUNTED, True)
        assert [row.name for row in found.rows] == [name(index) for index in range(spec.size)]
    with django_assert_num_queries(2):
        found = first("00049")
    assert ([row.name for row in found.rows], found.count) == (["Anna 00049", "Zoé 00049"], 2)
    with django_assert_num_queries(1):
        assert first("yvan").rows == []
    following = first("ann").following
    assert following is not None
    state = replace(read_state(spec, {"q": "ann", "sort": "name"}), cursor=following)
    with django_assert_num_queries(3):  # beyond the first page it is counted from the beginning
        found = cut(spec, listed(access), state)
    assert (found.rows[0].name, found.count, found.more) == (f"Anna {spec.size:05d}", COUNTED, True)


def test_a_row_deleted_meanwhile_takes_no_way_to_the_next_page_with_it(company: Company) -> None:
    fill(company.group, company.alice, [f"Anna {index:05d}" for index in range(60)], (None,))
    access, asked = access_for(user_of(company.alice)), list[str]()
    spec = replace(lines_list(access, ()), condense=lambda term: Q(name_key__holds=term.text))

    def delete_one_before_the_rows(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        asked.append(sql)
        if len(asked) == 2:  # the ids are known, the rows not yet read
            Line.objects.filter(name="Anna 00007").delete()
        return execute(sql, *others)

    with connection.execute_wrapper(delete_one_before_the_rows):
        found = cut(spec, listed(access), read_state(spec, {"q": "ann", "sort": "name"}))
    assert len(found.rows) == spec.size - 1
    assert found.following is not None
