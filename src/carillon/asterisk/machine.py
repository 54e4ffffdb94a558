"""What the machine is: its processor's names in Debian's and the loader's words."""

from __future__ import annotations

import platform

from carillon.errors import CarillonError

PROCESSORS = {
    "x86_64": ("amd64", "x86_64-linux-gnu"),
    "amd64": ("amd64", "x86_64-linux-gnu"),
    "aarch64": ("arm64", "aarch64-linux-gnu"),
    "arm64": ("arm64", "aarch64-linux-gnu"),
}


class UnknownProcessor(CarillonError):
    """No packages of the engine are known for this processor."""


def _names(processor: str | None) -> tuple[str, str]:
    name = (processor or platform.machine()).lower()
    if name not in PROCESSORS:
        raise UnknownProcessor(name)
    return PROCESSORS[name]


def architecture(processor: str | None = None) -> str:
    """Return Debian's name of the processor: `amd64` or `arm64`."""
    return _names(processor)[0]


def triplet(processor: str | None = None) -> str:
    """Return the multiarch folder's name: `x86_64-linux-gnu` or `aarch64-linux-gnu`."""
    return _names(processor)[1]
