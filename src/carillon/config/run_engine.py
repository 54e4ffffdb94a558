"""`carillon engine`: write the node's configuration, then become Asterisk."""

from __future__ import annotations

import sys

from carillon import clock
from carillon.asterisk import install, node
from carillon.asterisk.configuration import NodeSettings
from carillon.config import settings


def main() -> int:
    """Become Asterisk; return 1 when there is none."""
    engine = install.installed(settings.CARILLON_ENGINE_PREFIX)
    if engine is not None:
        values = node_settings()
        node.become(node.prepare(values, engine, clock.now()), engine, values.folder)
    sys.stderr.write("ERROR Asterisk 22 is not installed; type: carillon prepare --only engine\n")
    return 1


def node_settings() -> NodeSettings:
    """Return this installation's engine node."""
    tls = settings.CARILLON_HOME / "tls"
    return NodeSettings(
        folder=settings.CARILLON_NODE_FOLDER,
        voicemail=settings.CARILLON_HOME / "voicemail",
        certificate=settings.CARILLON_SIP_CERTIFICATE or tls / "engine.crt",
        private_key=settings.CARILLON_SIP_KEY or tls / "engine.key",
        engine_secret=settings.CARILLON_ENGINE_SECRET,
        ami_secret=settings.CARILLON_AMI_SECRET,
        step_url=settings.CARILLON_STEP_URL,
        bind=settings.CARILLON_BIND,
        sip_port=settings.CARILLON_SIP_PORT,
        sip_tls_port=settings.CARILLON_SIP_TLS_PORT,
        ami_port=settings.CARILLON_AMI_PORT,
        rtp_first=settings.CARILLON_RTP_FIRST,
        rtp_last=settings.CARILLON_RTP_LAST,
    )
