"""Calls to a line: its standing, forwards, do not disturb, busy, ringing, no answer."""

from __future__ import annotations

import pytest
from tests.builders import (
    OUTSIDE_NUMBER,
    Caller,
    FakeLive,
    X,
    make_directory,
    make_group,
    make_line,
    make_mailbox,
    make_ref,
    make_route,
    make_settings,
)

from carillon.calls.commands import Deposit, OutsideLeg, PhoneLeg, Release, Ring
from carillon.calls.directory import (
    BusyTone,
    ForwardAll,
    Line,
    RingEntry,
    RingInOrder,
    RingTogether,
    ToNumber,
    Treatment,
)
from carillon.calls.events import RingEnded, RingStatus
from carillon.calls.model import E164, CallClass, FinalCause, Identity, LineType
from carillon.calls.step import Step

A = "+15145550101"
NO_ANSWER = RingEnded(RingStatus.NO_ANSWER)
BUSY = RingEnded(RingStatus.BUSY, 486)


def line_with(number: int = 1, **settings: object) -> Line:
    return make_line(number, settings=make_settings(number, version=1, **settings))


def ring(made: Step) -> Ring:
    assert isinstance(made.command, Ring)
    return made.command


def rung_lines(made: Step) -> list[int]:
    return [leg.line for leg in ring(made).legs if isinstance(leg, PhoneLeg)]


def outside_legs(made: Step) -> list[OutsideLeg]:
    return [leg for leg in ring(made).legs if isinstance(leg, OutsideLeg)]


def end(made: Step) -> tuple[FinalCause, int]:
    assert isinstance(made.command, Release)
    return made.command.cause, made.command.sip_code


def deposited_for(made: Step) -> int:
    assert isinstance(made.command, Deposit)
    return made.command.mailbox


def test_B49_no_answer_goes_to_voicemail_after_the_seconds_set() -> None:
    call = Caller(make_directory(line_with(no_answer_seconds=20)))
    assert ring(call.call_in(A)).seconds == 20
    assert deposited_for(call.send(NO_ANSWER)) == 1


def test_B50_do_not_disturb_without_busy_forward_goes_to_voicemail() -> None:
    call = Caller(make_directory(line_with(dnd=True), make_line(2)))
    assert deposited_for(call.call_in(A)) == 1
    assert deposited_for(call.dial("201", line=2)) == 1
    assert ("do_not_disturb", "busy_treatment") in call.rules


def test_B51_do_not_disturb_with_a_busy_forward_follows_it() -> None:
    call = Caller(make_directory(line_with(dnd=True, busy=ToNumber("202")), make_line(2)))
    assert rung_lines(call.call_in(A)) == [2]


def test_do_not_disturb_without_voicemail_ends_with_480() -> None:
    line = make_line(voicemail=False, settings=make_settings(dnd=True))
    assert end(Caller(make_directory(line)).call_in(A)) == (FinalCause.REJECTED, 480)


def test_B52_ring_together_rings_the_phones_and_the_others_at_once() -> None:
    together = RingTogether((RingEntry("5145550199"), RingEntry("202", start=5, confirm=False)))
    call = Caller(make_directory(line_with(incoming=together), make_line(2)))
    made = call.call_in(A)
    assert rung_lines(made) == [1, 2]
    (leg,) = outside_legs(made)
    assert (leg.number, leg.start, leg.confirm) == (OUTSIDE_NUMBER, 0, True)
    assert leg.shown == Identity(X.number, "Xavier Dehors")
    assert (leg.diverted_by, leg.diversions) == (A, 1)
    assert ring(made).seconds == 20


def test_B53_in_order_starts_each_entry_at_its_second() -> None:
    in_order = RingInOrder((RingEntry("", 0, 10), RingEntry("5145550199", 10, 15)))
    made = Caller(make_directory(line_with(incoming=in_order))).call_in(A)
    phone, mobile = ring(made).legs
    assert (phone.start, phone.seconds) == (0, 10)
    assert (mobile.start, mobile.seconds) == (10, 15)
    assert ring(made).seconds == 25


