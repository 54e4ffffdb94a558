"""An installed Asterisk: how to start it and where its files are."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from carillon.asterisk.machine import triplet
from carillon.errors import CarillonError

WANTED_MAJOR = 22
"""The oldest release whose event journal, `eventfilter` and `PJSIPHangup` the configuration relies on."""
KNOWN_MAJOR = 23
"""The newest release the configuration was written for."""


class UnusableEngine(CarillonError):
    """The Asterisk found at `where` cannot be used; `version` is what it said, empty when it did not start."""

    def __init__(self, where: str, version: str) -> None:
        super().__init__(f"Asterisk at {where}: {version or 'does not start'}")
        self.where = where
        self.version = version


@dataclass(frozen=True, slots=True)
class Engine:
    """Asterisk unpacked under `prefix`, or the system's own when `prefix` is None."""

    prefix: Path | None = None
    binary: Path = Path("/usr/sbin/asterisk")

    @property
    def libraries(self) -> Path:
        """Return the folder of the shared libraries Asterisk runs with."""
        root = self.prefix or Path("/")
        return root / "usr" / "lib" / triplet()

    @property
    def modules(self) -> Path:
        """Return the folder of Asterisk's modules."""
        here = self.libraries / "asterisk" / "modules"
        return here if self.prefix or here.is_dir() else Path("/usr/lib/asterisk/modules")

    @property
    def data(self) -> Path:
        """Return the folder of prompts, music and built-in documentation."""
        here = (self.prefix or Path("/")) / "usr" / "share" / "asterisk"
        return here if self.prefix or here.is_dir() else Path("/var/lib/asterisk")

    @property
    def sounds(self) -> Path:
        """Return the folder that has one folder of prompts per language."""
        return self.data / "sounds"

    @property
    def loader(self) -> Path:
        """Return the prefix's own dynamic loader: the host's may be too old for its libraries."""
        found = sorted(self.libraries.glob("ld-linux-*.so.*"))
        if not found:
            raise UnusableEngine(str(self.prefix), "")
        return found[0]

    def command(self, *arguments: str) -> list[str]:
        """Return the argument vector that runs Asterisk's binary with these arguments.

        The library path goes to the loader, not to the environment, so that nothing started by Asterisk
        would inherit it.
        """
        if self.prefix is None:
            return [str(self.binary), *arguments]
        path = f"{self.libraries}:{self.libraries / 'asterisk'}"
        binary = str(self.prefix / "usr" / "sbin" / "asterisk")
        return [str(self.loader), "--library-path", path, "--argv0", "asterisk", binary, *arguments]

    def foreground(self, configuration: Path) -> list[str]:
        """Return the argument vector of a node in the foreground with this `asterisk.conf`."""
        return self.command("-C", str(configuration), "-f")

    def remote(self, configuration: Path, order: str) -> list[str]:
        """Return the argument vector that gives one console order to a running node."""
        return self.command("-C", str(configuration), "-rx", order)

    def environment(self) -> dict[str, str]:
        """Return the variables Asterisk needs on top of the inherited ones."""
        return {"GCONV_PATH": str(self.libraries / "gconv")} if self.prefix else {}

    def version(self) -> str:
        """Return the release, such as `22.10.1`; empty when the binary does not run."""
        try:
            command = self.command("-V")
            done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - ours
        except (OSError, subprocess.TimeoutExpired, UnusableEngine):
            return ""
        found = re.search(r"Asterisk (?:certified-)?(\d+[\w.~+-]*)", done.stdout)
        return found[1] if found and done.returncode == 0 else ""

    def check(self) -> str:
        """Return the release if the product can use it; raise `UnusableEngine` otherwise."""
        version = self.version()
        if not WANTED_MAJOR <= major(version) <= KNOWN_MAJOR:
            raise UnusableEngine(str(self.prefix or self.binary), version)
        return version


def major(version: str) -> int:
    """Return the major release of `22.10.1~dfsg`, 0 when there is none."""
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0
