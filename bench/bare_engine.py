"""The yardstick: the same Asterisk with a static, hand-written dialplan that does nothing but `Dial`."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tests.sip.agent import ready

MODULES = [
    "res_sorcery_astdb",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_pjproject",
    "res_timing_timerfd",
    "res_rtp_asterisk",
    "res_pjsip",
    "res_pjsip_pubsub",
    "res_pjsip_session",
    "res_pjsip_registrar",
    "res_pjsip_authenticator_digest",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_sdp_rtp",
    "res_pjsip_caller_id",
    "res_pjsip_nat",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_dtmf_info",
    "res_pjsip_rfc3326",
    "res_pjsip_diversion",
    "chan_pjsip",
    "bridge_simple",
    "bridge_native_rtp",
    "bridge_softmix",
    "codec_ulaw",
    "format_pcm",
    "format_wav",
    "pbx_config",
    "app_dial",
    "app_playback",
    "app_echo",
    "app_verbose",
    "func_callerid",
    "func_channel",
]


@dataclass(frozen=True, slots=True)
class BareEngine:
    """A running bare Asterisk: its SIP port and process id."""

    port: int
    pid: int


def write_configuration(
    folder: Path, prefix: Path, *, port: int, rtp: int, endpoints: dict[str, str]
) -> None:
    """Write a minimal configuration; `endpoints` maps SIP users to passwords, the dialplan dials them by name."""
    for name in ("etc", "var/lib", "var/spool", "run", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    library = prefix / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    directories = {
        "astetcdir": folder / "etc", "astmoddir": library, "astvarlibdir": prefix / "usr/share/asterisk",
        "astdbdir": folder / "var/lib", "astkeydir": folder / "var/lib", "astdatadir": prefix / "usr/share/asterisk",
        "astagidir": folder / "var/lib", "astspooldir": folder / "var/spool", "astrundir": folder / "run",
        "astlogdir": folder / "log",
    }  # fmt: skip
    lines = [f"{name} => {path}" for name, path in directories.items()]
    files = {
        "asterisk.conf": "\n".join(["[directories]", *lines, "[options]", "nocolor=yes", ""]),
        "modules.conf": "\n".join(["[modules]", "autoload=no", *(f"load = {m}.so" for m in MODULES), ""]),
        "logger.conf": "[general]\n[logfiles]\nmessages => notice,warning,error\n",
        "rtp.conf": f"[general]\nrtpstart={rtp}\nrtpend={rtp + 1999}\n",
        "extensions.conf": "[in]\nexten => _X.,1,Dial(PJSIP/${EXTEN},60)\n same => n,Hangup()\n",
        "pjsip.conf": f"[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{port}\n"
        + "".join(_endpoint(name, password) for name, password in endpoints.items()),
    }
    for name, text in files.items():
        (folder / "etc" / name).write_text(text, encoding="utf-8")


def _endpoint(name: str, password: str) -> str:
    return (
        f"[{name}]\ntype=endpoint\ncontext=in\ndisallow=all\nallow=ulaw\ndirect_media=no\nauth={name}\naors={name}\n"
        f"rewrite_contact=yes\n[{name}]\ntype=auth\nauth_type=digest\nusername={name}\npassword={password}\n"
        f"[{name}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n"
    )


@contextlib.asynccontextmanager
async def running(folder: Path, prefix: Path, *, port: int) -> AsyncIterator[BareEngine]:
    """Start the configuration in `folder`; it is stopped by its own process id at the end."""
    library = prefix / "usr/lib/x86_64-linux-gnu"
    process = await asyncio.create_subprocess_exec(
        str(library / "ld-linux-x86-64.so.2"), "--library-path", f"{library}:{library / 'asterisk'}",
        "--argv0", "asterisk", str(prefix / "usr/sbin/asterisk"), "-C", str(folder / "etc/asterisk.conf"), "-f",
        env={**os.environ, "GCONV_PATH": str(library / "gconv")},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await ready(port, within=30)
        yield BareEngine(port, process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
