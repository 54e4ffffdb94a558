"""Who the called party is told is calling; and what the portal says of it, held against real decisions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import OUTSIDE_NUMBER, Caller, make_directory, make_group, make_line, make_route

from carillon.calls.commands import OutsideLeg, Ring
from carillon.calls.identity import LONGEST_OUTSIDE_NAME, appearance, plain_name
from carillon.calls.model import CallClass, Identity
from carillon.calls.step import Step

OUTSIDE = OUTSIDE_NUMBER.removeprefix("+1")


def shown_outside(made: Step) -> Identity:
    assert isinstance(made.command, Ring)
    (leg,) = made.command.legs
    assert isinstance(leg, OutsideLeg)
    return leg.shown


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Marie-Ève Tremblay", "Marie-Eve Tremb"),
        ("Service des ventes", "Service des ven"),
        ("Œuvres Nguyễn", "OEuvres Nguyen"),
        ("Łukasz “Ø” O’Neil", "Lukasz O O'Neil"),
        ("株式会社", ""),
    ],
)
def test_a_name_for_old_networks_is_ascii_and_at_most_15_long(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@given(st.text(max_size=80))
def test_any_name_becomes_plain(name: str) -> None:
    plain = plain_name(name)
    assert len(plain) <= LONGEST_OUTSIDE_NAME
    assert plain.isascii()
    assert plain == plain.strip()


@given(
    st.text(max_size=40),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sets(st.sampled_from(CallClass)),
    st.sampled_from(["", "201"]),
)
def test_what_is_said_to_be_shown_is_what_calls_show(
    name: str, withheld: bool, main: bool, unicode_names: bool, permitted: set[CallClass], extension: str
) -> None:
    line = make_line(
        1, name=name, withhold_identity=withheld, permitted=frozenset(permitted), extension=extension
    )
    route = make_route(carries_unicode_names=unicode_names)
    group = make_group(show_main_number=main, routes=(route,))
    directory = make_directory(line, make_line(2), group=group)
    said = appearance(line, group)
    inside = Caller(directory).dial("202").command
    if isinstance(inside, Ring):
        assert inside.shown == said.inside
    made = Caller(directory).dial(OUTSIDE)
    if isinstance(made.command, Ring):
        assert said.outside == (shown_outside(made),)
    assert shown_outside(Caller(directory).dial("911")) == said.emergency


def test_a_group_without_a_way_out_or_a_line_without_outside_calls_shows_nobody_anything_outside() -> None:
    line = make_line(1, permitted=frozenset({CallClass.INTERNAL}))
    assert appearance(line, make_group()).outside == ()
    alone = appearance(make_line(1), make_group(routes=()))
    assert (alone.outside, alone.emergency) == ((), None)


def test_carriers_that_carry_names_differently_are_told_apart() -> None:
    routes = (make_route(1), make_route(2, carries_unicode_names=True), make_route(3))
    said = appearance(make_line(1, name="Zoé"), make_group(routes=routes))
    assert [identity.name for identity in said.outside] == ["Zoe", "Zoé"]
