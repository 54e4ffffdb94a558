"""The address of a list: read whatever stands in it, and written so that it is read again."""

from __future__ import annotations

from django.db.models import Q
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from carillon.web.lists.spec import Column, Empty, ListSpec, Pen
from carillon.web.lists.state import Cursor, ListState, read_columns, read_state


def cell(row: object, pen: Pen) -> str:
    """Write a cell."""
    return pen(row)


def found(_term: object) -> Q:
    """Find anything."""
    return Q(pk__gt=0)


SPEC = ListSpec(
    name="things",
    columns=(
        Column("name", "Name", cell, ("name_key", "id"), found, fixed=True),
        Column("number", "Number", cell, ("number",), found),
        Column("state", "State", cell, hidden=True),
    ),
    sort="name",
    counted=str,
    empty=Empty("none", "none"),
)
ADDRESS = {
    "q": "é",
    "in": "number",
    "sort": "-number",
    "columns": "state",
    "after": Cursor(("+1514",)).text(),
}


def test_an_address_is_read() -> None:
    state = read_state(SPEC, ADDRESS)
    assert (state.term.text, state.within, state.sort, state.descending) == ("e", "number", "number", True)
    assert state.chosen == ("name", "state")
    assert state.cursor == Cursor(("+1514",))


def test_what_is_not_among_the_choices_is_dropped() -> None:
    state = read_state(
        SPEC, {"in": "password", "sort": "group__secret", "columns": "x,y", "after": "!!", "before": "W10"}
    )
    assert (state.within, state.sort, state.descending) == ("", "name", False)
    assert state.chosen == ("name",)
    assert state.cursor is None


def test_a_column_that_cannot_be_sorted_or_searched_is_not() -> None:
    state = read_state(SPEC, {"in": "state", "sort": "state"})
    assert (state.within, state.sort) == ("", "name")


def test_a_change_returns_to_the_first_page() -> None:
    state = read_state(SPEC, ADDRESS)
    address = state.address("/things/", sort="name", descending=False)
    assert "after" not in address
    assert "q=%C3%A9" in address


def test_the_columns_chosen_before_count_until_the_address_says_otherwise() -> None:
    assert read_state(SPEC, {}, chosen=("name",)).chosen == ("name",)
    assert read_state(SPEC, {"columns": "number"}, chosen=("name",)).chosen == ("name", "number")
    assert read_columns(SPEC, "") == ("name",)


@given(
    st.dictionaries(st.sampled_from(["q", "in", "sort", "columns", "after", "before"]), st.text(max_size=60))
)
def test_any_address_is_read_and_written_back(query: dict[str, str]) -> None:
    state = read_state(SPEC, query)
    again = read_state(SPEC, _query(state.address("/things/", cursor=state.cursor)))
    assert _comparable(again) == _comparable(state)


@given(
    st.lists(st.one_of(st.text(max_size=20), st.integers(-(2**61), 2**61)), min_size=2, max_size=2),
    st.booleans(),
)
def test_a_place_between_rows_survives_the_address(values: list[str | int], backwards: bool) -> None:
    cursor = Cursor(tuple(values), backwards=backwards)
    state = read_state(SPEC, {("before" if backwards else "after"): cursor.text()})
    clean = not any("\0" in value for value in values if isinstance(value, str))
    assert state.cursor == (cursor if clean else None)


def _query(address: str) -> dict[str, str]:
    return QueryDict(address.partition("?")[2]).dict()


def _comparable(state: ListState) -> tuple[object, ...]:
    return state.term, state.within, state.sort, state.descending, state.cursor, state.chosen
