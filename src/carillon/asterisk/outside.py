"""The outside world: a second, tiny Asterisk that plays the carrier, for the demonstration and for tests.

It has the business's trunk (digest both ways), numbers that answer, two subscribers, and no way anywhere else.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, field
from pathlib import Path

from carillon.asterisk.configuration import (
    TEMPLATES,
    UnusableValue,
    folder_values,
    link_data,
    write_files,
)
from carillon.asterisk.engine import Engine

SHARED_FILES = (
    "acl.conf", "asterisk.conf", "ccss.conf", "cdr.conf", "features.conf", "indications.conf", "logger.conf",
    "pjproject.conf", "rtp.conf", "udptl.conf",
)  # fmt: skip
OWN_FILES = ("cel.conf", "extensions.conf", "modules.conf", "pjsip.conf")
WORD = re.compile(r"[a-z0-9-]{1,40}")
NUMBER = re.compile(r"\+[0-9]{7,15}")


@dataclass(frozen=True, slots=True)
class OutsideNumbers:
    """The E.164 numbers that answer: an echo, a talking clock in each language, always busy, never answered."""

    echo: str
    clock_french: str
    clock_english: str
    busy: str
    silent: str


@dataclass(frozen=True, slots=True)
class OutsideAccount:
    """A SIP account of the outside world; calls to its E.164 `number` ring it."""

    user: str
    secret: str = field(repr=False)
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class OutsideSettings:
    """One outside world under `folder`; `trunk` and its secret are those of the engine's trunk row.

    `shown` calls with its number shown, `withheld` asks that it stay hidden (RFC 3323 `id`).
    """

    folder: Path
    trunk: str
    trunk_secret: str = field(repr=False)
    shown: OutsideAccount
    withheld: OutsideAccount
    numbers: OutsideNumbers
    bind: str = "127.0.0.1"
    sip_port: int = 5070
    engine_host: str = "127.0.0.1"
    engine_port: int = 5060
    rtp_first: int = 18384
    rtp_last: int = 18883


def prepare(settings: OutsideSettings, engine: Engine) -> list[str]:
    """Write the outside world's configuration; return the argument vector that runs it in the foreground."""
    _check(settings)
    for name in ("etc", "var", "var/keys", "run", "log"):
        (settings.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    link_data(settings.folder, engine)
    values = _values(settings, engine)
    write_files(settings.folder / "etc", SHARED_FILES, values)
    write_files(settings.folder / "etc", OWN_FILES, values, source=TEMPLATES / "outside")
    return engine.foreground(settings.folder / "etc" / "asterisk.conf")


def _check(settings: OutsideSettings) -> None:
    for word in (settings.trunk, settings.shown.user, settings.withheld.user):
        if not WORD.fullmatch(word):
            raise UnusableValue("user", word)
    for number in (settings.shown.number, settings.withheld.number, *astuple(settings.numbers)):
        if not NUMBER.fullmatch(number):
            raise UnusableValue("number", number)


def _values(settings: OutsideSettings, engine: Engine) -> dict[str, str]:
    numbers = settings.numbers
    return {
        **folder_values(settings.folder, engine),
        "LANGUAGE": "fr",
        "BIND": settings.bind,
        "SIP_PORT": str(settings.sip_port),
        "RTP_FIRST": str(settings.rtp_first),
        "RTP_LAST": str(settings.rtp_last),
        "TRUNK": settings.trunk,
        "TRUNK_SECRET": settings.trunk_secret,
        "ENGINE_HOST": settings.engine_host,
        "ENGINE_PORT": str(settings.engine_port),
        "ECHO": numbers.echo,
        "CLOCK_FRENCH": numbers.clock_french,
        "CLOCK_ENGLISH": numbers.clock_english,
        "BUSY": numbers.busy,
        "SILENT": numbers.silent,
        **_account_values("SHOWN", settings.shown),
        **_account_values("WITHHELD", settings.withheld),
    }


def _account_values(which: str, account: OutsideAccount) -> dict[str, str]:
    return {
        f"{which}_USER": account.user,
        f"{which}_SECRET": account.secret,
        f"{which}_NUMBER": account.number,
        f"{which}_NAME": "".join(sign for sign in account.name if sign not in '"<>'),
    }
