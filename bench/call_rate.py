"""Call rate through Carillon over the rate of the same Asterisk with a static dialplan that does the same `Dial`.

SIPp plays callers and phones on the same machine. A rate is sustained when no call fails, nothing is sent twice
and 99 % of the calls ring within 100 ms. The post-dial delays of both are compared at 50 calls a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json

from bench import bare_engine, loaded, report, sipp_run
from bench.sipp_run import Pair, Run
from tests.stack import ports
from tests.stack.installation import PREFIX, Installation

COMPARED_AT = 50


async def ladder(
    pairs: list[Pair], *, server: int, port: int, step: int, top: int, seconds: int
) -> list[Run]:
    """Climb until a rate is not sustained twice in a row; return every run."""
    runs = [await sipp_run.run(pairs, server=server, port=port, rate=COMPARED_AT, seconds=seconds)]
    for rate in range(2 * COMPARED_AT, top + 1, step):
        made = await sipp_run.run(pairs, server=server, port=port, rate=rate, seconds=seconds)
        if not made.sustained:
            made = await sipp_run.run(pairs, server=server, port=port, rate=rate, seconds=seconds)
        runs.append(made)
        if not made.sustained:
            break
    return runs


async def bare(pairs_wanted: int, **ladder_arguments: int) -> list[Run]:
    """Measure the static dialplan."""
    accounts = {f"{kind}{index:04d}": f"secret{index}" for index in range(pairs_wanted) for kind in "12"}
    with loaded.home() as folder:
        server, rtp, port = ports.free_block(2), ports.free_block(10), ports.free_block(2)
        bare_engine.write_configuration(folder, PREFIX, port=server, rtp=rtp, endpoints=accounts)
        async with bare_engine.running(folder, PREFIX, port=server):
            called = [(user, secret) for user, secret in accounts.items() if user.startswith("2")]
            await sipp_run.register_all(called, server=server, port=port)
            pairs = [Pair(u.replace("2", "1", 1), accounts[u], u) for u, _secret in called]
            return await ladder(pairs, server=server, port=port, **ladder_arguments)


async def carillon(pairs_wanted: int, **ladder_arguments: int) -> list[Run]:
    """Measure the same calls through Carillon: extension to extension, half of the lines call the other half."""
    with loaded.home() as folder:
        installation = Installation(folder)
        groups = max(1, pairs_wanted // 50)
        data = json.loads(loaded.load(installation, groups=groups, lines=100, wanted=groups))
        port = ports.free_block(2)
        pairs, called = [], []
        for lines in data:
            for caller, target in zip(lines[:50], lines[50:], strict=True):
                account, other = caller["phones"][0], target["phones"][0]
                pairs.append(Pair(account["user"], account["password"], target["extension"]))
                called.append((other["user"], other["password"]))
        try:
            await asyncio.to_thread(installation.start, within=180)
            await sipp_run.register_all(called, server=installation.sip, port=port)
            return await ladder(pairs, server=installation.sip, port=port, **ladder_arguments)
        finally:
            await asyncio.to_thread(installation.stop)


def best(runs: list[Run]) -> int:
    """Return the highest sustained rate."""
    return max((run.rate for run in runs if run.sustained), default=0)


async def run(given: argparse.Namespace) -> int:
    """Measure both, print, return 1 below the promised ratio or delay."""
    arguments = {"step": given.step, "top": given.top, "seconds": given.seconds}
    ours = await carillon(given.pairs, **arguments)
    theirs = await bare(given.pairs, **arguments)
    ratio = best(ours) / best(theirs) if best(theirs) else 0.0
    extra = ours[0].p99 - theirs[0].p99
    rows: list[list[object]] = [["", "calls/s", "calls", "failed", "resent", "PDD p50 ms", "PDD p99 ms"]]
    for name, runs in (("carillon", ours), ("bare", theirs)):
        rows += [[name, r.rate, r.calls, r.failed, r.retransmissions, r.p50, r.p99] for r in runs]
    facts = {
        "sustained": {"carillon": best(ours), "bare": best(theirs)}, "ratio": round(ratio, 2),
        "extra_p99_ms_at_50": round(extra, 1),
    }  # fmt: skip
    report.show("call rate", rows, facts)
    return 0 if ratio >= 0.6 and extra <= 60 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400, help="caller and called lines")
    parser.add_argument("--step", type=int, default=25, help="calls a second from one rung to the next")
    parser.add_argument("--top", type=int, default=400)
    parser.add_argument("--seconds", type=int, default=8, help="of new calls at each rate")
    raise SystemExit(asyncio.run(run(parser.parse_args())))
