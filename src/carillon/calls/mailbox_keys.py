"""What each key does in the menu of a mailbox and while one listens to messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from carillon.calls.commands import DeleteMessage, Effect, MarkHeard, Prompt, Recording
from carillon.calls.directory import Mailbox, Message
from carillon.calls.mailbox_menu import ask_again, ask_key, leave, open_menu
from carillon.calls.model import Identity
from carillon.calls.own_recordings import record_from_menu
from carillon.calls.prompts import digits, moment, sounds
from carillon.calls.scene import Outcome, Scene
from carillon.calls.state import CallState, Phase

_HINTS = sounds("vm-repeat", "vm-prev", "vm-next", "vm-delete", "vm-savemessage")


def menu_key(scene: Scene, state: CallState, mailbox: Mailbox, key: str) -> Outcome:
    """Answer a key of the menu: 1 listens, 0 records a greeting, 3 the name, * says the menu again, # leaves."""
    messages = _messages(scene, mailbox)
    match key:
        case "1" if messages:
            first = next((message for message in messages if not message.heard), messages[0])
            return _play(scene, state, first)
        case "1" | "*":
            return open_menu(scene, state, mailbox, messages)
        case "0":
            return record_from_menu(state, Phase.MAILBOX_GREETING)
        case "3":
            return record_from_menu(state, Phase.MAILBOX_NAME)
        case "#":
            return leave(state)
        case _:
            return ask_again(state, Phase.MAILBOX_MENU, key, sounds("vm-instructions"))


def message_key(scene: Scene, state: CallState, mailbox: Mailbox, key: str) -> Outcome:
    """Answer a key after a message, which now counts as heard.

    1 or 5 replays, 4 goes back, 6 goes on, 7 deletes, 9 keeps, 0 records a greeting, * leads to the menu,
    # leaves.
    """
    messages = _messages(scene, mailbox)
    effects = heard(state, messages)
    messages = tuple(replace(one, heard=True) if one.id == state.message else one for one in messages)
    outcome = _move(scene, state, mailbox, messages, key)
    return replace(outcome, effects=(*effects, *outcome.effects))


def heard(state: CallState, messages: tuple[Message, ...]) -> tuple[Effect, ...]:
    """Return the write that marks the message just played as heard, if it was new."""
    if any(message.id == state.message and not message.heard for message in messages):
        return (MarkHeard(state.message, state.resets),)
    return ()


def _move(
    scene: Scene, state: CallState, mailbox: Mailbox, messages: tuple[Message, ...], key: str
) -> Outcome:
    match key:
        case "1" | "5" | "4" | "6" | "9":
            to = _chosen(messages, state.message, key)
            lead = sounds("vm-msgsaved") if key == "9" else ()
            return _play(scene, state, to, lead) if to else _no_more(scene, state, mailbox, messages)
        case "7":
            return _delete(scene, state, mailbox, messages)
        case "0":
            return record_from_menu(state, Phase.MAILBOX_GREETING)
        case "*":
            return open_menu(scene, state, mailbox, messages)
        case "#":
            return leave(state)
        case _:
            return ask_again(state, Phase.MAILBOX_MESSAGE, key, _HINTS)


def _chosen(messages: tuple[Message, ...], current: int, key: str) -> Message | None:
    """Return the message a key leads to; the present one may have been deleted in the portal meanwhile."""
    later = tuple(message for message in messages if message.id > current)
    earlier = tuple(message for message in messages if message.id < current)
    here = tuple(message for message in messages if message.id == current)
    match key:
        case "4":
            order = (*earlier[-1:], *here)
        case "1" | "5":
            order = (*here, *later)
        case _:
            order = later
    return order[0] if order else None


def _delete(scene: Scene, state: CallState, mailbox: Mailbox, messages: tuple[Message, ...]) -> Outcome:
    following = _chosen(messages, state.message, "6")
    left = tuple(message for message in messages if message.id != state.message)
    lead = sounds("vm-deleted")
    if following:
        outcome = _play(scene, state, following, lead)
    else:
        outcome = _no_more(scene, state, mailbox, left, lead)
    gone = len(left) == len(messages)
    return outcome if gone else replace(outcome, effects=(DeleteMessage(state.message, state.resets),))


def _no_more(
    scene: Scene,
    state: CallState,
    mailbox: Mailbox,
    messages: tuple[Message, ...],
    lead: tuple[Prompt, ...] = (),
) -> Outcome:
    return open_menu(scene, state, mailbox, messages, lead + sounds("vm-nomore"))


def _messages(scene: Scene, mailbox: Mailbox) -> tuple[Message, ...]:
    """Return the messages in the order of their ids, so that the place in them survives deletions."""
    return tuple(sorted(scene.directory.messages(mailbox.id), key=lambda message: message.id))


def _play(scene: Scene, state: CallState, message: Message, lead: tuple[Prompt, ...] = ()) -> Outcome:
    state = replace(state, attempt=0, message=message.id)
    prompts = (*lead, *_envelope(scene, state, message), Recording(message.token), *_HINTS)
    return ask_key(state, Phase.MAILBOX_MESSAGE, prompts)


def _envelope(scene: Scene, state: CallState, message: Message) -> tuple[Prompt, ...]:
    """Say when the message came and from whom, in the group's time zone."""
    zone = _zone(scene.group.timezone)
    today = scene.now.astimezone(zone).date()
    when = moment(message.received.astimezone(zone), today=today, language=state.language)
    return sounds("vm-received") + when + _caller(message.caller)


def _caller(caller: Identity) -> tuple[Prompt, ...]:
    spoken = digits(caller.number)
    if caller.withheld or not spoken:
        return sounds("vm-unknown-caller")
    inside = len(caller.number) <= 7
    return sounds("vm-from-extension" if inside else "vm-from-phonenumber") + spoken


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
