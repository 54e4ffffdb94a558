"""RFC 4475 sections 3.1.2 (malformed) and 3.2 to 3.4 (well formed, but wrong for a server)."""

from tests.calls.torture_valid import SDP

BIG = "36893488147419103232"


def _request(
    line: str,
    name: str,
    *,
    via: str = "SIP/2.0/UDP {me};branch=z9hG4bK{name}",
    to: str = "sip:{to}@example.com",
    sender: str = "sip:caller@example.net;tag=134161461246",
    cseq: str = "",
    call_id: str = "",
    forwards: str = "70",
    more: str = "",
    body: str = "",
    length: str = "{length}",
) -> str:
    """Return a request with one oddity in it; what is not named is ordinary."""
    kind = "Content-Type: application/sdp\n" if body and "Content-Type" not in more else ""
    return (
        f"{line}\nVia: {via.replace('{name}', name)}\nTo: {to}\nFrom: {sender}\n"
        f"Call-ID: {call_id or name + '.0ha0isndaksdj99sdfafnl3lk233412'}\n"
        f"CSeq: {cseq or '8 ' + line.split(' ', maxsplit=1)[0]}\nMax-Forwards: {forwards}\n{more}{kind}"
        f"Content-Length: {length}\n\n{body}"
    )


INVITE = "INVITE sip:{to}@example.com SIP/2.0"
REGISTER = "REGISTER sip:example.com SIP/2.0"
OPTIONS = "OPTIONS sip:{to}@example.com SIP/2.0"
CONTACT = "Contact: <sip:caller@host1.example.net>\n"

INVALID = {
    "badinv01": _request(
        INVITE,
        "badinv01",
        via="SIP/2.0/UDP {me};;,;,,",
        sender='"Joe" <sip:joe@example.org>;;;;',
        more='Contact: "Joe" <sip:joe@example.org>;;;;\n',
        body=SDP,
    ),
    "clerr": _request(INVITE, "clerr", more=CONTACT, body=SDP, length="9999"),
    "ncl": _request(INVITE, "ncl", more=CONTACT, body=SDP, length="-999"),
    "scalar02": _request(
        REGISTER,
        "scalar02",
        cseq=f"{BIG} REGISTER",
        forwards="300",
        more=f"Expires: 1{'0' * 40}\nContact: <sip:user@host129.example.com>;expires=280297596632815\n",
    ),
    "scalarlg": """
SIP/2.0 503 Service Unavailable
Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129
To: <sip:user@example.com>
From: <sip:other@example.net>;tag=2easdjfejw
CSeq: 9292394834772304023312 OPTIONS
Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r
Retry-After: 949302838503028349304023988
Warning: 1812 overture "In Progress"
Content-Length: 0

""",
    "quotbal": _request(INVITE, "quotbal", to='"Mr. J. User <sip:{to}@example.com>', more=CONTACT, body=SDP),
    "ltgtruri": _request("INVITE <sip:{to}@example.com> SIP/2.0", "ltgtruri", more=CONTACT, body=SDP),
    "lwsruri": _request("INVITE sip:{to}@example.com; lr SIP/2.0", "lwsruri", more=CONTACT, body=SDP),
    "lwsstart": _request("INVITE  sip:{to}@example.com  SIP/2.0", "lwsstart", more=CONTACT, body=SDP),
    "trws": _request("OPTIONS sip:remote-target@example.com SIP/2.0  ", "trws"),
    "escruri": _request(
        "INVITE sip:{to}@example.com?Route=%3Csip:example.com%3E SIP/2.0", "escruri", more=CONTACT, body=SDP
    ),
    "baddate": _request(INVITE, "baddate", more="Date: Fri, 01 Jan 2010 16:00:00 EST\n" + CONTACT, body=SDP),
    "regbadct": _request(
        REGISTER, "regbadct", more="Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E\n"
    ),
    "badaspec": _request(
        "OPTIONS sip:user@example.org SIP/2.0", "badaspec", to='"Watson, Thomas" < sip:t.watson@example.org >'
    ),
    "baddn": _request(OPTIONS, "baddn", sender="Bell, Alexander <sip:a.g.bell@example.com>;tag=43"),
    "badvers": _request(
        "OPTIONS sip:{to}@example.com SIP/7.0", "badvers", via="SIP/7.0/UDP {me};branch=z9hG4bKbadvers"
    ),
    "mismatch01": _request(OPTIONS, "mismatch01", cseq="8 INVITE"),
    "mismatch02": _request("NEWMETHOD sip:{to}@example.com SIP/2.0", "mismatch02", cseq="8 INVITE", body=SDP),
    "bigcode": """
SIP/2.0 4294967301 better not break the receiver
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i
CSeq: 353494 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

""",
}

