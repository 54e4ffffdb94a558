"""What AMI messages say, as values: channels, registrations; and the orders callcontrol gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from carillon.asterisk.ami.protocol import Message

CHANNEL = re.compile(r"PJSIP/([a-z0-9-]+)-[0-9a-f]{8}")
STATE_UP = "6"


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg of a call: Asterisk's unique ids, the endpoint it belongs to (empty for a `Local` one), its state.

    `up` is whether it is answered.
    """

    unique_id: str
    linked_id: str
    name: str
    endpoint: str
    up: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """A phone is registered at `contact` until `expires` (UTC), when it does not renew."""

    endpoint: str
    contact: str
    expires: datetime


def channel(message: Message) -> Channel:
    """Return the channel that a Newchannel, Newstate, Hangup or CoreShowChannel event is about."""
    name = message.get("Channel")
    found = CHANNEL.fullmatch(name)
    return Channel(
        unique_id=message.get("Uniqueid"),
        linked_id=message.get("Linkedid"),
        name=name,
        endpoint=found[1] if found else "",
        up=message.get("ChannelState") == STATE_UP,
    )


def channels(answer: Iterable[Message]) -> tuple[Channel, ...]:
    """Return the channels listed by CoreShowChannels."""
    return tuple(channel(message) for message in answer if message.event == "CoreShowChannel")


def authenticated(message: Message) -> str:
    """Return the endpoint that a SuccessfulAuth event is about, empty when it is no SIP one.

    It comes when a phone registers, renews, unregisters or calls, a moment before the registrar has acted: ask
    PJSIPShowEndpoint then. A registration that merely expires makes no event; its time is known.
    """
    return message.get("AccountID") if message.get("Service") == "PJSIP" else ""


ALL_REGISTRATIONS = {"Family": "registrar", "Key": "contact"}
"""Arguments of the DBGetTree action that lists every registration: the engine keeps them in its own database."""


def registrations(answer: Iterable[Message]) -> tuple[Registration, ...]:
    """Return the registrations listed by DBGetTree with `ALL_REGISTRATIONS`."""
    found = (_registration(message) for message in answer if message.event == "DBGetTreeResponse")
    return tuple(one for one in found if one is not None)


def registration_of(endpoint: str, answer: Iterable[Message]) -> Registration | None:
    """Return one phone's registration as PJSIPShowEndpoint (argument `Endpoint`) tells it, None without one."""
    for message in answer:
        if message.event == "ContactStatusDetail" and message.get("RegExpire").isdigit():
            expires = datetime.fromtimestamp(int(message.get("RegExpire")), UTC)
            return Registration(endpoint, message.get("URI"), expires)
    return None


def _registration(message: Message) -> Registration | None:
    try:
        contact = json.loads(message.get("Val"), strict=False)
        expires = datetime.fromtimestamp(int(contact["expiration_time"]), UTC)
        return Registration(str(contact["endpoint"]), str(contact["uri"]), expires)
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def redirect(channel_name: str, context: str) -> dict[str, str]:
    """Return the arguments of a Redirect that sends a channel to `s` of a context of the dialplan."""
    return {"Channel": channel_name, "Context": context, "Exten": "s", "Priority": "1"}


def message_lamp(mailbox: int, new: int, old: int) -> dict[str, str]:
    """Return the arguments of the Originate that tells a mailbox's phones how many messages wait."""
    return {
        "Channel": f"Local/{mailbox:d}-{new:d}-{old:d}@mwi/n",
        "Application": "Wait",
        "Data": "0",
        "Timeout": "2000",
        "Async": "true",
    }
