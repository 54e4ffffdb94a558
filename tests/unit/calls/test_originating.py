"""Calls that a line makes, in the order of the originating side."""

from __future__ import annotations

import pytest
from tests.builders import (
    OUTSIDE_NUMBER,
    Caller,
    FakeLive,
    make_directory,
    make_group,
    make_line,
    make_ref,
    make_route,
)

from carillon.calls.commands import OutsideLeg, PhoneLeg, Release, Ring, Sound
from carillon.calls.events import RingEnded, RingStatus
from carillon.calls.model import E164, CallClass, FinalCause, Identity, Language, LineType
from carillon.calls.step import Step
from carillon.calls.trace import CallType

NO_CLASS: frozenset[CallClass] = frozenset()


def ring(made: Step) -> Ring:
    assert isinstance(made.command, Ring)
    return made.command


def released(made: Step) -> Release:
    assert isinstance(made.command, Release)
    return made.command


def outside_leg(made: Step) -> OutsideLeg:
    (leg,) = ring(made).legs
    assert isinstance(leg, OutsideLeg)
    return leg


def names(made: Step) -> list[str]:
    return [prompt.name for prompt in released(made).prompts if isinstance(prompt, Sound)]


def test_B29_an_extension_rings_its_line_and_shows_the_callers_extension() -> None:
    call = Caller(make_directory(make_line(1, name="Anne"), make_line(2)))
    made = call.dial("202")
    (leg,) = ring(made).legs
    assert isinstance(leg, PhoneLeg)
    assert leg.line == 2
    assert ring(made).shown == Identity("201", "Anne")
    assert made.facts.call_type is CallType.INTERNAL
    assert made.facts.call_class is CallClass.INTERNAL
    assert made.facts.called_number == "+15145550102"


@pytest.mark.parametrize("dialled", ["5145550102", "15145550102", "+15145550102"])
def test_a_number_of_the_group_is_the_same_internal_call(dialled: str) -> None:
    call = Caller(make_directory(make_line(1), make_line(2), group=make_group(routes=())))
    made = call.dial(dialled)
    assert isinstance(ring(made).legs[0], PhoneLeg)
    assert made.facts.call_class is CallClass.INTERNAL


def test_a_caller_without_extension_shows_his_number() -> None:
    call = Caller(make_directory(make_line(1, extension=""), make_line(2)))
    assert ring(call.dial("202")).shown.number == "+15145550101"


def test_B30_an_extension_whose_number_has_no_line_is_not_available() -> None:
    call = Caller(make_directory(make_line(1), unassigned=[("250", "+15145550150")]))
    made = call.dial("250")
    assert (released(made).sip_code, names(made)) == (404, ["ss-noservice"])
    assert made.facts.call_type is CallType.INTERNAL
    assert made.facts.cause is FinalCause.INVALID_NUMBER
    assert call.dial("5145550150").command == made.command


@pytest.mark.parametrize(
    ("dialled", "code"), [("514", 484), ("*55", 404), ("11111111111", 404), ("a&b", 404)]
)
def test_a_number_that_fits_no_rule_is_announced_not_valid(dialled: str, code: int) -> None:
    made = Caller(make_directory(make_line(1))).dial(dialled)
    assert released(made).sip_code == code
    assert names(made) == ["privacy-incorrect", "check-number-dial-again"]


def test_a_class_the_class_of_service_forbids_is_refused_in_the_lines_language() -> None:
    line = make_line(1, language=Language.ENGLISH, permitted=frozenset({CallClass.INTERNAL}))
    made = Caller(make_directory(line)).dial("4185550123")
    assert released(made).sip_code == 403
    assert released(made).language is Language.ENGLISH
    assert released(made).reason == 'Q.850;cause=21;text="class of call not permitted"'
    assert made.facts.cause is FinalCause.NOT_PERMITTED
    entry = next(entry for entry in made.trace if entry.rule == "class_of_call")
    assert entry.result == "refused"
    assert make_ref("class_of_service", 1) in entry.refs


def test_internal_calls_obey_the_class_of_service_too() -> None:
    call = Caller(make_directory(make_line(1, permitted=NO_CLASS), make_line(2)))
    assert released(call.dial("202")).sip_code == 403