OTHER = {
    "badbranch": _request(OPTIONS, "badbranch", via="SIP/2.0/UDP {me};branch=z9hG4bK"),
    "insuf": """
INVITE sip:{to}@example.com SIP/2.0
CSeq: 193942 INVITE
Via: SIP/2.0/UDP {me};branch=z9hG4bKkdj.insuf
Content-Type: application/sdp
l: {length}

"""
    + SDP,
    "unkscm": _request("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "unkscm"),
    "novelsc": _request("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", "novelsc"),
    "unksm2": _request(
        REGISTER,
        "unksm2",
        to="isbn:2983792873",
        sender="<http://www.example.com>;tag=3234233",
        more="Contact: <name:John_Smith>\n",
    ),
    "bext01": _request(
        OPTIONS,
        "bext01",
        more="Supported: 100rel\nRequire: nothingSupportsThis, nothingSupportsThisEither\n"
        "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis\n",
    ),
    "invut": _request(
        INVITE,
        "invut",
        more=CONTACT + "Content-Type: application/unknownformat\n",
        body="<audio>\n <pcmu/>\n</audio>\n",
    ),
    "regaut01": _request(
        REGISTER, "regaut01", more="Authorization: NoOneKnowsThisScheme opaque-data=here\n" + CONTACT
    ),
    "multi01": _request(
        INVITE,
        "multi01",
        more="CSeq: 59 INVITE\nCall-ID: multi01.98asdh@192.0.2.2\nMax-Forwards: 5\nTo: sip:other@example.com\n"
        "From: sip:caller@example.net;tag=3413415\nFrom: sip:caller@example.net;tag=2923420123\n" + CONTACT,
        body=SDP,
    ),
    "mcl01": _request(
        OPTIONS, "mcl01", more="Content-Length: 13\n", body="There's no way to know how many octets\n"
    ),
    "bcast": """
SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23
Call-ID: bcast.0384840201234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: {length}
Content-Type: application/sdp
Contact: <sip:user@host28.example.com>

"""
    + SDP,
    "zeromf": _request(OPTIONS, "zeromf", forwards="0"),
    "cparam01": _request(
        REGISTER,
        "cparam01",
        to="sip:watson@example.com",
        more="Contact: sip:+19725552222@gw1.example.net;unknownparam\n",
    ),
    "cparam02": _request(
        REGISTER,
        "cparam02",
        to="sip:watson@example.com",
        more="Contact: <sip:+19725552222@gw1.example.net;unknownparam>\n",
    ),
    "regescrt": _request(
        REGISTER,
        "regescrt",
        to="sip:user@example.com",
        more="Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>\n",
    ),
    "sdp01": _request(INVITE, "sdp01", more=CONTACT + "Accept: text/nobodyKnowsThis\n", body=SDP),
    "inv2543": """
INVITE sip:{to}@example.com SIP/2.0
Via: SIP/2.0/UDP {me}
From: <sip:caller@example.net>
To: <sip:{to}@example.com>
Call-ID: inv2543.1717@ift.client.example.com
CSeq: 56 INVITE
Content-Type: application/sdp

"""
    + SDP,
}
