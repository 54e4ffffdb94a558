"""A node's configuration: the files Asterisk reads, written whole at each start from a few values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from carillon.asterisk.engine import Engine
from carillon.calls.feature_codes import DEFAULTS, Feature
from carillon.errors import CarillonError

TEMPLATES = Path(__file__).parent / "conf"
FILES = tuple(
    f"{name}.conf"
    for name in (
        "acl", "asterisk", "ccss", "cdr", "cel", "cel_custom", "extconfig", "extensions", "features", "indications",
        "logger", "manager", "minivm", "modules", "musiconhold", "pjproject", "pjsip", "pjsip_notify",
        "res_config_sqlite3", "rtp", "sorcery", "udptl",
    )
)  # fmt: skip
HOLE = re.compile(r"@@([A-Z_]+)@@")
UNSAFE = re.compile(r"[\x00-\x1f\x7f;\\]")
"""Characters that would end or change a line of a configuration file."""
_ORDER = "do-${FILTER(a-z0-9,${CUT(A,|,1)})}-${FILTER(a-z,${CUT(A,|,2)})},s,1"
OBEY = f"GotoIf(${{DIALPLAN_EXISTS({_ORDER})}}?{_ORDER}:fallback,s,1)"
"""The step of the dialplan that goes where the answer in `A` says, or to the fallback."""
LONGEST_SOCKET = 107
"""Bytes in the path of a Unix socket (`sun_path` less its zero)."""


class UnusableValue(CarillonError):
    """A value cannot be written into the engine's configuration; `name` says which."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}: {value!r}")
        self.name = name


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What distinguishes one engine node from another; every folder is absolute.

    `folder` is the node's (etc, var, run, log, journal, deposits, greetings, projection.sqlite3), `voicemail`
    the store of message audio, `certificate` and `private_key` PEM files for SIP over TLS, `step_url` callcontrol's
    address without path; ports on `bind` for SIP, on 127.0.0.1 for the others.
    """

    folder: Path
    voicemail: Path
    certificate: Path
    private_key: Path
    engine_secret: str
    ami_secret: str
    step_url: str
    bind: str = "127.0.0.1"
    sip_port: int = 5060
    sip_tls_port: int = 5061
    ami_port: int = 8802
    rtp_first: int = 16384
    rtp_last: int = 18383
    language: str = "fr"

    @property
    def etc(self) -> Path:
        """Return the folder of the configuration files."""
        return self.folder / "etc"

    @property
    def main_file(self) -> Path:
        """Return the file Asterisk is started with."""
        return self.etc / "asterisk.conf"

    @property
    def projection(self) -> Path:
        """Return the SQLite file Asterisk reads phones, carriers and the fallback's directory from."""
        return self.folder / "projection.sqlite3"

    @property
    def journal(self) -> Path:
        """Return the file Asterisk writes its call events to, one JSON object a line."""
        return self.folder / "journal" / "cel.jsonl"


def write_configuration(settings: NodeSettings, engine: Engine) -> Path:
    """Write the node's folders and files and return its `asterisk.conf`; files are readable by their owner only."""
    for name in ("etc", "var", "var/keys", "run", "log", "journal", "deposits", "greetings", "data"):
        (settings.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.voicemail.mkdir(parents=True, exist_ok=True, mode=0o700)
    _link_data(
        settings.folder / "data",
        engine,
        {
            "deposits": settings.folder / "deposits",
            "greetings": settings.folder / "greetings",
            "voicemail": settings.voicemail,
        },
    )
    write_files(settings.etc, FILES, _values(settings, engine))
    return settings.main_file


def _values(settings: NodeSettings, engine: Engine) -> dict[str, str]:
    opus = "codec_opus_open_source.so"
    return {
        **folder_values(settings.folder, engine),
        "LANGUAGE": settings.language,
        "OPUS": f"load = {opus}" if (engine.modules / opus).is_file() else "",
        "BIND": settings.bind,
        "SIP_PORT": str(settings.sip_port),
        "SIP_TLS_PORT": str(settings.sip_tls_port),
        "AMI_PORT": str(settings.ami_port),
        "AMI_SECRET": settings.ami_secret,
        "RTP_FIRST": str(settings.rtp_first),
        "RTP_LAST": str(settings.rtp_last),
        "CERTIFICATE": str(settings.certificate),
        "PRIVATE_KEY": str(settings.private_key),
        "PROJECTION": str(settings.projection),
        "JOURNAL": str(settings.journal),
        "OBEY": OBEY,
        "STEP_URL": settings.step_url.rstrip("/"),
        "SECRET": settings.engine_secret,
        "HIDE_CODE": DEFAULTS.digits(Feature.HIDE_NUMBER),
        "SHOW_CODE": DEFAULTS.digits(Feature.SHOW_NUMBER),
        "NO_WAITING_CODE": DEFAULTS.digits(Feature.NO_CALL_WAITING),
    }


def folder_values(folder: Path, engine: Engine) -> dict[str, str]:
    """Return the values that `asterisk.conf` and the music need; check that the control socket's path fits."""
    if len(str(folder / "run" / "asterisk.ctl").encode()) > LONGEST_SOCKET:
        raise UnusableValue("folder", str(folder))
    return {
        "ETC": str(folder / "etc"),
        "VAR": str(folder / "var"),
        "RUN": str(folder / "run"),
        "LOG": str(folder / "log"),
        "DATA": str(folder / "data"),
        "MODULES": str(engine.modules),
        "MUSIC": str(engine.data / "moh"),
    }


def _link_data(data: Path, engine: Engine, ours: Mapping[str, Path]) -> None:
    """Give the node a data folder of links: the engine's own, and our recordings beside its prompts.

    So the dialplan names a prompt, a greeting and a deposit the same way, relative to `sounds/`, and no path
    of the machine ever travels in a step.
    """
    for entry in engine.data.iterdir() if engine.data.is_dir() else ():
        if entry.name != "sounds":
            link(data / entry.name, entry)
    sounds = data / "sounds"
    sounds.mkdir(exist_ok=True, mode=0o700)
    for language in ("fr", "en"):
        link(sounds / language, engine.sounds / language)
    for name, target in ours.items():
        link(sounds / name, target)


def link_data(folder: Path, engine: Engine) -> None:
    """Make the data folder of an engine that records nothing."""
    (folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    _link_data(folder / "data", engine, {})


def link(place: Path, target: Path) -> None:
    """Make `place` a symbolic link to `target`, whatever it was a link to before."""
    if place.is_symlink():
        if place.readlink() == target:
            return
        place.unlink()
    place.symlink_to(target)


def write_files(etc: Path, names: Iterable[str], values: Mapping[str, str], source: Path = TEMPLATES) -> None:
    """Fill the templates and write them, each at once and readable by its owner only."""
    for name in names:
        text = fill((source / name).read_text(encoding="utf-8"), values)
        write_private(etc / name, text)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Replace each `@@NAME@@`; refuse a value that would break out of its line."""

    def value(hole: re.Match[str]) -> str:
        text = values[hole[1]]
        if UNSAFE.search(text):
            raise UnusableValue(hole[1], text)
        return text

    return HOLE.sub(value, template)


def write_private(file: Path, text: str) -> None:
    """Write a file of mode 0600 in one step, so that no reader sees half of it."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    part.replace(file)
