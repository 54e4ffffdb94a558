"""A call's state on its channel: short, safe, and refused when anything but ours."""

from __future__ import annotations

import base64
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carillon.calls.model import CallClass, GroupId, Identity, Language, LineId
from carillon.calls.state import CallState, Phase
from carillon.calls.state_codec import MAX_LENGTH, MalformedState, decode, encode

IDS = st.integers(min_value=1, max_value=2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=64)
STATES = st.builds(
    CallState,
    phase=st.sampled_from(Phase),
    group=IDS.map(GroupId),
    caller=st.builds(Identity, TEXT, TEXT, withheld=st.booleans()),
    language=st.sampled_from(Language),
    origin=st.none() | IDS.map(LineId),
    target=st.none() | IDS.map(LineId),
    hops=st.lists(IDS.map(LineId), max_size=5).map(tuple),
    number=TEXT,
    dialled=TEXT,
    emergency=st.booleans(),
    attempt=st.integers(0, 99),
    message=IDS,
    diversions=st.integers(0, 5),
    call_class=st.none() | st.sampled_from(CallClass),
    recording=TEXT,
    mark=TEXT,
    resets=st.integers(0, 9),
)


@settings(max_examples=50, deadline=None)
@given(STATES)
def test_a_state_comes_back_as_it_went(state: CallState) -> None:
    text = encode(state)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    assert len(text) <= MAX_LENGTH
    assert decode(text) == state


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=60)
    | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="))
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(MalformedState):
        decode(text)


GOOD = {"p": "line", "g": 1, "c": ["", "", 0], "l": "fr"}


@pytest.mark.parametrize(
    "change",
    [
        {"p": "nowhere"},
        {"g": "1"},
        {"g": -1},
        {"g": True},
        {"g": 2**64},
        {"c": ["", ""]},
        {"c": ["", "x" * 200, 0]},
        {"c": [1, "", 0]},
        {"l": "de"},
        {"h": ["1"]},
        {"h": list(range(1, 20))},
        {"h": 7},
        {"k": "nothing"},
        {"n": None},
        {"z": 1},
        {"o": 1.5},
    ],
)
def test_a_state_with_a_wrong_field_is_refused(change: dict[str, object]) -> None:
    text = base64.urlsafe_b64encode(json.dumps(GOOD | change).encode()).decode().rstrip("=")
    with pytest.raises(MalformedState) as refused:
        decode(text)
    assert refused.value.reason


def test_the_plain_state_is_accepted_and_short() -> None:
    text = base64.urlsafe_b64encode(json.dumps(GOOD).encode()).decode().rstrip("=")
    state = CallState(Phase.RINGING_LINE, GroupId(1), Identity(), Language.FRENCH)
    assert decode(text) == state
    assert len(encode(state)) < 80


def test_a_lone_surrogate_does_not_stop_a_call() -> None:
    state = CallState(Phase.RINGING_LINE, GroupId(1), Identity("", "\udce9"), Language.FRENCH)
    assert decode(encode(state)).caller.name == "?"
