"""Obtain Asterisk without root: the system's when it is recent, else Debian's packages unpacked in a folder.

apt resolves and fetches with a state of its own (an empty dpkg status makes it take every library from the
same release), `dpkg-deb` unpacks, and Asterisk runs through the unpacked loader. What was fetched is kept, so
that the next installation needs no network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from carillon.asterisk.engine import WANTED_MAJOR, Engine, UnusableEngine, major
from carillon.asterisk.machine import architecture
from carillon.asterisk.sources import machine_mirror
from carillon.errors import CarillonError

SUITE = "sid"
PACKAGES = (
    "asterisk",
    "asterisk-modules",
    "asterisk-core-sounds-en-wav",
    "asterisk-core-sounds-fr-wav",
    "asterisk-moh-opsound-wav",
)
LANGUAGES = {"en": "en_US_f_Allison", "fr": "fr_CA_f_June"}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
COMPLETE = "carillon-complete"
"""Written last: a prefix without it is the remains of an interrupted installation."""
APT_CONFIGURATION = """\
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
Dir::State "{apt}";
Dir::State::lists "{apt}/lists";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}/cache";
Dir::Cache::archives "{archives}";
Dir::Etc "{apt}/etc";
Dir::Etc::sourcelist "{apt}/etc/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";
Debug::NoLocking "true";
"""

Say = Callable[[str], None]


class CannotInstall(CarillonError):
    """The engine could not be obtained; `need` is a word the doctor explains, `detail` what was seen."""

    def __init__(self, need: str, detail: str = "") -> None:
        super().__init__(f"{need}: {detail}")
        self.need = need
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Places:
    """Where the engine goes (`prefix`), where fetched packages are kept, and the mirror if one is set."""

    prefix: Path
    cache: Path
    mirror: str = ""


def obtain(places: Places, say: Say) -> Engine:
    """Return a usable engine, installing it first if need be. Raise `CannotInstall` or `UnusableEngine`."""
    system = system_engine()
    if system is not None:
        say(f"Asterisk {system.version()} of this machine")
        return system
    engine = Engine(places.prefix)
    if not is_complete(places.prefix):
        install(places, say)
    say(f"Asterisk {engine.check()} in {places.prefix}")
    return engine


def installed(prefix: Path) -> Engine | None:
    """Return the engine that is there already, None when one has to be installed first."""
    return system_engine() or (Engine(prefix) if is_complete(prefix) else None)


def system_engine() -> Engine | None:
    """Return the machine's own Asterisk if it is recent enough and has prompts in both languages."""
    found = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        return None
    engine = Engine(binary=Path(found))
    prompts = all((engine.sounds / language / "vm-intro.wav").is_file() for language in LANGUAGES)
    return engine if prompts and major(engine.version()) >= WANTED_MAJOR else None


def is_complete(prefix: Path) -> bool:
    """Return whether `prefix` holds a whole installation."""
    if (prefix / COMPLETE).is_file():
        return True
    engine = Engine(prefix)  # one unpacked by hand with the same recipe is as good
    return (
        (prefix / "usr" / "sbin" / "asterisk").is_file()
        and (engine.modules / "chan_pjsip.so").is_file()
        and all((engine.sounds / language / "vm-intro.wav").is_file() for language in LANGUAGES)
    )


def install(places: Places, say: Say) -> None:
    """Unpack the packages into `places.prefix`, all or nothing."""
    debs = _cached(places.cache)
    if debs:
        say(f"{len(debs)} packages of the engine found in {places.cache}")
    else:
        debs = fetch(places, say)
    part = places.prefix.with_name(f"{places.prefix.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _unpack(debs, part, say)
        version = Engine(part).check()
        (part / COMPLETE).write_text(f"{version}\n", encoding="utf-8")
        shutil.rmtree(places.prefix, ignore_errors=True)
        part.rename(places.prefix)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def fetch(places: Places, say: Say) -> list[Path]:
    """Fetch the packages and what they need into the cache, from the mirror; return the files."""
    mirror = places.mirror or machine_mirror()
    if not mirror:
        raise CannotInstall("mirror")
    if not KEYRING.is_file():
        raise CannotInstall("keyring", str(KEYRING))
    apt = places.cache / "apt"
    say(f"Fetching Asterisk's packages from {mirror}")
    environment = _apt_state(apt, mirror)
    try:
        _run(["apt-get", "-q", "update"], environment)
        _run(["apt-get", "-q", "-y", "--download-only", "install", *PACKAGES], environment)
        fetched = sorted((apt / "archives").glob("*.deb"))
        kept = [deb.replace(places.cache / deb.name) for deb in fetched]
        (places.cache / "packages.txt").write_text("".join(f"{deb.name}\n" for deb in kept), encoding="utf-8")
    finally:
        shutil.rmtree(apt, ignore_errors=True)
    return kept


def _cached(cache: Path) -> list[Path]:
    """Return the kept packages if all of the last complete fetch are there."""
    listing = cache / "packages.txt"
    if not listing.is_file():
        return []
    debs = [cache / name for name in listing.read_text(encoding="utf-8").split()]
    return debs if all(deb.is_file() for deb in debs) else []


def _apt_state(apt: Path, mirror: str) -> dict[str, str]:
    """Write apt's own configuration and empty state; return the environment that makes apt use it."""
    shutil.rmtree(apt, ignore_errors=True)
    for folder in ("lists/partial", "archives/partial", "cache", "etc/preferences.d", "etc/apt.conf.d"):
        (apt / folder).mkdir(parents=True)
    (apt / "status").touch()
    source = f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n"
    (apt / "etc" / "sources.list").write_text(source, encoding="utf-8")
    text = APT_CONFIGURATION.format(arch=architecture(), apt=apt, archives=apt / "archives")
    (apt / "apt.conf").write_text(text, encoding="utf-8")
    return {**os.environ, "APT_CONFIG": str(apt / "apt.conf"), "LC_ALL": "C"}


def _unpack(debs: Sequence[Path], part: Path, say: Say) -> None:
    for number, deb in enumerate(debs, start=1):
        _run(["dpkg-deb", "-x", str(deb), str(part)], dict(os.environ))
        if number % 40 == 0 or number == len(debs):
            say(f"Unpacked {number} of {len(debs)} packages")
    sounds = Engine(part).sounds
    for language, voice in LANGUAGES.items():  # maintainer scripts do not run, so these links are missing
        if not (sounds / language).exists():
            (sounds / language).symlink_to(voice)


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the vector is ours, word by word
            command, env=environment, capture_output=True, text=True, timeout=900, check=False
        )
    except FileNotFoundError as error:
        raise CannotInstall("program", command[0]) from error
    except subprocess.TimeoutExpired as error:
        raise CannotInstall("time", " ".join(command[:2])) from error
    if done.returncode:
        raise CannotInstall("command", f"{' '.join(command[:3])}: {done.stderr.strip()[-500:]}")


__all__ = ["CannotInstall", "Engine", "Places", "UnusableEngine", "install", "installed", "obtain"]
