"""The terminating side: what a call to a line of the group does, step by step, whoever calls."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from carillon.calls.commands import Ring
from carillon.calls.directory import ForwardAll, Line, ToNumber, ToVoicemail, Treatment
from carillon.calls.events import RingEnded, RingStatus
from carillon.calls.forwarding import Refused, ToLine, find_forward, may_forward, number_of
from carillon.calls.identity import shown_inside
from carillon.calls.model import FinalCause, LineType, Ref
from carillon.calls.outside import call_outside
from carillon.calls.prompts import Announcement
from carillon.calls.ringing import is_busy, is_registered, plan_ring
from carillon.calls.scene import Outcome, Scene, moved, release
from carillon.calls.state import CallState, Phase
from carillon.calls.voicemail import Greeting, deposit, refuse_full

NOT_YET_IN_SERVICE = frozenset({LineType.PILOT, LineType.EASY_ATTENDANT, LineType.PREMIUM_ATTENDANT})
"""Types whose own behaviour is not built yet: an announcement where their busy treatment leads nowhere."""

ANONYMITY_DISALLOWED = 433
"""RFC 5079."""


class Why(Enum):
    """Why a call leaves the ringing of a line: the rule's name in the trace, and how it ends without voicemail."""

    BUSY = ("busy", FinalCause.BUSY, 486, Greeting.ON_THE_PHONE)
    DECLINED = ("declined", FinalCause.REJECTED, 603, Greeting.UNAVAILABLE)
    LOCKED = ("administrative_lock", FinalCause.BUSY, 486, Greeting.UNAVAILABLE)
    DO_NOT_DISTURB = ("do_not_disturb", FinalCause.REJECTED, 480, Greeting.UNAVAILABLE)
    UNREGISTERED = ("unavailable", FinalCause.UNREACHABLE, 480, Greeting.UNAVAILABLE)
    NO_ANSWER = ("no_answer", FinalCause.NO_ANSWER, 486, Greeting.UNAVAILABLE)
    FORWARD = ("forward_all", FinalCause.BUSY, 486, Greeting.UNAVAILABLE)
    MAILBOX_ONLY = ("mailbox_only", FinalCause.UNREACHABLE, 480, Greeting.UNAVAILABLE)
    NOT_IN_SERVICE = ("not_in_service", FinalCause.UNREACHABLE, 480, Greeting.UNAVAILABLE)

    def __init__(self, rule: str, cause: FinalCause, sip_code: int, greeting: Greeting) -> None:
        self.rule = rule
        self.cause = cause
        self.sip_code = sip_code
        self.greeting = greeting


def arrive(scene: Scene, state: CallState, line: Line) -> Outcome:
    """Treat a call that reaches a line, from the first step of the terminating side on."""
    state = replace(state, target=line.id, number=line.number, attempt=0)
    return (
        _stopped(scene, state, line)
        or _anonymous(scene, state, line)
        or _by_type(scene, state, line)
        or _by_settings(scene, state, line)
    )


def after_line_ring(scene: Scene, state: CallState, event: RingEnded) -> Outcome:
    """Go on after the ring of a line ended."""
    if event.status is RingStatus.ANSWERED:
        scene.note("ringing", "answered")
        return release(state, FinalCause.ANSWERED, 200)
    line = scene.line(state.target)
    if line is None:
        scene.note("line", "gone")
        return release(state, FinalCause.UNREACHABLE, 480)
    match event.status:
        case RingStatus.NO_ANSWER:
            return _treat_no_answer(scene, state, line, Why.NO_ANSWER)
        case RingStatus.BUSY:
            return _treat_busy(scene, state, line, Why.BUSY, line.settings.ref)
        case RingStatus.DECLINED:
            return _treat_busy(scene, state, line, Why.DECLINED, line.settings.ref)
        case _:
            return _treat_unregistered(scene, state, line)


def _stopped(scene: Scene, state: CallState, line: Line) -> Outcome | None:
    """Treat a line that is suspended or locked."""
    if line.suspended:
        scene.note("suspended", "refused", line.ref)
        return release(state, FinalCause.UNREACHABLE, 480, Announcement.NOT_AVAILABLE)
    if line.locked and not line.locked_incoming_rings:
        return _treat_busy(scene, state, line, Why.LOCKED, line.ref)
    return None


def _anonymous(scene: Scene, state: CallState, line: Line) -> Outcome | None:
    """Turn away a caller who hides who he is, where the line wants that: told why, twice, before answer."""
    if not (line.settings.reject_anonymous and state.caller.withheld):
        return None
    scene.note("reject_anonymous", "rejected", line.settings.ref)
    return release(state, FinalCause.REJECTED, ANONYMITY_DISALLOWED, Announcement.ANONYMOUS, times=2)