def test_overlapping_periods_of_one_phone_ring_it_once() -> None:
    entries = (RingEntry("", 0, 10), RingEntry("201", 5, 20), RingEntry("", 40, 10), RingEntry("202", 0, 50))
    call = Caller(make_directory(line_with(incoming=RingInOrder(entries)), make_line(2)))
    legs = ring(call.call_in(A)).legs
    assert sorted((leg.start, leg.seconds) for leg in legs) == [(0, 25), (0, 50), (40, 10)]
    assert ("ringing", "in_order") in call.rules


def test_B54_forward_to_another_phone_rings_the_target_only() -> None:
    call = Caller(make_directory(line_with(incoming=ForwardAll(ToNumber("202"))), make_line(2)))
    made = call.call_in(A)
    assert rung_lines(made) == [2]
    assert made.facts.forwarded_from == A
    assert made.facts.called_line == 2


def test_B54_forward_outside_leaves_as_a_call_of_the_forwarding_line() -> None:
    call = Caller(make_directory(line_with(incoming=ForwardAll(ToNumber("5145550199")))))
    made = call.call_in(A)
    (leg,) = outside_legs(made)
    assert (leg.number, leg.diverted_by, leg.diversions) == (OUTSIDE_NUMBER, A, 1)
    assert leg.shown == Identity(X.number, "Xavier Dehors")
    assert made.facts.called_number == OUTSIDE_NUMBER
    assert end(call.send(BUSY)) == (FinalCause.BUSY, 486)


def test_a_carrier_that_takes_own_numbers_only_is_shown_the_forwarding_line() -> None:
    group = make_group(routes=(make_route(own_numbers_only=True),))
    directory = make_directory(line_with(incoming=ForwardAll(ToNumber("5145550199"))), group=group)
    (leg,) = outside_legs(Caller(directory).call_in(A))
    assert leg.shown == Identity(A, "Line 1")
    assert leg.diverted_by == A


def test_an_internal_callers_forwarded_call_shows_his_own_number_outside() -> None:
    directory = make_directory(line_with(incoming=ForwardAll(ToNumber("5145550199"))), make_line(2))
    (leg,) = outside_legs(Caller(directory).dial("201", line=2))
    assert leg.shown == Identity("+15145550102", "Line 2")
    assert leg.diverted_by == A


def test_a_withheld_caller_stays_withheld_when_forwarded() -> None:
    directory = make_directory(line_with(incoming=ForwardAll(ToNumber("5145550199"))))
    (leg,) = outside_legs(Caller(directory).call_in(A, caller=Identity("+14185550147", "X", withheld=True)))
    assert leg.shown == Identity("+14185550147", "", withheld=True)


def test_B55_busy_and_no_answer_targets_are_used_in_their_own_case() -> None:
    line = line_with(busy=ToNumber("202"), no_answer=ToNumber("203"))
    directory = make_directory(line, make_line(2), make_line(3))
    live = FakeLive(busy={1: 2})
    assert rung_lines(Caller(directory, live).call_in(A)) == [2]
    for event, target in ((BUSY, 2), (NO_ANSWER, 3), (RingEnded(RingStatus.DECLINED, 603), 2)):
        call = Caller(directory)
        assert rung_lines(call.call_in(A)) == [1]
        assert rung_lines(call.send(event)) == [target]


@pytest.mark.parametrize(
    ("call_waiting", "calls", "busy"),
    [(True, 0, False), (True, 1, False), (True, 2, True), (False, 0, False), (False, 1, True)],
)
def test_call_waiting_rings_a_second_call_only(call_waiting: bool, calls: int, busy: bool) -> None:
    line = line_with(call_waiting=call_waiting, busy=BusyTone())
    made = Caller(make_directory(line), FakeLive(busy={1: calls})).call_in(A)
    assert isinstance(made.command, Release) == busy
    if busy:
        assert end(made) == (FinalCause.BUSY, 486)


def test_a_trunk_line_takes_several_calls() -> None:
    line = make_line(type=LineType.TRUNK)
    assert rung_lines(Caller(make_directory(line), FakeLive(busy={1: 7})).call_in(A)) == [1]


