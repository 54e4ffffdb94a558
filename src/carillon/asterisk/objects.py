"""Rows of the portal -> objects of the engine. Pure: values in, values out.

The portal's side of the projection is told in a few frozen rows; the engine's side is tables whose columns are
exactly Asterisk's option names, every one filled (an empty value read from SQLite is an error to Asterisk).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

REALM = "carillon"
CODECS = "ulaw,alaw,g722,opus"
NAME = re.compile(r"[a-z0-9-]{1,40}")
"""What an endpoint may be called: safe as a channel's name, in Dial and in a URI."""

Row = tuple[str, ...]
Objects = Mapping[str, frozenset[Row]]
"""Table -> its rows, columns as in `TABLES`; the first column is the row's identity."""

TABLES: dict[str, tuple[str, ...]] = {
    "ps_endpoints": (
        "id", "aors", "auth", "outbound_auth", "context", "identify_by", "language", "callerid", "callerid_privacy",
        "mailboxes", "set_var", "trust_id_inbound", "trust_id_outbound", "send_pai", "rtp_timeout", "allow_transfer",
        "disallow", "allow", "direct_media", "force_rport", "rewrite_contact", "rtp_symmetric", "allow_overlap",
        "device_state_busy_at", "timers", "inband_progress", "moh_suggest", "dtmf_mode", "suppress_moh_on_sendonly",
        "mwi_subscribe_replaces_unsolicited",
    ),
    "ps_auths": ("id", "auth_type", "username", "realm", "md5_cred", "password"),
    "ps_aors": ("id", "contact", "max_contacts", "remove_existing", "minimum_expiration", "maximum_expiration",
                "default_expiration", "qualify_frequency", "mailboxes"),
    "ps_endpoint_id_ips": ("id", "endpoint", "match"),
    "fallback_directory": ("id", "line", "grp", "dial", "mailbox", "language"),
    "fallback_groups": ("id", "trunk", "outside_prefix"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One SIP phone: `name` and `number` are what it shows in the fallback; no line, no calls."""

    sip_user: str
    secret: str
    line_id: int | None
    group_id: int
    language: str
    may_call_outside: bool
    name: str
    number: str
    mailbox_id: int | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One line, for the fallback: how it is dialled, its phones and its mailbox.

    `extension` and `number` (E.164) may be empty.
    """

    group_id: int
    line_id: int
    extension: str
    number: str
    sip_users: tuple[str, ...]
    mailbox_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group's way out in the fallback: a trunk's name, empty when it has none, and its outside prefix."""

    group_id: int
    trunk: str
    outside_prefix: str = ""


@dataclass(frozen=True, slots=True)
class TrunkRow:
    """A carrier: calls go to `host`:`port`; it comes in as `name` with `secret`, or from `source_addresses`.

    `username` and `secret` also answer the carrier's own challenge; `username` empty means `name`.
    """

    name: str
    host: str
    port: int
    transport: str
    username: str
    secret: str
    source_addresses: tuple[str, ...] = ()


def group_objects(
    group: GroupRow, phones: Iterable[PhoneRow], lines: Iterable[DirectoryRow]
) -> dict[str, frozenset[Row]]:
    """Return all that one business group puts on the engine."""
    endpoints, auths, aors = set(), set(), set()
    for phone in phones:
        if not NAME.fullmatch(phone.sip_user):
            continue  # the portal's own constraint forbids it; on the engine it would be a dialplan word
        endpoints.add(_phone_endpoint(phone))
        auths.add(
            (phone.sip_user, "md5", phone.sip_user, REALM, credential(phone.sip_user, phone.secret), "")
        )
        aors.add(_aor(phone.sip_user, "", contacts=1, mailboxes=_mailbox_of(phone)))
    directory = {row for line in lines for row in directory_rows(line)}
    return {
        "ps_endpoints": frozenset(endpoints),
        "ps_auths": frozenset(auths),
        "ps_aors": frozenset(aors),
        "fallback_directory": frozenset(directory),
        "fallback_groups": frozenset({(str(group.group_id), group.trunk, group.outside_prefix)}),
    }


def trunk_objects(trunks: Iterable[TrunkRow]) -> dict[str, frozenset[Row]]:
    """Return all that the carriers put on the engine."""
    endpoints, auths, aors, addresses = set(), set(), set(), set()
    for trunk in trunks:
        if not NAME.fullmatch(trunk.name) or not (trunk.secret or trunk.source_addresses):
            continue  # a carrier that could not be told from a stranger must not exist
        endpoints.add(_trunk_endpoint(trunk))
        transport = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
        aors.add(_aor(trunk.name, f"sip:{trunk.host}:{trunk.port}{transport}", contacts=0))
        if trunk.secret:
            auths.add((trunk.name, "md5", trunk.name, REALM, credential(trunk.name, trunk.secret), ""))
            username = trunk.username or trunk.name
            auths.add((f"{trunk.name}-out", "userpass", username, "", "", trunk.secret))
        if trunk.source_addresses:
            addresses.add((trunk.name, trunk.name, ",".join(trunk.source_addresses)))
    return {
        "ps_endpoints": frozenset(endpoints),
        "ps_auths": frozenset(auths),
        "ps_aors": frozenset(aors),
        "ps_endpoint_id_ips": frozenset(addresses),
    }


def directory_rows(line: DirectoryRow) -> list[Row]:
    """Return the fallback's rows of one line: by its id, its extension in its group, and its number."""
    dial = "&".join(f"PJSIP/{user}" for user in line.sip_users if NAME.fullmatch(user))
    keys = [f"l{line.line_id}"]
    if line.extension:
        keys.append(f"{line.group_id}:{line.extension}")
    if line.number:
        keys.append(line.number)
    mailbox = "" if line.mailbox_id is None else str(line.mailbox_id)
    return [(key, str(line.line_id), str(line.group_id), dial, mailbox, line.language) for key in keys]


def credential(username: str, secret: str) -> str:
    """Return the digest hash HA1 (RFC 2617, 3.2.2.2): the engine never holds the secret itself."""
    return hashlib.md5(f"{username}:{REALM}:{secret}".encode(), usedforsecurity=False).hexdigest()


def caller_id(name: str, number: str) -> str:
    """Return `"Name" <number>` with nothing in the name that would end it."""
    clean = "".join(sign for sign in name if sign.isprintable() and sign not in '"<>\\;')[:80]
    digits = re.sub(r"[^0-9+*#]", "", number)
    return f'"{clean}" <{digits}>'


def _phone_endpoint(phone: PhoneRow) -> Row:
    place = f"{phone.line_id or ''}:{phone.group_id}:{int(phone.may_call_outside)}"
    return _endpoint(
        id=phone.sip_user,
        aors=phone.sip_user,
        auth=phone.sip_user,
        context="from-line",
        identify_by="username,auth_username",
        language=phone.language,
        callerid=caller_id(phone.name, phone.number),
        callerid_privacy="prohib" if phone.withheld else "allowed",
        mailboxes=_mailbox_of(phone),
        set_var=f"PLACE={place}",
        trust="no",
        busy_at="2",
        transfer="yes",
    )


def _mailbox_of(phone: PhoneRow) -> str:
    """Return the mailbox whose lamp the phone shows: told unasked, or on its subscription (RFC 3842) instead."""
    return "" if phone.mailbox_id is None else f"{phone.mailbox_id}@{REALM}"


def _trunk_endpoint(trunk: TrunkRow) -> Row:
    known = "auth_username,ip" if trunk.secret and trunk.source_addresses else "auth_username"
    return _endpoint(
        id=trunk.name,
        aors=trunk.name,
        auth=trunk.name if trunk.secret else "",
        outbound_auth=f"{trunk.name}-out" if trunk.secret else "",
        context="from-trunk",
        identify_by=known if trunk.secret else "ip",
        language="fr",
        trust="yes",
        busy_at="0",
        transfer="no",
    )


def _endpoint(*, trust: str, busy_at: str, transfer: str, **given: str) -> Row:
    values = {
        "outbound_auth": "",
        "callerid": "",
        "callerid_privacy": "allowed",
        "mailboxes": "",
        "set_var": "PLACE=",
        "trust_id_inbound": trust,
        "trust_id_outbound": trust,
        "send_pai": trust,
        "rtp_timeout": "120",
        "allow_transfer": transfer,
        "disallow": "all",
        "allow": CODECS,
        "direct_media": "no",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        "rtp_symmetric": "yes",
        "allow_overlap": "no",
        "device_state_busy_at": busy_at,
        "timers": "yes",
        "inband_progress": "no",
        "moh_suggest": "default",
        "dtmf_mode": "auto_info",
        "suppress_moh_on_sendonly": "no",
        "mwi_subscribe_replaces_unsolicited": "yes",
        **given,
    }
    return tuple(values[column] for column in TABLES["ps_endpoints"])


def _aor(name: str, contact: str, *, contacts: int, mailboxes: str = "") -> Row:
    return (name, contact, str(contacts), "yes" if contacts else "no", "60", "3600", "600", "0", mailboxes)
