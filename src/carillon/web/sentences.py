"""What a call does, in whole sentences of the reader's language, from the call engine's own forecast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from carillon.calls.directory import Line
from carillon.calls.model import FinalCause
from carillon.calls.simulate import Foreseen, Party, Rung
from carillon.web.names import isolated
from carillon.web.numbers import RING_SECONDS, decimal, national

Sentences = Mapping[str, str | Promise]

# Keyed by what follows when nobody answers. %(call)s is "A call to 201 (Marie Tremblay)" or "The call".
RINGS: Sentences = {
    "voicemail": gettext_lazy(
        "%(call)s rings %(who)s for %(seconds)s s (%(rings)s), then goes to voicemail."
    ),
    "other_voicemail": gettext_lazy(
        "%(call)s rings %(who)s for %(seconds)s s (%(rings)s), then goes to the voicemail of %(next)s."
    ),
    "forward": gettext_lazy(
        "%(call)s rings %(who)s for %(seconds)s s (%(rings)s), then is forwarded to %(next)s."
    ),
    "tone": gettext_lazy("%(call)s rings %(who)s for %(seconds)s s (%(rings)s), then hears the busy tone."),
    "nothing": gettext_lazy("%(call)s rings %(who)s for %(seconds)s s (%(rings)s), then ends."),
}
RINGS_IN_ORDER: Sentences = {
    "voicemail": gettext_lazy("%(call)s rings %(who)s, then goes to voicemail."),
    "other_voicemail": gettext_lazy("%(call)s rings %(who)s, then goes to the voicemail of %(next)s."),
    "forward": gettext_lazy("%(call)s rings %(who)s, then is forwarded to %(next)s."),
    "tone": gettext_lazy("%(call)s rings %(who)s, then hears the busy tone."),
    "nothing": gettext_lazy("%(call)s rings %(who)s, then ends."),
}
AT_ONCE: Sentences = {
    "voicemail": gettext_lazy("%(call)s goes straight to voicemail."),
    "other_voicemail": gettext_lazy("%(call)s goes straight to the voicemail of %(next)s."),
    "forward": gettext_lazy("%(call)s is forwarded to %(next)s."),
    "tone": gettext_lazy("%(call)s hears the busy tone."),
    "nothing": gettext_lazy("%(call)s reaches nobody."),
}
WHEN_BUSY: Sentences = {
    "voicemail": gettext_lazy("If the line is busy, the call goes to voicemail."),
    "other_voicemail": gettext_lazy("If the line is busy, the call goes to the voicemail of %(next)s."),
    "forward": gettext_lazy("If the line is busy, the call is forwarded to %(next)s."),
    "tone": gettext_lazy("If the line is busy, the caller hears the busy tone."),
    "nothing": gettext_lazy("If the line is busy, the call ends."),
}
REASONS: Sentences = {
    "suspended": gettext_lazy("The platform operator has suspended the line."),
    "administrative_lock": gettext_lazy("The line is locked by an administrator."),
    "do_not_disturb": gettext_lazy("Do not disturb is on."),
    "busy": gettext_lazy("The line is busy right now."),
    "unavailable": gettext_lazy("No phone of the line is connected right now."),
}
TONE = frozenset({FinalCause.BUSY, FinalCause.REJECTED, FinalCause.NO_ANSWER})
MOST_HOPS = 6


def describe(foreseen: Foreseen, line: Line) -> list[str]:
    """Return the sentences that say what a call to the line does: the main one, then the other cases."""
    subject = _("A call to %(called)s") % {"called": _called(_as_party(line))}
    told = [*_reasons(foreseen), *_course(foreseen, line, subject)]
    others = _other_cases(foreseen)
    if not line.settings.dnd:
        others.append(_("Do not disturb: no."))
    return [" ".join(told), *([" ".join(others)] if others else [])]


def describe_otherwise(present: Foreseen, at_rest: Foreseen, line: Line) -> list[str]:
    """Return what holds when the phones are connected and free, where that differs from this instant."""
    if _outline(present) == _outline(at_rest) or not any(
        rule in present.rules for rule in ("unavailable", "busy")
    ):
        return []
    subject = _("When the phones are connected and free, a call")
    return [" ".join([*_course(at_rest, line, subject), *_other_cases(at_rest)])]


def _course(foreseen: Foreseen, line: Line, subject: str) -> list[str]:
    """Follow the call from hop to hop: one sentence each, the first about `subject`."""
    told: list[str] = []
    node: Foreseen | None = foreseen
    for _hop in range(MOST_HOPS):
        if node is None:
            break
        if node.forwards and (node.rings or node.ending is FinalCause.VOICEMAIL) and not told:
            told.append(_fill(AT_ONCE["forward"], call=subject, next=_called(node.party)))
            subject = _("The call")
        told.append(_one(node, line, subject))
        subject = _("The call")
        following = node.on_no_answer
        node = following if following is not None and following.rings else None
    return told


def _one(node: Foreseen, line: Line, subject: str) -> str:
    if not node.rings:
        kind, following = _outcome(node, line)
        return _fill(AT_ONCE[kind], call=subject, next=following)
    kind, following = _outcome(node.on_no_answer, line)
    who = _together([_ringing(rung, node, line) for rung in node.rings])
    if any(rung.start or _end(rung, node) != node.seconds for rung in node.rings):
        return _fill(RINGS_IN_ORDER[kind], call=subject, who=who, next=following)
    return _fill(
        RINGS[kind], call=subject, who=who, seconds=node.seconds, rings=rings(node.seconds), next=following
    )


def _outcome(node: Foreseen | None, line: Line) -> tuple[str, str]:
    """Return what a step leads to, as a key of the tables, and to whom."""
    if node is None:
        return "nothing", ""
    if node.rings:
        return "forward", _called(node.party)
    if node.ending is FinalCause.VOICEMAIL:
        return ("voicemail", "") if node.party.line == line.id else ("other_voicemail", _called(node.party))
    return ("tone" if node.ending in TONE else "nothing"), ""


def _reasons(foreseen: Foreseen) -> list[str]:
    return [str(REASONS[rule]) for rule in REASONS if rule in foreseen.rules][:1]


def _other_cases(foreseen: Foreseen) -> list[str]:
    told = []
    if foreseen.on_busy is not None and not foreseen.forwards:
        kind, following = _busy_outcome(foreseen)
        told.append(_fill(WHEN_BUSY[kind], next=following))
    unregistered = foreseen.on_unregistered
    if unregistered is not None and unregistered.rings and unregistered.forwards:
        told.append(
            _("If no phone is connected, the call is forwarded to %(next)s.")
            % {"next": _called(unregistered.party)}
        )
    return told


def _busy_outcome(foreseen: Foreseen) -> tuple[str, str]:
    busy = foreseen.on_busy
    if busy is None:
        return "nothing", ""
    if busy.rings:
        return "forward", _called(busy.party)
    if busy.ending is FinalCause.VOICEMAIL:
        mine = busy.party.line == foreseen.party.line
        return ("voicemail", "") if mine else ("other_voicemail", _called(busy.party))
    return ("tone" if busy.ending in TONE else "nothing"), ""


def _ringing(rung: Rung, node: Foreseen, line: Line) -> str:
    if rung.party.line == line.id:
        who = ngettext("the line's phone", "the line's %(number)s phones", rung.phones) % {
            "number": rung.phones
        }
    else:
        who = _("the number %(number)s") % {"number": _called(rung.party)}
        if rung.confirm:
            who = _("%(who)s (which must press 1)") % {"who": who}
    if rung.start or _end(rung, node) != node.seconds:
        times = {"who": who, "start": rung.start, "end": _end(rung, node)}
        return _("%(who)s from %(start)s s to %(end)s s") % times
    return who


def _end(rung: Rung, node: Foreseen) -> int:
    return rung.start + rung.seconds if rung.seconds else node.seconds


def _together(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def _called(party: Party) -> str:
    number = party.extension or national(party.number)
    if not party.name:
        return number
    return _("%(number)s (%(name)s)") % {"number": number, "name": isolated(party.name)}


def _as_party(line: Line) -> Party:
    return Party(line.number, line.id, line.extension, line.name)


def _outline(node: Foreseen) -> tuple[Any, ...]:
    return (node.party, node.rings, node.seconds, node.ending)


def _fill(sentence: str | Promise, **values: object) -> str:
    return str(sentence) % values


def rings(seconds: int) -> str:
    """Return "4 rings" for 20 seconds."""
    count = seconds / RING_SECONDS
    if count.is_integer():
        return ngettext("%(count)s ring", "%(count)s rings", int(count)) % {"count": int(count)}
    return _("%(count)s rings") % {"count": decimal(count)}