def test_B58_an_unregistered_line_forwards_if_unavailable() -> None:
    directory = make_directory(line_with(unavailable=ToNumber("202")), make_line(2))
    silent = FakeLive(unregistered={"line0001phone1"})
    call = Caller(directory, silent)
    assert rung_lines(call.call_in(A)) == [2]
    assert ("unavailable", "forwarded") in call.rules
    assert rung_lines(Caller(directory).call_in(A)) == [1]
    late = Caller(directory)
    late.call_in(A)
    assert rung_lines(late.send(RingEnded(RingStatus.UNAVAILABLE))) == [2]


def test_an_unregistered_line_without_forward_gets_its_no_answer_treatment_at_once() -> None:
    silent = FakeLive(unregistered={"line0001phone1"})
    assert deposited_for(Caller(make_directory(make_line()), silent).call_in(A)) == 1
    without = make_line(voicemail=False)
    assert end(Caller(make_directory(without), silent).call_in(A)) == (FinalCause.UNREACHABLE, 480)
    assert deposited_for(Caller(make_directory(make_line(phones=0))).call_in(A)) == 1


def test_a_phone_whose_registration_is_unknown_rings() -> None:
    live = FakeLive(unknown={"line0001phone1"})
    assert rung_lines(Caller(make_directory(make_line()), live).call_in(A)) == [1]


def test_an_unregistered_line_still_rings_its_other_numbers() -> None:
    together = RingTogether((RingEntry("5145550199"),))
    live = FakeLive(unregistered={"line0001phone1"})
    made = Caller(make_directory(line_with(incoming=together)), live).call_in(A)
    assert rung_lines(made) == []
    assert len(outside_legs(made)) == 1


@pytest.mark.parametrize(("first", "last"), [(1, 2), (2, 1)])
def test_B62_two_lines_that_forward_to_each_other_end_after_five_forwards(first: int, last: int) -> None:
    lines = (
        line_with(first, incoming=ForwardAll(ToNumber(f"20{last}"))),
        line_with(last, incoming=ForwardAll(ToNumber(f"20{first}"))),
    )
    call = Caller(make_directory(*lines))
    made = call.call_in(f"+1514555010{first}")
    assert deposited_for(made) == first
    assert sum(result == "forwarded" for _, result in call.rules) == 5
    assert ("forward_limit", "reached") in call.rules
    without = [make_line(line.id, voicemail=False, settings=line.settings) for line in lines]
    assert end(Caller(make_directory(*without)).call_in(A)) == (FinalCause.BUSY, 486)


def test_forwards_before_the_group_count_into_the_five() -> None:
    directory = make_directory(line_with(incoming=ForwardAll(ToNumber("202"))), make_line(2))
    assert rung_lines(Caller(directory).call_in(A, diversions=4)) == [2]
    assert deposited_for(Caller(directory).call_in(A, diversions=5)) == 1
    assert deposited_for(Caller(directory).call_in(A, diversions=10**9)) == 1
    assert rung_lines(Caller(directory).call_in(A, diversions=-3)) == [2]


def test_outside_numbers_do_not_ring_for_a_call_forwarded_too_often() -> None:
    together = RingTogether((RingEntry("5145550199"),))
    made = Caller(make_directory(line_with(incoming=together))).call_in(A, diversions=5)
    assert rung_lines(made) == [1]
    assert outside_legs(made) == []


@pytest.mark.parametrize("target", ["911", "*98", "5145550150", "12", "4185550123", "+33142685300"])
def test_a_forward_that_cannot_be_followed_ends_in_the_lines_voicemail(target: str) -> None:
    permitted = frozenset(CallClass) - {CallClass.LONG_DISTANCE}
    group = make_group(routes=(make_route(classes=set(CallClass) - {CallClass.INTERNATIONAL}),))
    line = make_line(settings=make_settings(incoming=ForwardAll(ToNumber(target))), permitted=permitted)
    directory = make_directory(line, group=group, unassigned=[("250", "+15145550150")])
    call = Caller(directory)
    assert deposited_for(call.call_in(A)) == 1
    assert ("forward_all", "forward_refused") in call.rules


@pytest.mark.parametrize("dialled", ["911", "*98", "5145550150", "12", "202"])
def test_entries_that_may_not_ring_are_left_out(dialled: str) -> None:
    together = RingTogether((RingEntry(dialled),))
    other = line_with(2, dnd=True)
    directory = make_directory(line_with(incoming=together), other, unassigned=[("250", "+15145550150")])
    call = Caller(directory)
    made = call.call_in(A)
    assert len(ring(made).legs) == 1
    assert ("ring_entry", "left_out") in call.rules


