"""`carillon outside`: the demonstration's outside world, a second small Asterisk on 127.0.0.1."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from carillon.asterisk import install, node, outside
from carillon.config import settings
from carillon.config.demonstration import kept
from carillon.config.processes import local_address

RTP_PORTS = 200


def main() -> int:
    """Become the outside world's Asterisk; return 1 when there is no Asterisk or no demonstration."""
    engine = install.installed(settings.CARILLON_ENGINE_PREFIX)
    world = kept.read(settings.CARILLON_HOME)
    if engine is not None and world is not None:
        values = outside_settings(world["outside"])
        node.become(outside.prepare(values, engine), engine, values.folder)
    sys.stderr.write("ERROR the outside world needs Asterisk and the demonstration; type: carillon prepare\n")
    return 1


def outside_settings(world: Mapping[str, Any]) -> outside.OutsideSettings:
    """Return the outside world of this installation's demonstration (`kept` says its shape)."""
    accounts = [
        outside.OutsideAccount(account["user"], account["password"], account["number"], account["user"])
        for account in sorted(world["accounts"], key=lambda account: bool(account["withheld"]))
    ]
    numbers = world["numbers"]
    return outside.OutsideSettings(
        folder=settings.CARILLON_HOME / "outside",
        trunk=world["trunk"]["name"],
        trunk_secret=world["trunk"]["secret"],
        shown=accounts[0],
        withheld=accounts[1],
        numbers=outside.OutsideNumbers(
            echo=numbers["echo"],
            clock_french=numbers["clock_fr"],
            clock_english=numbers["clock_en"],
            busy=numbers["busy"],
            silent=numbers["no_answer"],
        ),
        sip_port=settings.CARILLON_OUTSIDE_SIP_PORT,
        engine_host=local_address(),
        engine_port=settings.CARILLON_SIP_PORT,
        # the ports after the engine's own, so that one range in a firewall covers both
        rtp_first=settings.CARILLON_RTP_LAST + 1,
        rtp_last=settings.CARILLON_RTP_LAST + RTP_PORTS,
    )
