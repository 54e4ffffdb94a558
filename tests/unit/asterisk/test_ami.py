"""AMI on the wire: messages whole or not at all, actions that cannot become two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carillon.asterisk.ami import snapshot
from carillon.asterisk.ami.protocol import BadAction, BadPeer, Message, Reader, encode

TALK = (
    b"Asterisk Call Manager/11.0.0\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\n\r\n"
    b"Event: Newchannel\r\nChannel: PJSIP/abc-def-0000001f\r\nChannelState: 6\r\nUniqueid: 1.2\r\nLinkedid: 1.1\r\n"
    b"CallerIDName: a: b\r\n\r\n"
)


@given(st.lists(st.integers(0, len(TALK)), max_size=8))
def test_any_cut_gives_the_same_messages(cuts: list[int]) -> None:
    reader, messages, last = Reader(), list[Message](), 0
    for cut in [*sorted(cuts), len(TALK)]:
        messages += reader.feed(TALK[last:cut])
        last = cut
    assert [message.event for message in messages] == ["FullyBooted", "Newchannel"]
    assert messages[1].get("CallerIDName") == "a: b"
    assert snapshot.channel(messages[1]) == snapshot.Channel(
        "1.2", "1.1", "PJSIP/abc-def-0000001f", "abc-def", up=True
    )


@pytest.mark.parametrize("value", ["a\r\nAction: Originate", "a\nb", "a\rb", "a\x00b", "a\u2028b"])
def test_a_line_break_in_an_action_is_refused(value: str) -> None:
    with pytest.raises(BadAction):
        encode("Redirect", "1", {"Channel": value})
    with pytest.raises(BadAction):
        encode("Redirect", "1", {value: "x"})


def test_something_that_is_not_ami_is_refused() -> None:
    with pytest.raises(BadPeer):
        Reader().feed(b"HTTP/1.1 200 OK\r\n\r\n")
    with pytest.raises(BadPeer):
        Reader().feed(b"x" * 70000)


def test_registrations_are_read_from_the_engines_database() -> None:
    value = '{"endpoint":"abc","uri":"sip:abc@127.0.0.1:5","expiration_time":"1795403043"}'
    entries = [value, "{}", "not json", '{"endpoint":"x","uri":"y","expiration_time":"99999999999999999999"}']
    answer = [Message(f"\r\nEvent: DBGetTreeResponse\r\nVal: {entry}".encode()) for entry in entries]
    assert [one.endpoint for one in snapshot.registrations(answer)] == ["abc"]