@pytest.mark.parametrize(
    ("dialled", "passes"),
    [("202", True), ("18005550123", True), ("911", True), ("5145550190", False), ("411", False)],
)
def test_a_common_area_line_calls_inside_toll_free_and_emergency_only(dialled: str, passes: bool) -> None:
    call = Caller(make_directory(make_line(1, type=LineType.COMMON_AREA), make_line(2)))
    assert isinstance(call.dial(dialled).command, Ring) == passes


@pytest.mark.parametrize("standing", [{"suspended": True}, {"locked": True}])
def test_a_suspended_or_locked_line_makes_emergency_calls_only(standing: dict[str, bool]) -> None:
    call = Caller(make_directory(make_line(1, **standing), make_line(2)))
    assert released(call.dial("202")).sip_code == 403
    assert released(call.dial("5145550199")).sip_code == 403
    assert released(call.dial("*98")).sip_code == 403
    assert outside_leg(call.dial("911")).emergency


def test_an_unknown_line_can_still_call_emergency() -> None:
    group = make_group(emergency_callback=E164("+15145550111"))
    call = Caller(make_directory(group=group))
    assert released(call.dial("202")).sip_code == 403
    assert outside_leg(call.dial("911")).shown.number == "+15145550111"


def test_an_outside_call_leaves_by_the_first_route_of_its_class() -> None:
    group = make_group(routes=(make_route(1, [CallClass.LOCAL]), make_route(2, [CallClass.LONG_DISTANCE])))
    call = Caller(make_directory(make_line(1), group=group))
    local, far = call.dial("5145550199"), call.dial("4185550199")
    assert (outside_leg(local).trunk, outside_leg(local).number) == ("carrier-1", OUTSIDE_NUMBER)
    assert outside_leg(far).trunk == "carrier-2"
    assert local.facts.call_type is CallType.OUTGOING
    assert local.facts.call_class is CallClass.LOCAL
    assert outside_leg(local).diverted_by is None


def test_without_a_route_all_circuits_are_busy() -> None:
    call = Caller(make_directory(make_line(1), group=make_group(routes=())))
    made = call.dial("5145550199")
    assert (released(made).sip_code, made.facts.cause) == (503, FinalCause.NETWORK_FAILURE)


@pytest.mark.parametrize(
    ("event", "next_route"),
    [
        (RingEnded(RingStatus.FAILED, 503), True),
        (RingEnded(RingStatus.FAILED, 0), True),
        (RingEnded(RingStatus.UNAVAILABLE, 500), True),
        (RingEnded(RingStatus.UNAVAILABLE, 408), True),
        (RingEnded(RingStatus.NOT_FOUND, 502), True),
        (RingEnded(RingStatus.NOT_FOUND, 404), False),
        (RingEnded(RingStatus.UNAVAILABLE, 404), False),
        (RingEnded(RingStatus.UNAVAILABLE, 480), False),
        (RingEnded(RingStatus.BUSY, 486), False),
        (RingEnded(RingStatus.NO_ANSWER, 0), False),
    ],
)
def test_a_carriers_own_trouble_tries_the_next_route(event: RingEnded, next_route: bool) -> None:
    group = make_group(routes=(make_route(1), make_route(2)))
    call = Caller(make_directory(make_line(1), group=group))
    call.dial("5145550199")
    made = call.send(event)
    assert isinstance(made.command, Ring) == next_route
    if next_route:
        assert outside_leg(made).trunk == "carrier-2"
        assert isinstance(call.send(event).command, Release)


@pytest.mark.parametrize(
    ("event", "cause", "code"),
    [
        (RingEnded(RingStatus.ANSWERED, 200), FinalCause.ANSWERED, 200),
        (RingEnded(RingStatus.BUSY, 486), FinalCause.BUSY, 486),
        (RingEnded(RingStatus.DECLINED), FinalCause.REJECTED, 603),
        (RingEnded(RingStatus.DECLINED, 403), FinalCause.REJECTED, 403),
        (RingEnded(RingStatus.NO_ANSWER), FinalCause.NO_ANSWER, 480),
        (RingEnded(RingStatus.NOT_FOUND, 404), FinalCause.INVALID_NUMBER, 404),
        (RingEnded(RingStatus.UNAVAILABLE, 480), FinalCause.UNREACHABLE, 480),
        (RingEnded(RingStatus.FAILED, 503), FinalCause.NETWORK_FAILURE, 503),
    ],
)
def test_an_outside_call_ends_with_the_far_sides_cause(
    event: RingEnded, cause: FinalCause, code: int
) -> None:
    call = Caller(make_directory(make_line(1)))
    call.dial("5145550199")
    made = call.send(event)
    assert (released(made).cause, released(made).sip_code) == (cause, code)
    assert (made.facts.cause, made.facts.sip_code) == (cause, code)