def _by_type(scene: Scene, state: CallState, line: Line) -> Outcome | None:
    """Treat a line whose type decides before its call settings do."""
    if line.type in NOT_YET_IN_SERVICE:
        return _treat_busy(scene, state, line, Why.NOT_IN_SERVICE, line.ref)
    if line.type is LineType.MAILBOX_ONLY:
        scene.note("mailbox_only", "to_voicemail", line.ref)
        return _end(scene, state, line, Why.MAILBOX_ONLY)
    return None


def _by_settings(scene: Scene, state: CallState, line: Line) -> Outcome:
    """Unconditional forward, do not disturb, busy, then ringing: the first that applies."""
    settings = line.settings
    if isinstance(settings.incoming, ForwardAll):
        return _follow(scene, state, line, settings.incoming.to, Why.FORWARD)
    if settings.dnd:
        return _treat_dnd(scene, state, line)
    if is_busy(scene, line):
        return _treat_busy(scene, state, line, Why.BUSY, settings.ref)
    return _ring(scene, state, line)


def _ring(scene: Scene, state: CallState, line: Line) -> Outcome:
    if not is_registered(scene, line) and line.settings.unavailable is not None:
        return _treat_unregistered(scene, state, line)
    plan = plan_ring(scene, state, line)
    if not plan.legs:
        return _treat_unregistered(scene, state, line)
    scene.note("ringing", plan.choice, line.settings.ref, seconds=str(plan.seconds))
    ring = Ring(plan.legs, plan.seconds, shown_inside(state.caller), line.language)
    return moved(state, Phase.RINGING_LINE, ring)


def _treat_dnd(scene: Scene, state: CallState, line: Line) -> Outcome:
    """Busy forward if one is set, else voicemail, else SIP 480."""
    scene.note("do_not_disturb", "busy_treatment", line.settings.ref)
    if isinstance(line.settings.busy, ToNumber):
        return _follow(scene, state, line, line.settings.busy, Why.DO_NOT_DISTURB)
    return _end(scene, state, line, Why.DO_NOT_DISTURB)


def _treat_busy(scene: Scene, state: CallState, line: Line, why: Why, ref: Ref) -> Outcome:
    scene.note(why.rule, "busy_treatment", ref)
    return _treat(scene, state, line, line.settings.busy, why)


def _treat_no_answer(scene: Scene, state: CallState, line: Line, why: Why) -> Outcome:
    scene.note(why.rule, "no_answer_treatment", line.settings.ref)
    return _treat(scene, state, line, line.settings.no_answer, why)


def _treat_unregistered(scene: Scene, state: CallState, line: Line) -> Outcome:
    """Forward if unavailable, else the no-answer treatment at once."""
    if line.settings.unavailable is not None:
        return _follow(scene, state, line, line.settings.unavailable, Why.UNREGISTERED)
    return _treat_no_answer(scene, state, line, Why.UNREGISTERED)


def _treat(scene: Scene, state: CallState, line: Line, treatment: Treatment, why: Why) -> Outcome:
    if isinstance(treatment, ToNumber):
        return _follow(scene, state, line, treatment, why)
    return _end(scene, state, line, why, voicemail=isinstance(treatment, ToVoicemail))


def _follow(scene: Scene, state: CallState, line: Line, to: ToNumber, why: Why) -> Outcome:
    """Send the call on as the line wishes; a forward that cannot be followed ends in its voicemail."""
    settings = line.settings
    if not may_forward(state):
        last = scene.line(state.hops[-1] if state.hops else line.id) or line
        scene.note("forward_limit", "reached", settings.ref, to=to.dialled)
        return _end(scene, replace(state, target=last.id, number=last.number), last, Why.FORWARD)
    forward = find_forward(scene, line, to.dialled)
    if isinstance(forward, Refused):
        scene.note(
            why.rule, "forward_refused", settings.ref, forward.ref, to=to.dialled, reason=forward.reason
        )
        return _end(scene, state, line, why)
    scene.note(
        why.rule,
        "forwarded",
        settings.ref,
        forward.ref if isinstance(forward, ToLine) else None,
        to=to.dialled,
        number=number_of(forward),
    )
    state = replace(state, hops=(*state.hops, line.id))
    if isinstance(forward, ToLine):
        return arrive(scene, state, forward.line)
    return call_outside(scene, replace(state, target=None), forward.number, forward.call_class)


def _end(scene: Scene, state: CallState, line: Line, why: Why, *, voicemail: bool = True) -> Outcome:
    """Send the call to the line's voicemail if it has one; else release it with the cause it came with."""
    mailbox = line.mailbox if voicemail else None
    if mailbox is not None and mailbox.full:
        return refuse_full(scene, state, mailbox, why.cause, why.sip_code)
    if mailbox is not None:
        return deposit(scene, state, line, mailbox, why.greeting)
    scene.note(why.rule, "released", line.settings.ref, sip=str(why.sip_code))
    announcement = Announcement.NOT_IN_SERVICE if why is Why.NOT_IN_SERVICE else None
    return release(state, why.cause, why.sip_code, announcement)