@pytest.mark.parametrize(
    ("other", "live"),
    [
        (make_line(2, suspended=True), FakeLive()),
        (make_line(2, locked=True), FakeLive()),
        (make_line(2), FakeLive(busy={2: 2})),
        (make_line(2), FakeLive(unregistered={"line0002phone1"})),
    ],
)
def test_another_line_rings_only_if_it_can_take_a_call(other: Line, live: FakeLive) -> None:
    together = RingTogether((RingEntry("202"),))
    assert rung_lines(Caller(make_directory(line_with(incoming=together), other), live).call_in(A)) == [1]


def test_the_callers_own_phones_do_not_ring() -> None:
    together = RingTogether((RingEntry("202"), RingEntry("201")))
    made = Caller(make_directory(line_with(incoming=together), make_line(2))).dial("201", line=2)
    assert rung_lines(made) == [1]


@pytest.mark.parametrize("treatment", [ToNumber("202"), BusyTone()])
def test_lines_without_voicemail_ring_60_seconds_unless_told_otherwise(treatment: Treatment) -> None:
    plain = make_line(voicemail=False)
    call = Caller(make_directory(plain))
    assert ring(call.call_in(A)).seconds == 60
    assert end(call.send(NO_ANSWER)) == (FinalCause.NO_ANSWER, 486)
    told = make_line(voicemail=False, settings=make_settings(no_answer=treatment, no_answer_seconds=15))
    assert ring(Caller(make_directory(told, make_line(2))).call_in(A)).seconds == 15


def test_B78_all_registered_phones_of_a_line_ring() -> None:
    line = make_line(phones=3)
    made = Caller(make_directory(line), FakeLive(unregistered={"line0001phone2"})).call_in(A)
    endpoints = [leg.endpoint for leg in ring(made).legs if isinstance(leg, PhoneLeg)]
    assert endpoints == ["line0001phone1", "line0001phone3"]


@pytest.mark.parametrize(("target", "version"), [(2, 1), (3, 2)])
def test_B95_the_trace_names_the_forward_and_its_version(target: int, version: int) -> None:
    settings = make_settings(1, version=version, incoming=ForwardAll(ToNumber(f"20{target}")))
    call = Caller(make_directory(make_line(1, settings=settings), make_line(2), make_line(3)))
    made = call.call_in(A)
    assert rung_lines(made) == [target]
    entry = next(entry for entry in made.trace if entry.rule == "forward_all")
    assert entry.result == "forwarded"
    assert make_ref("call_settings", 1, version) in entry.refs
    assert entry.details["to"] == f"20{target}"


def test_a_locked_line_gets_its_busy_treatment_or_rings_where_the_operator_chose_so() -> None:
    locked = make_line(locked=True, settings=make_settings(busy=ToNumber("202")))
    assert rung_lines(Caller(make_directory(locked, make_line(2))).call_in(A)) == [2]
    rings = make_line(locked=True, locked_incoming_rings=True)
    assert rung_lines(Caller(make_directory(rings)).call_in(A)) == [1]


def test_a_suspended_number_plays_an_announcement() -> None:
    made = Caller(make_directory(make_line(suspended=True))).call_in(A)
    assert end(made) == (FinalCause.UNREACHABLE, 480)
    assert isinstance(made.command, Release)
    assert made.command.prompts


def test_a_mailbox_only_line_answers_at_once_with_voicemail() -> None:
    line = make_line(phones=0, type=LineType.MAILBOX_ONLY)
    assert deposited_for(Caller(make_directory(line)).call_in(A)) == 1


def test_a_virtual_extension_forwards_every_call() -> None:
    settings = make_settings(incoming=ForwardAll(ToNumber("202")))
    line = make_line(phones=0, type=LineType.VIRTUAL_EXTENSION, settings=settings)
    assert rung_lines(Caller(make_directory(line, make_line(2))).call_in(A)) == [2]


@pytest.mark.parametrize("kind", [LineType.PILOT, LineType.EASY_ATTENDANT, LineType.PREMIUM_ATTENDANT])
def test_pilots_and_attendants_get_their_busy_treatment_for_now(kind: LineType) -> None:
    made = Caller(make_directory(make_line(phones=0, voicemail=False, type=kind))).call_in(A)
    assert end(made) == (FinalCause.UNREACHABLE, 480)
    assert isinstance(made.command, Release)
    assert made.command.prompts


