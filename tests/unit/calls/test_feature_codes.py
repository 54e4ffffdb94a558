"""Codes for one call, and the table of codes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import OUTSIDE_NUMBER, Caller, FakeLive, make_directory, make_group, make_line
from tests.unit.calls.test_originating import names, outside_leg, released, ring

from carillon.calls.commands import KeepUndisturbed, Ring
from carillon.calls.emergency import NORTH_AMERICAN_CODES
from carillon.calls.feature_codes import DEFAULTS, Feature, FeatureCodes, conflict, conflicts
from carillon.calls.model import CallClass, Identity
from carillon.calls.trace import CallType

OUTSIDE = OUTSIDE_NUMBER.removeprefix("+1")
CODES = [digits for _feature, digits in DEFAULTS.codes]


def test_hiding_for_one_call_shows_nothing_inside_and_withholds_outside() -> None:
    directory = make_directory(make_line(1, name="Anne"), make_line(2))
    inside = Caller(directory).dial("*67202")
    assert ring(inside).shown == Identity(withheld=True)
    made = Caller(directory).dial(f"*67{OUTSIDE}")
    assert outside_leg(made).shown == Identity("+15145550101", "", withheld=True)
    assert outside_leg(made).number == OUTSIDE_NUMBER
    assert made.facts.dialled == f"*67{OUTSIDE}"
    assert made.facts.caller.withheld
    assert (made.facts.call_class, made.facts.call_type) == (CallClass.LOCAL, CallType.OUTGOING)
    assert ("feature_code", "hide_number") in [(entry.rule, entry.result) for entry in made.trace]


def test_showing_for_one_call_overrides_the_lines_withholding() -> None:
    directory = make_directory(make_line(1, name="Anne", withhold_identity=True), make_line(2))
    assert ring(Caller(directory).dial("*82202")).shown == Identity("201", "Anne")
    shown = outside_leg(Caller(directory).dial(f"*82{OUTSIDE}")).shown
    assert shown == Identity("+15145550101", "Anne")
    assert ring(Caller(directory).dial("202")).shown == Identity(withheld=True), "the next call is as before"


@pytest.mark.parametrize(("dialled", "withheld"), [("*67*82202", False), ("*82*67202", True)])
def test_the_code_dialled_last_counts(dialled: str, withheld: bool) -> None:
    assert ring(Caller(make_directory(make_line(1), make_line(2))).dial(dialled)).shown.withheld is withheld


def test_no_call_waiting_is_asked_for_the_calling_channel_only_and_joins_the_other_codes() -> None:
    directory = make_directory(make_line(1), make_line(2))
    made = Caller(directory).dial("*70*67202")
    assert made.effects == (KeepUndisturbed(),)
    assert ring(made).shown.withheld
    assert Caller(directory).dial("202").effects == ()


def test_a_line_in_an_undisturbed_call_is_busy_to_a_second_one() -> None:
    line = make_line(1, voicemail=False)
    waiting = Caller(make_directory(line), FakeLive(busy={1: 1})).call_in(line.number)
    assert isinstance(waiting.command, Ring)
    undisturbed = Caller(make_directory(line), FakeLive(busy={1: 1}, alone={1})).call_in(line.number)
    assert released(undisturbed).sip_code == 486


@pytest.mark.parametrize("code", ["*67", "*82", "*70", "*67*70"])
@pytest.mark.parametrize(
    ("number", "sip_code"), [("", 484), ("514", 484), ("*98", 404), ("*55", 404), ("a&b", 404)]
)
def test_a_code_without_a_number_is_refused_in_words(code: str, number: str, sip_code: int) -> None:
    made = Caller(make_directory(make_line(1))).dial(code + number)
    assert released(made).sip_code == sip_code
    assert names(made) == ["privacy-incorrect", "check-number-dial-again"]


def test_a_call_after_a_code_obeys_the_same_rules() -> None:
    barred = make_line(1, permitted=frozenset({CallClass.INTERNAL}))
    assert released(Caller(make_directory(barred)).dial(f"*67{OUTSIDE}")).sip_code == 403
    locked = make_line(1, locked=True)
    assert released(Caller(make_directory(locked)).dial(f"*82{OUTSIDE}")).sip_code == 403


@pytest.mark.parametrize("codes", ["*67", "*82", "*70", "*70*67", "*67*67*67"])
@pytest.mark.parametrize("prefix", ["", "9"])
def test_emergency_after_a_code_passes_and_shows_the_number(codes: str, prefix: str) -> None:
    line = make_line(1, suspended=True, locked=True, withhold_identity=True, permitted=frozenset())
    group = make_group(outside_prefix="9")
    leg = outside_leg(Caller(make_directory(line, group=group)).dial(f"{codes}{prefix}911"))
    assert (leg.number, leg.emergency) == ("911", True)
    assert (leg.shown.number, leg.shown.withheld) == ("+15145550101", False)


def test_a_group_may_have_its_own_codes_or_none() -> None:
    own = FeatureCodes(((Feature.HIDE_NUMBER, "#31"), (Feature.SHOW_NUMBER, "")))
    directory = make_directory(make_line(1), make_line(2), group=replace(make_group(), feature_codes=own))
    assert ring(Caller(directory).dial("#31202")).shown.withheld
    assert released(Caller(directory).dial("*67202")).sip_code == 404
    assert released(Caller(directory).dial("*98")).sip_code == 404


def test_the_default_table_collides_with_nothing_of_its_own() -> None:
    assert {feature for feature, _digits in DEFAULTS.codes} == set(Feature)
    assert conflicts(DEFAULTS, emergency=NORTH_AMERICAN_CODES) == ()
    worse = FeatureCodes(((Feature.PARK, "*1"), (Feature.RETRIEVE, "*14"), (Feature.RECORD, "9112")))
    assert conflicts(worse, emergency=NORTH_AMERICAN_CODES) == (
        (Feature.PARK, "*14"),
        (Feature.RETRIEVE, "*1"),
        (Feature.RECORD, "911"),
    )


@pytest.mark.parametrize(
    ("digits", "collides"),
    [
        ("*67", "*67"),
        ("*671", "*67"),
        ("*6", "*67"),
        ("*", "*72"),
        ("9110", "911"),
        ("0", "0"),
        ("01", None),
        ("9", None),
    ],
)
def test_what_collides_is_named(digits: str, collides: str | None) -> None:
    assert conflict(digits, digits, codes=CODES, emergency=("911", "933")) == collides


def test_a_range_collides_with_a_code_inside_it() -> None:
    assert conflict("*60", "*69", codes=CODES, emergency=()) in {"*67", "*69"}
    assert conflict("9100", "9199", codes=CODES, emergency=("911",)) == "911"
    assert conflict("200", "299", codes=CODES, emergency=("911", "933")) is None


@given(st.text("0123456789*#", min_size=1, max_size=7))
def test_colliding_is_equal_or_one_the_beginning_of_the_other(digits: str) -> None:
    apart = not any(code.startswith(digits) or digits.startswith(code) for code in CODES)
    assert (conflict(digits, digits, codes=CODES, emergency=()) in {None, "0"}) is apart