def test_emergency_tries_every_route_meant_for_it_or_not() -> None:
    group = make_group(routes=(make_route(1, [CallClass.LOCAL]), make_route(2, [CallClass.EMERGENCY])))
    call = Caller(make_directory(make_line(1), group=group))
    assert outside_leg(call.dial("911")).trunk == "carrier-2"
    assert outside_leg(call.send(RingEnded(RingStatus.BUSY, 486))).trunk == "carrier-1"
    assert released(call.send(RingEnded(RingStatus.NO_ANSWER))).cause is FinalCause.NO_ANSWER


def test_emergency_shows_a_number_that_can_be_called_back_and_is_never_withheld() -> None:
    group = make_group(
        emergency_callback=E164("+15145550111"), show_main_number=True, main_number=E164("+15145550100")
    )
    hidden = make_line(1, withhold_identity=True)
    assert outside_leg(Caller(make_directory(hidden, group=group)).dial("911")).shown == Identity(
        "+15145550101", "Line 1"
    )
    unreachable = make_line(1, number=E164("+10005550101"))
    leg = outside_leg(Caller(make_directory(unreachable, group=group)).dial("933"))
    assert (leg.shown.number, leg.number) == ("+15145550111", "933")


def test_the_outside_is_shown_the_lines_number_or_the_main_number() -> None:
    line = make_line(1, name="Hélène Lœwe de l\u2019Île-Bizard")
    shown = outside_leg(Caller(make_directory(line)).dial("5145550199")).shown
    assert shown == Identity("+15145550101", "Helene Loewe de")
    main = make_group(show_main_number=True)
    assert (
        outside_leg(Caller(make_directory(line, group=main)).dial("5145550199")).shown.number
        == "+15145550100"
    )
    unicode_route = make_group(routes=(make_route(carries_unicode_names=True),))
    spelled = outside_leg(Caller(make_directory(line, group=unicode_route)).dial("5145550199")).shown
    assert spelled.name == "Hélène Lœwe de l\u2019Île-Bizard"


def test_B59_a_changed_name_shows_and_a_withheld_identity_does_not() -> None:
    named = make_line(1, name="Service des ventes")
    assert ring(Caller(make_directory(named, make_line(2))).dial("202")).shown.name == "Service des ventes"
    hidden = make_line(1, name="Service des ventes", withhold_identity=True)
    call = Caller(make_directory(hidden, make_line(2)))
    inside = call.dial("202")
    assert ring(inside).shown == Identity("", "", withheld=True)
    assert inside.facts.caller == Identity("201", "Service des ventes", withheld=True)
    assert outside_leg(call.dial("5145550199")).shown == Identity("+15145550101", "", withheld=True)


def test_a_call_from_outside_shows_a_number_that_can_be_called_back() -> None:
    call = Caller(make_directory(make_line(1)))
    made = call.call_in("+15145550101", caller=Identity("15145550199", "Xavier\r\nDehors"))
    assert ring(made).shown == Identity("5145550199", "Xavier Dehors")
    assert made.facts.call_type is CallType.INCOMING
    assert made.facts.caller_number == OUTSIDE_NUMBER
    assert made.facts.called_line == 1
    abroad = call.call_in("+15145550101", caller=Identity("+33142685300"))
    assert ring(abroad).shown.number == "+33142685300"
    hidden = call.call_in("+15145550101", caller=Identity("anonymous", "Anonymous", withheld=True))
    assert ring(hidden).shown == Identity("", "", withheld=True)


def test_a_call_from_outside_for_a_number_without_line_is_not_available() -> None:
    call = Caller(make_directory(make_line(1), unassigned=[("250", "+15145550150")]))
    for number in ("+15145550150", "+15145550199"):
        made = call.call_in(number)
        assert (released(made).sip_code, names(made)) == (404, ["ss-noservice"])


def test_the_callers_hang_up_is_the_cause_of_a_ring_without_answer() -> None:
    call = Caller(make_directory(make_line(1), make_line(2)), FakeLive())
    made = call.dial("202")
    assert (made.facts.cause, made.facts.sip_code) == (FinalCause.CALLER_GAVE_UP, 487)