def test_a_human_decline_is_busy_treatment_with_or_without_a_sip_answer() -> None:
    line = make_line(voicemail=False)
    for event in (RingEnded(RingStatus.DECLINED), RingEnded(RingStatus.DECLINED, 603)):
        call = Caller(make_directory(line))
        call.call_in(A)
        assert end(call.send(event)) == (FinalCause.REJECTED, 603)


def test_a_call_whose_callee_left_is_ended_as_answered() -> None:
    call = Caller(make_directory(make_line()))
    call.call_in(A)
    assert end(call.send(RingEnded(RingStatus.ANSWERED))) == (FinalCause.ANSWERED, 200)


def test_a_full_mailbox_announces_it_and_records_nothing() -> None:
    line = make_line(mailbox=make_mailbox(full=True))
    call = Caller(make_directory(line))
    call.call_in(A)
    made = call.send(NO_ANSWER)
    assert end(made) == (FinalCause.NO_ANSWER, 486)
    assert ("voicemail", "mailbox_full") in call.rules


def test_a_line_deleted_while_it_rings_releases_the_call() -> None:
    call = Caller(make_directory(make_line()))
    call.call_in(A)
    call.directory = make_directory(make_line(2))
    assert end(call.send(NO_ANSWER)) == (FinalCause.UNREACHABLE, 480)
    assert E164(A) == call.steps[-1].facts.called_number


HIDDEN = Identity("+14185550147", "Xavier Dehors", withheld=True)


def test_B57_a_caller_who_hides_hears_why_twice_and_does_not_ring() -> None:
    line = make_line(settings=make_settings(reject_anonymous=True))
    call = Caller(make_directory(line))
    made = call.call_in(A, caller=HIDDEN)
    assert end(made) == (FinalCause.REJECTED, 433)
    assert isinstance(made.command, Release)
    assert made.command.times == 2
    assert made.command.prompts
    assert ("reject_anonymous", "rejected") in call.rules
    assert rung_lines(Caller(make_directory(line)).call_in(A)) == [1], "who shows his number rings"
    assert rung_lines(Caller(make_directory(make_line())).call_in(A, caller=HIDDEN)) == [1]


@pytest.mark.parametrize("number", ["anonymous", "Anonymous"])
def test_an_anonymous_user_part_is_a_withheld_identity(number: str) -> None:
    line = make_line(settings=make_settings(reject_anonymous=True))
    made = Caller(make_directory(line)).call_in(A, caller=Identity(number))
    assert end(made) == (FinalCause.REJECTED, 433)
    unknown = Caller(make_directory(line)).call_in(A, caller=Identity(""))
    assert rung_lines(unknown) == [1], "a network that gives no number hides nobody"


def test_a_colleague_who_hides_is_turned_away_before_forwards_and_after_the_lock() -> None:
    settings = make_settings(reject_anonymous=True, incoming=ForwardAll(ToNumber("203")))
    others = (make_line(2), make_line(3))
    made = Caller(make_directory(make_line(settings=settings), *others)).dial("*67201", line=2)
    assert end(made) == (FinalCause.REJECTED, 433)
    busy = make_settings(reject_anonymous=True, busy=ToNumber("203"))
    locked = make_line(locked=True, settings=busy)
    assert rung_lines(Caller(make_directory(locked, *others)).dial("*67201", line=2)) == [3]


def test_a_line_that_rejects_anonymous_callers_does_so_behind_a_forward_and_beside_another() -> None:
    picky = make_line(2, settings=make_settings(2, reject_anonymous=True))
    forwards = line_with(incoming=ForwardAll(ToNumber("202")))
    assert end(Caller(make_directory(forwards, picky)).call_in(A, caller=HIDDEN))[1] == 433
    together = line_with(incoming=RingTogether((RingEntry("202"),)))
    assert rung_lines(Caller(make_directory(together, picky)).call_in(A, caller=HIDDEN)) == [1]
    assert rung_lines(Caller(make_directory(together, picky)).call_in(A)) == [1, 2]
