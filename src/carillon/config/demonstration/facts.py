"""What `carillon demo` prints: how to sign in, register a phone and call, as data for programs."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from carillon.calls.numbering import format_national
from carillon.config.demonstration import kept, roster
from carillon.errors import CarillonError
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.lines.models import Line
from carillon.features.phones.services import reveal_secret

SERVER = "127.0.0.1"
CHANGED = "changed"
"""Stands for a first password that its user has replaced."""


class NotLoaded(CarillonError):
    """The demonstration company is not in this installation, or its file is missing."""


def facts() -> dict[str, Any]:
    """Return everything needed to use the demonstration.

    `portal` address; `company`; `users` (number, name, role, supervisor, language, extension, department, group,
    password and voicemail_pin: the first ones, `changed` once replaced); `sip_accounts` (user, password, server, port, tls_port,
    transports, line number, extension); `outside` with its `accounts` and `numbers`; `emergency_test_number`.
    Raises NotLoaded.
    """
    world = kept.read(settings.CARILLON_HOME)
    lines = _lines()
    if world is None or not lines:
        raise NotLoaded
    return {
        "portal": _portal(),
        "company": roster.COMPANY,
        "groups": [roster.COMPANY, roster.NEIGHBOUR],
        "users": [_user(line, line.user, world["first_secrets"]) for line in lines if hasattr(line, "user")],
        "sip_accounts": [account for line in lines for account in _accounts(line)],
        "outside": {
            "accounts": [_outside_account(account) for account in world["outside"]["accounts"]],
            "numbers": [
                _outside_number(name, number) for name, number in world["outside"]["numbers"].items()
            ],
        },
        "emergency_test_number": "933",
    }


def _lines() -> list[Line]:
    """Return the lines of both companies, by group and extension (two queries)."""
    lines = Line.objects.filter(group__name__in=(roster.COMPANY, roster.NEIGHBOUR))
    joined = lines.select_related("group", "user", "extension", "department", "mailbox").prefetch_related(
        "phones"
    )
    return list(joined.order_by("group_id", "extension__first", "number"))


def _portal() -> str:
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{_host()}:{settings.CARILLON_HTTP_PORT}/"


def _host() -> str:
    return SERVER if settings.CARILLON_BIND in {"", "0.0.0.0", "::"} else settings.CARILLON_BIND  # noqa: S104


def _user(line: Line, user: User, secrets: dict[str, dict[str, str]]) -> dict[str, Any]:
    first = secrets.get(line.number, {})
    return {
        "number": line.number,
        "number_shown": format_national(line.number, line.group.home_region),
        "name": line.name,
        "role": str(Role(user.role)),
        "supervisor": user.is_supervisor,
        "language": user.language or line.language or line.group.language,
        "extension": _extension(line),
        "department": line.department.name if line.department else "",
        "group": line.group.name,
        "password": first.get("password", CHANGED) if user.must_change_password else CHANGED,
        "voicemail_pin": _pin(line, first),
    }


def _pin(line: Line, first: dict[str, str]) -> str:
    """Return the mailbox's first PIN, `changed`, or "" without a mailbox."""
    mailbox = getattr(line, "mailbox", None)
    if mailbox is None:
        return ""
    return first["pin"] if first.get("pin") and mailbox.pin == first["pin_hash"] else CHANGED


def _accounts(line: Line) -> list[dict[str, Any]]:
    return [
        {
            "user": phone.sip_user,
            "password": reveal_secret(phone),
            "server": _host(),
            "port": settings.CARILLON_SIP_PORT,
            "tls_port": settings.CARILLON_SIP_TLS_PORT,
            "transports": ["udp", "tcp", "tls"],
            "line": line.number,
            "extension": _extension(line),
            "name": line.name,
            "description": phone.description,
            "group": line.group.name,
        }
        for phone in line.phones.all()
    ]


def _extension(line: Line) -> str:
    extension = getattr(line, "extension", None)
    return str(extension.first) if extension is not None else ""


def _outside_account(account: dict[str, Any]) -> dict[str, Any]:
    return {
        "user": account["user"],
        "password": account["password"],
        "server": SERVER,
        "port": settings.CARILLON_OUTSIDE_SIP_PORT,
        "transports": ["udp", "tcp"],
        "number": account["number"],
        "identity": "withheld" if account["withheld"] else "shown",
    }


def _outside_number(name: str, number: str) -> dict[str, Any]:
    return {
        "name": name,
        "number": number,
        "number_shown": format_national(number, "CA"),
        "call_class": kept.OUTSIDE_NUMBERS[name][1],
    }
