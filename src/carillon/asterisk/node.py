"""One engine node: write its configuration, then become Asterisk."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from carillon.asterisk.certificate import ensure_certificate
from carillon.asterisk.configuration import NodeSettings, write_configuration
from carillon.asterisk.engine import Engine
from carillon.asterisk.projection import Projection


def prepare(settings: NodeSettings, engine: Engine, now: datetime) -> list[str]:
    """Write all that the node needs and return the argument vector that runs it in the foreground.

    A certificate is made where the files named by the settings are missing and stand in one folder.
    """
    if not settings.certificate.is_file():
        made = ensure_certificate(settings.certificate.parent, settings.bind, now)
        settings = replace(settings, certificate=made[0], private_key=made[1])
    main = write_configuration(settings, engine)
    Projection(settings.projection).close()  # its tables must be there before Asterisk first asks
    return engine.foreground(main)


def start_command(settings: NodeSettings, engine: Engine) -> list[str]:
    """Return the argument vector of a node whose configuration is written already."""
    return engine.foreground(settings.main_file)


def become(command: list[str], engine: Engine, folder: Path) -> NoReturn:
    """Replace this process by Asterisk, so that the supervisor watches Asterisk itself.

    The files it makes (recordings, journal) are readable by their owner only.
    """
    os.umask(0o077)
    os.chdir(folder)
    os.execve(command[0], command, {**os.environ, **engine.environment()})  # noqa: S606 - no shell, our own vector
