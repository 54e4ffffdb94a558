"""Call rate through Carillon over the rate of the same Asterisk with a static dialplan that does the same `Dial`.

Three ladders are climbed: through Carillon; on the very engine Carillon configured (its modules, its projection, its
journal) with a hand-written context instead of callcontrol; and on an Asterisk that has nothing but static endpoints
and that `Dial`. SIPp plays callers and phones on the same machine. A rate is sustained when no call fails, nothing is sent twice
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
RTP_PORTS = 4000
"""Four for each call of a second or two at the highest rate: none may fail for want of a port."""


async def ladder(
    pairs: list[Pair], *, server: int, port: int, step: int, top: int, seconds: int
) -> list[Run]:
    """Climb until a rate is not sustained twice in a row; return every run."""
    runs = [await sipp_run.run(pairs, server=server, port=port, rate=COMPARED_AT, seconds=seconds)]
    for rate in range(COMPARED_AT + step, top + 1, step):
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


async def carillon(pairs_wanted: int, **ladder_arguments: int) -> tuple[list[Run], list[Run]]:
    """Measure the same calls through Carillon: extension to extension, half of the lines call the other half.

    Then again on the engine alone, as it was configured, with a static dialplan that calls the phones by name.
    """
    with loaded.home() as folder:
        first = ports.free_block(RTP_PORTS)
        wide = {"CARILLON_RTP_FIRST": str(first), "CARILLON_RTP_LAST": str(first + RTP_PORTS - 1)}
        installation = Installation(folder, extra=wide)
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
            ours = await ladder(pairs, server=installation.sip, port=port, **ladder_arguments)
        finally:
            await asyncio.to_thread(installation.stop)
        named = [Pair(pair.user, pair.password, user) for pair, (user, _) in zip(pairs, called, strict=True)]
        return ours, await _engine_alone(installation, called, named, port=port, **ladder_arguments)


async def _engine_alone(
    installation: Installation,
    called: list[tuple[str, str]],
    pairs: list[Pair],
    *,
    port: int,
    **ladder_arguments: int,
) -> list[Run]:
    """Start the engine as Carillon configured it, with a context that dials a phone by its SIP user."""
    node = installation.node
    dialplan = node / "etc" / "extensions.conf"
    text = dialplan.read_text(encoding="utf-8")
    static = "[from-line]\nexten => _p!,1,Dial(PJSIP/${EXTEN},60)\n same => n,Hangup()\n"
    dialplan.write_text(text.replace("[from-line]\n", static, 1), encoding="utf-8")
    async with bare_engine.running(node, PREFIX, port=installation.sip):
        await sipp_run.register_all(called, server=installation.sip, port=port)
        return await ladder(pairs, server=installation.sip, port=port, **ladder_arguments)


def best(runs: list[Run]) -> int:
    """Return the highest sustained rate."""
    return max((run.rate for run in runs if run.sustained), default=0)


async def run(given: argparse.Namespace) -> int:
    """Measure both, print, return 1 below the promised ratio or delay."""
    arguments = {"step": given.step, "top": given.top, "seconds": given.seconds}
    ours, same = await carillon(given.pairs, **arguments)
    theirs = await bare(given.pairs, **arguments)
    rates = {"carillon": best(ours), "same engine": best(same), "bare": best(theirs)}
    ratios = {name: round(best(ours) / rate, 2) if rate else 0.0 for name, rate in rates.items()}
    extra = ours[0].p99 - theirs[0].p99
    rows: list[list[object]] = [["", "calls/s", "calls", "failed", "resent", "PDD p50 ms", "PDD p99 ms"]]
    for name, runs in (("carillon", ours), ("same engine", same), ("bare", theirs)):
        rows += [[name, r.rate, r.calls, r.failed, r.retransmissions, r.p50, r.p99] for r in runs]
    facts = {
        "sustained": rates, "ratio_to_same_engine": ratios["same engine"], "ratio_to_bare": ratios["bare"],
        "extra_p99_ms_at_50": round(extra, 1),
    }  # fmt: skip
    report.show("call rate", rows, facts)
    return 0 if ratios["same engine"] >= 0.6 and extra <= 60 else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400, help="caller and called lines")
    parser.add_argument("--step", type=int, default=10, help="calls a second from one rung to the next")
    parser.add_argument("--top", type=int, default=400)
    parser.add_argument("--seconds", type=int, default=8, help="of new calls at each rate")
    raise SystemExit(asyncio.run(run(parser.parse_args())))
