"""What the portal foresees of a call, found by the decision function itself."""

from __future__ import annotations

from tests.builders import NOW, FakeLive, loading, make_directory, make_line, make_settings

from carillon.calls.directory import (
    BusyTone,
    Directory,
    ForwardAll,
    Line,
    RingEntry,
    RingTogether,
    ToNumber,
)
from carillon.calls.live import Live
from carillon.calls.model import FinalCause
from carillon.calls.simulate import AtRest, Foreseen, Sent, foresee


def foreseen(line: Line, *others: Line, live: Live | None = None) -> Foreseen:
    def ask(directory: Directory) -> Foreseen:
        return foresee(line, directory=directory, live=live or AtRest(), now=NOW)

    return loading(make_directory(line, *others), ask)


def test_an_account_phone_rings_then_voicemail() -> None:
    seen = foreseen(make_line(phones=2))
    (rung,) = seen.rings
    assert (rung.party.line, rung.phones, seen.seconds, seen.ending) == (1, 2, 20, None)
    for case in (seen.on_no_answer, seen.on_busy, seen.on_unregistered):
        assert case is not None
        assert (case.ending, case.party.line) == (FinalCause.VOICEMAIL, 1)


def test_the_cases_go_their_own_ways() -> None:
    settings = make_settings(no_answer=ToNumber("202"), busy=BusyTone(), unavailable=ToNumber("5145550199"))
    seen = foreseen(make_line(settings=settings), make_line(2))
    assert seen.on_no_answer is not None
    assert seen.on_no_answer.rings[0].party.extension == "202"
    assert seen.on_no_answer.forwards[0].rule == "no_answer"
    assert seen.on_no_answer.on_no_answer is not None
    assert seen.on_no_answer.on_no_answer.party.line == 2
    assert seen.on_busy is not None
    assert (seen.on_busy.ending, seen.on_busy.sip_code) == (FinalCause.BUSY, 486)
    assert seen.on_unregistered is not None
    assert seen.on_unregistered.rings[0].party.number == "+15145550199"


def test_forwards_are_named_with_their_rule() -> None:
    settings = make_settings(incoming=ForwardAll(ToNumber("202")))
    second = make_line(2, settings=make_settings(2, dnd=True, busy=ToNumber("203")))
    seen = foreseen(make_line(settings=settings), second, make_line(3))
    assert [(sent.rule, sent.to) for sent in seen.forwards] == [
        ("forward_all", "202"),
        ("do_not_disturb", "203"),
    ]
    assert isinstance(seen.forwards[0], Sent)
    assert seen.forwards[0].by.line == 1
    assert seen.rings[0].party.line == 3
    assert "forward_all" in seen.rules


def test_do_not_disturb_rings_nobody() -> None:
    seen = foreseen(make_line(settings=make_settings(dnd=True)))
    assert (seen.rings, seen.ending) == ((), FinalCause.VOICEMAIL)


def test_what_holds_now_depends_on_the_phones() -> None:
    silent = FakeLive(unregistered={"line0001phone1"})
    assert foreseen(make_line(), live=silent).ending is FinalCause.VOICEMAIL


def test_settings_not_saved_yet_are_foreseen() -> None:
    saved, wanted = make_line(), make_line(settings=make_settings(incoming=ForwardAll(ToNumber("202"))))
    directory = make_directory(saved, make_line(2))
    seen = loading(directory, lambda picture: foresee(wanted, directory=picture, live=AtRest(), now=NOW))
    assert seen.rings[0].party.line == 2


def test_other_numbers_that_ring_are_told_apart() -> None:
    together = RingTogether((RingEntry("5145550199"), RingEntry("202", start=5)))
    seen = foreseen(make_line(settings=make_settings(incoming=together)), make_line(2))
    assert [(rung.party.line, rung.start, rung.confirm) for rung in seen.rings] == [
        (1, 0, False),
        (None, 0, True),
        (2, 5, False),
    ]


def test_lines_that_forward_to_each_other_are_foreseen_to_an_end() -> None:
    settings = make_settings(incoming=ForwardAll(ToNumber("202")))
    other = make_line(2, settings=make_settings(2, incoming=ForwardAll(ToNumber("201"))))
    seen = foreseen(make_line(settings=settings), other)
    assert len(seen.forwards) == 5
    assert seen.ending is FinalCause.VOICEMAIL
