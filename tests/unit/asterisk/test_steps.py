"""The step's wire: hostile requests become clean values, commands become lines of allow-listed characters."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carillon.asterisk.steps.protocol import (
    AnswerTooLong,
    BadStep,
    StepRequest,
    count_diversions,
    encode_answer,
    parse_request,
)
from carillon.asterisk.translate import UnspeakableCommand, ring_status
from carillon.calls.commands import (
    Collect,
    Command,
    Deposit,
    OutsideLeg,
    PhoneLeg,
    RecordGreeting,
    Recording,
    Release,
    Ring,
    Sound,
)
from carillon.calls.events import RingStatus
from carillon.calls.model import (
    E164,
    EndpointName,
    FinalCause,
    Identity,
    Language,
    LineId,
    MailboxId,
    TrunkName,
)

FRENCH = Language.FRENCH
ALICE = Identity("+15145550101", 'Alice "Ö" | & <x>')
PHONE = PhoneLeg(EndpointName("aaaaaaaaaaa1"), LineId(7))
OUTSIDE = OutsideLeg(
    TrunkName("carrier"), "+14165550123", ALICE, diverted_by=E164("+15145550102"), diversions=3
)


def line(command: Command) -> str:
    return encode_answer("st-1_", command, locate=lambda token: f"greetings/{token}").decode()


def test_a_phone_alone_goes_straight_into_dial() -> None:
    answer = line(Ring((PHONE,), 20, ALICE, FRENCH)).split("|")
    assert answer[:5] == ["c1", "call", "20", "%2B15145550101", "PJSIP/aaaaaaaaaaa1"]
    assert answer[5:] == ["Alice%20%22%C3%96%22%20%7C%20%26%20%3Cx%3E", "", "", "7", "st-1_"]


def test_a_hidden_caller_takes_the_longer_way() -> None:
    hidden = Identity(ALICE.number, ALICE.name, withheld=True)
    answer = line(Ring((PHONE,), 20, hidden, FRENCH)).split("|")
    assert answer[:4] == ["c1", "ring", "20", "fr"]
    assert answer[4] == "1:%2B15145550101:Alice%20%22%C3%96%22%20%7C%20%26%20%3Cx%3E"
    assert answer[5:] == ["PJSIP/aaaaaaaaaaa1", "", "", "7", "st-1_"]


def test_an_outside_call_alone_shows_its_own_identity_and_diversion() -> None:
    answer = line(Ring((OUTSIDE,), 60, Identity(), FRENCH)).split("|")
    assert answer[5] == "PJSIP/+14165550123@carrier"
    assert answer[7] == "+15145550102~3"
    assert answer[4].startswith("0:%2B15145550101:")


def test_delayed_short_and_confirmed_legs_have_channels_of_their_own() -> None:
    late = PhoneLeg(EndpointName("aaaaaaaaaaa2"), LineId(8), start=5)
    confirmed = OutsideLeg(TrunkName("carrier"), "+14165550123", ALICE, confirm=True)
    answer = line(Ring((PHONE, late, confirmed), 20, Identity("101"), FRENCH)).split("|")
    assert answer[5] == "PJSIP/aaaaaaaaaaa1&Local/1@leg/n&Local/2@leg/n"
    assert answer[6] == "p:aaaaaaaaaaa2::5:0:1:0:&o:carrier:+14165550123:0:0:2:1:"


def test_a_leg_of_its_own_says_who_forwards_and_how_often() -> None:
    forwarded = OutsideLeg(
        TrunkName("carrier"), "+14165550123", ALICE, start=5, diverted_by=E164("+15145550102"), diversions=4
    )
    legs = line(Ring((PHONE, forwarded), 20, Identity("101"), FRENCH)).split("|")[6]
    assert legs == "o:carrier:+14165550123:5:0:2:0:+15145550102~4"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            Release(FinalCause.BUSY, 486, FRENCH, (Sound("vm-intro"),), 2),
            "c1|release|486|17|fr|vm-intro|2|st-1_",
        ),
        (Release(FinalCause.REJECTED, 433, FRENCH), "c1|release|433|0|fr||1|st-1_"),
        (
            Deposit(MailboxId(5), (Recording("greet-1"), Sound("vm-intro")), 180, FRENCH),
            "c1|deposit|5|fr|greetings/greet-1&vm-intro|180|st-1_",
        ),
        (Collect((Sound("vm-password"),), 4, 5, FRENCH), "c1|collect|vm-password|4|5|fr|st-1_"),
        (RecordGreeting(MailboxId(5), "greet-1", 60, FRENCH), "c1|greeting|greet-1|60|fr|st-1_"),
    ],
)
def test_each_verb_has_its_fields(command: Command, words: str) -> None:
    assert line(command) == words


@pytest.mark.parametrize(
    "command",
    [
        Ring((PhoneLeg(EndpointName("a&PJSIP/b"), LineId(1)),), 5, Identity(), FRENCH),
        Ring((OutsideLeg(TrunkName("t"), "1@x", Identity()),), 5, Identity(), FRENCH),
        Collect((Sound("../../etc/passwd"),), 1, 1, FRENCH),
        RecordGreeting(MailboxId(1), "a/b", 1, FRENCH),
    ],
)
def test_a_value_the_dialplan_must_not_see_is_refused(command: Command) -> None:
    with pytest.raises(UnspeakableCommand):
        line(command)


def test_an_answer_over_the_engines_buffer_is_refused() -> None:
    legs = tuple(PhoneLeg(EndpointName(f"phone{i:035d}"), LineId(1)) for i in range(100))
    with pytest.raises(AnswerTooLong):
        line(Ring(legs, 5, Identity(), FRENCH))


@given(st.text(max_size=120), st.text(max_size=60))
def test_no_name_or_number_breaks_out_of_its_field(name: str, number: str) -> None:
    answer = line(Ring((PHONE,), 20, Identity(number, name), FRENCH))
    assert re.fullmatch(r"[A-Za-z0-9_./:@&+*#,=%;~|-]*", answer)
    assert answer.count("|") == 9
    assert ":" not in answer
    answer = line(Ring((PHONE,), 20, Identity(number, name, withheld=True), FRENCH))
    assert answer.count("|") == 9
    assert answer.split("|")[4].count(":") == 2


def test_a_request_is_read_whole() -> None:
    body = b"id=1.2&linked=1.1&kind=trunk&ep=carrier&ev=ring&st=ab_-&status=BUSY&sip=486&digits=&secs="
    body += b"&to=%2B15145550101&num=%2B14165550000&pres=prohib_not_screened&lines=1&div=%3Csip%3Ax%3E%3Bcounter%3D2&name=J%C3%A9r%C3%B4me"
    request = parse_request(body)
    assert request == StepRequest(
        channel="1.2", linked="1.1", kind="trunk", endpoint="carrier", event="ring", state="ab_-", status="BUSY",
        sip_code=486, dialled="+15145550101", number="+14165550000", presentation="prohib_not_screened",
        diversions=2, name="Jérôme",
    )  # fmt: skip
    assert request.withheld


@given(st.binary(max_size=400))
def test_a_hostile_name_becomes_clean_text(raw: bytes) -> None:
    request = parse_request(
        b"id=1&kind=line&ev=start&name=" + quote(raw).encode() + b"&to=" + quote(raw).encode()
    )
    assert request.name.isprintable()
    assert len(request.name) <= 80
    assert len(request.dialled) <= 64


@pytest.mark.parametrize(
    ("header", "forwards"),
    [
        ("", 0),
        (",", 0),
        ("<sip:+15145550101@x>;reason=unknown", 1),
        ("<sip:a@x>;reason=unknown;counter=3", 3),
        ("<sip:a@x>;counter=2, <sip:b@y>;reason=no-answer , <sip:c@z>; Counter = 4", 7),
        (',"Smith, Anne;counter=9" <sip:a@x;counter=8>;reason=unknown', 1),
        ('"a\\", <sip:b@x>;counter=5" <sip:c@x>;counter=2', 2),
        ("<sip:a@x>;counter=0", 1),
        ("<sip:a@x>;counter=-4", 1),
        ("<sip:a@x>;counter=00002", 2),
        ("<sip:a@x>;counter=" + "9" * 5000, 99),
        ("<sip:a@x>;counter=²", 1),
        ("<sip:a@x>;reason=unknown;cou", 1),
        ('"never closed <sip:a@x>;counter=7', 1),
        ("<sip:a@x" * 50, 1),
        ("sip:a@x,sip:b@x,sip:c@x", 3),
    ],
)
def test_forwards_before_us_are_counted(header: str, forwards: int) -> None:
    assert count_diversions(header) == forwards


@given(st.text(alphabet=st.sampled_from('<>",;=counter\\0199 \r\nx'), max_size=600))
def test_any_text_counts_as_some_forwards(header: str) -> None:
    assert 0 <= count_diversions(header) <= 99


def test_as_many_forwards_as_header_lines_are_counted_however_they_are_cut() -> None:
    body = b"id=1&kind=trunk&ev=start&lines=4&div=" + quote('"' * 600).encode()
    assert parse_request(body).diversions == 4


@given(st.binary(max_size=300))
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(BadStep):
        parse_request(body)


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        ("BUSY", 486, RingStatus.BUSY),
        ("NOANSWER", 180, RingStatus.NO_ANSWER),
        ("NOANSWER", 487, RingStatus.NO_ANSWER),
        ("NOANSWER", 480, RingStatus.UNAVAILABLE),
        ("CHANUNAVAIL", 603, RingStatus.DECLINED),
        ("CHANUNAVAIL", 404, RingStatus.NOT_FOUND),
        ("CHANUNAVAIL", 0, RingStatus.UNAVAILABLE),
        ("CHANUNAVAIL", 500, RingStatus.FAILED),
        ("CONGESTION", 0, RingStatus.FAILED),
        ("ANSWER", 200, RingStatus.ANSWERED),
        ("", 0, RingStatus.FAILED),
    ],
)
def test_how_a_ring_ended(status: str, code: int, meaning: RingStatus) -> None:
    assert ring_status(status, code) is meaning
