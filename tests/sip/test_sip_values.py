"""The user agent's own parts that need no socket."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sip import audio, digest, sdp
from tests.sip.message import BadMessage, Framing, address, parameter, parse, quoted

OK = (
    b"SIP/2.0 200 OK\r\nv: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
    b"Subject: one\r\n two\r\nCSeq: 7 INVITE\r\nContent-Length: 3\r\n\r\nabc"
)


def test_a_response_is_read_with_compact_and_folded_headers() -> None:
    message = parse(OK)
    assert (message.status, message.method, message.cseq) == (200, "INVITE", 7)
    assert message.branch == "z9hG4bKx"
    assert message.get("subject") == "one two"
    assert message.body == b"abc"


def test_bytes_that_are_not_utf8_survive() -> None:
    data = b"OPTIONS sip:x SIP/2.0\r\nFrom: \xff\xfe <sip:a@b>\r\nContent-Length: 0\r\n\r\n"
    assert parse(data).to_bytes() == data


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"hello", b"OPTIONS sip:x SIP/2.0\r\nno colon\r\n\r\n"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        parse(data)


def test_a_stream_is_cut_by_content_length() -> None:
    framing = Framing()
    stream = OK + b"\r\n\r\n" + OK
    found = [m for i in range(len(stream)) for m in framing.feed(stream[i : i + 1])]
    assert [m.body for m in found] == [b"abc", b"abc"]


def test_name_addresses_and_parameters() -> None:
    value = '"Zoé \\"Z\\" <x>" <sip:+1514@h;user=phone>;tag=9;x="a b"'
    assert address(value).name == 'Zoé "Z" <x>'
    assert address(value).user == "+1514"
    assert (parameter(value, "tag"), parameter(value, "x"), parameter(value, "user")) == ("9", "a b", "")
    assert address(quoted('a"b') + " <sip:x@y>").name == 'a"b'


def test_digest_answers_the_example_of_rfc_2617() -> None:
    challenge = digest.read_challenge('Digest realm="testrealm@host.com", nonce="abc", algorithm=MD5')
    value = digest.authorization(challenge, user="Mufasa", password="x", method="GET", uri="/dir")
    assert 'response="' in value
    assert "qop" not in value


def test_the_strongest_known_algorithm_is_chosen() -> None:
    offered = [f'Digest realm="r", nonce="n", algorithm={name}' for name in ("MD5", "SHA-512-256", "SHA-256")]
    assert digest.strongest(offered)["algorithm"] == "SHA-256"


def test_mulaw_goes_there_and_back() -> None:
    every = bytes(range(256))
    again = audio.from_mulaw(audio.to_mulaw(audio.from_mulaw(every)))
    assert np.array_equal(again, audio.from_mulaw(every))


def test_a_tone_is_told_from_silence() -> None:
    sound = audio.from_mulaw(audio.to_mulaw(audio.tone(440, 0.5)))
    assert abs(audio.dominant_tone(sound) - 440) < 3
    assert audio.dominant_tone(np.zeros(800, dtype=np.float32)) == 0


def test_a_pattern_is_found_behind_silence_and_other_sound() -> None:
    noise = np.random.default_rng(4).normal(0, 0.2, 8000).astype(np.float32)
    around = np.concatenate([np.zeros(4000), audio.tone(300, 1.0), 0.3 * noise, np.zeros(4000)]).astype(
        np.float32
    )
    score, second = audio.similarity(audio.from_mulaw(audio.to_mulaw(around)), noise)
    assert score > 0.9
    assert abs(second - 1.5) < 0.01
    other = np.random.default_rng(5).normal(0, 0.2, 8000).astype(np.float32)
    assert audio.similarity(around, other)[0] < 0.3


def test_an_offer_says_where_the_audio_goes() -> None:
    body = sdp.offer("127.0.0.1", 4000, direction="sendonly")
    assert sdp.media_address(body) == ("127.0.0.1", 4000)
    assert sdp.direction(body) == "sendonly"
