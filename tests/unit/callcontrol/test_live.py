"""Live state: what the engine's events make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from carillon.asterisk.ami.protocol import Message
from carillon.callcontrol.listener import apply_event
from carillon.callcontrol.live import LineActivity, LiveState
from carillon.calls.model import EndpointName, LineId

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PHONE = EndpointName("abcdefghij")
LINE = LineId(4)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def event(
    name: str, unique: str, linked: str, state: str = "6", channel: str = "PJSIP/abcdefghij-0000002a"
) -> Message:
    fields = {
        "Event": name,
        "Channel": channel,
        "Uniqueid": unique,
        "Linkedid": linked,
        "ChannelState": state,
    }
    return Message("".join(f"\r\n{name}: {value}" for name, value in fields.items()).encode())


def known() -> tuple[LiveState, Clock]:
    clock = Clock()
    live = LiveState(clock)
    live.complete = True
    live.learn(LINE, [PHONE])
    return live, clock


def test_calls_are_counted_once_for_all_phones_of_a_line() -> None:
    live, _ = known()
    live.learn(LINE, [PHONE, "klmnopqrst"])
    apply_event(live, event("Newchannel", "1.2", "1.1", "5"))
    apply_event(live, event("Newchannel", "1.3", "1.1", "5", "PJSIP/klmnopqrst-0000002b"))
    assert live.calls(LINE) == 1
    assert live.activity([PHONE]) == LineActivity(registered=0, calls=1, ringing=1)
    apply_event(live, event("Newstate", "1.2", "1.1", "6"))
    apply_event(live, event("Hangup", "1.3", "1.1", "6", "PJSIP/klmnopqrst-0000002b"))
    assert live.activity([PHONE]) == LineActivity(registered=0, calls=1, ringing=0)
    apply_event(live, event("Newchannel", "2.1", "2.1", "4"))
    assert live.calls(LINE) == 2
    apply_event(live, event("Hangup", "1.2", "1.1"))
    apply_event(live, event("Hangup", "2.1", "2.1"))
    apply_event(live, event("Hangup", "9.9", "9.9"))
    assert live.calls(LINE) == 0


def test_channels_of_no_phone_count_for_nobody() -> None:
    live, _ = known()
    apply_event(live, event("Newchannel", "1.2", "1.1", "5", "Local/3-1-0@mwi-00000001;1"))
    assert live.calls(LINE) == 0


def test_a_registration_ends_by_itself() -> None:
    live, clock = known()
    assert live.registered(PHONE) is False
    live.set_contacts(PHONE, [NOW + timedelta(seconds=60)])
    assert live.registered(PHONE) is True
    clock.now += timedelta(seconds=61)
    assert live.registered(PHONE) is False
    live.set_contacts(PHONE, [])
    assert live.registered(PHONE) is False


def test_nothing_is_claimed_while_it_is_not_known() -> None:
    live, _ = known()
    live.doubt(PHONE)
    assert live.registered(PHONE) is None
    live.set_contacts(PHONE, [NOW + timedelta(seconds=60)])
    assert live.registered(PHONE) is True
    live.lost()
    assert live.registered(PHONE) is None


def test_the_engines_state_replaces_what_was_known() -> None:
    live, clock = known()
    apply_event(live, event("Newchannel", "1.2", "1.1"))
    fresh = LiveState(clock)
    fresh.set_contacts(PHONE, [NOW + timedelta(seconds=60)])
    live.lost()
    live.replace(fresh)
    assert live.complete
    assert live.calls(LINE) == 0
    assert live.registered(PHONE) is True
    apply_event(live, event("Newchannel", "3.2", "3.1"))
    assert live.calls(LINE) == 1


def test_a_call_without_call_waiting_counts_as_long_as_its_channel_lives() -> None:
    live, _ = known()
    live.keep_undisturbed("1.1")
    assert not live.undisturbed(LINE), "the engine has not shown the channel yet"
    apply_event(live, event("Newchannel", "1.1", "1.1", "4"))
    apply_event(live, event("Newchannel", "1.2", "1.1", "5", "PJSIP/klmnopqrst-0000002b"))
    live.learn(9, ["klmnopqrst"])
    assert live.undisturbed(LINE)
    assert live.activity([PHONE]).undisturbed
    assert not live.undisturbed(LineId(9)), "the other end of the call may be disturbed"
    again = LiveState(lambda: NOW)
    apply_event(again, event("Newchannel", "1.1", "1.1", "6"))
    live.replace(again)
    assert live.undisturbed(LINE)
    apply_event(live, event("Hangup", "1.1", "1.1"))
    assert not live.undisturbed(LINE)
    live.keep_undisturbed("2.1")
    live.replace(LiveState(lambda: NOW))
    apply_event(live, event("Newchannel", "2.1", "2.1", "6"))
    assert not live.undisturbed(LINE), "the engine had forgotten that channel"
