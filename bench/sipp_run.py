"""Runs SIPp and reads its figures."""

from __future__ import annotations

import asyncio
import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.sip.agent import Account, UserAgent

SCENARIOS = Path(__file__).parent / "sipp"


@dataclass(frozen=True, slots=True)
class Pair:
    """A caller's SIP account and what it dials."""

    user: str
    password: str
    dialled: str


@dataclass(frozen=True, slots=True)
class Run:
    """What one run at one rate gave; post-dial delays (INVITE to 180) in milliseconds."""

    rate: int
    calls: int
    failed: int
    retransmissions: int
    p50: float
    p99: float

    @property
    def sustained(self) -> bool:
        """Whether the rate was carried: nothing failed or was sent twice, 99 % rang within 100 ms."""
        return not self.failed and not self.retransmissions and self.p99 < 100


async def register_all(accounts: Sequence[tuple[str, str]], *, server: int, port: int) -> None:
    """Register every (user, password) with a contact on `port`, where SIPp will answer."""
    for user, password in accounts:
        account = Account(user, password, ("127.0.0.1", server), local_port=port)
        async with UserAgent(account) as agent:
            await agent.register(expires=3600)


async def run(pairs: Sequence[Pair], *, server: int, port: int, rate: int, seconds: int) -> Run:
    """Make `rate` calls a second for `seconds`; a SIPp on `port` plays every called phone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fields = folder / "pairs.csv"
        lines = [
            "SEQUENTIAL",
            *(
                f"{p.user};[authentication username={p.user} password={p.password}];{p.dialled}"
                for p in pairs
            ),
        ]
        fields.write_text("\n".join([*lines, ""]), encoding="utf-8")
        phone = await _start(folder, "phone", "-p", str(port), "-mp", "28000")
        try:
            calls = rate * seconds
            caller = await _start(
                folder, "caller", f"127.0.0.1:{server}", "-inf", str(fields), "-r", str(rate), "-m", str(calls),
                "-l", str(rate * 10), "-trace_stat", "-fd", "1", "-stf", str(folder / "stat.csv"),
                "-trace_rtt", "-rtt_freq", "1", "-timeout", str(seconds + 40), "-recv_timeout", "10000",
                "-mp", "30000",
            )  # fmt: skip
            await caller.wait()
        finally:
            phone.terminate()
            await phone.wait()
        return _read(folder, rate)


async def _start(folder: Path, scenario: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "sipp", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", "127.0.0.1", "-nostdin", "-timer_resol", "1",
        *arguments, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


def _read(folder: Path, rate: int) -> Run:
    with (folder / "stat.csv").open(encoding="utf-8") as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    delays = []
    for path in folder.glob("caller_*_rtt.csv"):
        with path.open(encoding="utf-8") as file:
            delays += [
                float(row[1]) for row in csv.reader(file, delimiter=";") if row[1:2] and row[0][:1].isdigit()
            ]
    values = np.array(delays or [float("inf")])
    return Run(
        rate=rate,
        calls=int(last["TotalCallCreated"]),
        failed=int(last["FailedCall(C)"]),
        retransmissions=int(last["Retransmissions(C)"]),
        p50=float(np.percentile(values, 50, method="higher")),
        p99=float(np.percentile(values, 99, method="higher")),
    )
