"""What one test works with: a company of its own, its phones, and the outside world behind its own trunk."""

from __future__ import annotations

import asyncio
import itertools
import os
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.sip.agent import Account, UserAgent
from tests.sip.call import Call
from tests.sip.policy import Answer, Policy
from tests.stack.carriers import carriers_of
from tests.stack.installation import Installation

_numbers = itertools.count()
LETTERS = "ABCDEFGH"


@dataclass(slots=True)
class Line:
    """A line of the test company."""

    id: int
    number: str
    extension: str
    name: str
    password: str
    phones: list[dict[str, str]]

    @property
    def national(self) -> str:
        """The number as a neighbour dials it: ten digits."""
        return self.number[2:]


@dataclass(slots=True)
class Company:
    """A business group with lines A (201), B (202), ... and its own carrier."""

    group: int
    base: str
    lines: dict[str, Line]
    carrier: UserAgent


class Scene:
    """Opens agents and companies; everything is closed at the end of the test."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.agents: list[UserAgent] = []

    async def company(
        self, lines: str = "ABC", *, language: str = "fr", carrier: bool = True, **settings: dict[str, Any]
    ) -> Company:
        """Create a company; a keyword `A={...}` gives line A its own settings (language, phones, permitted, pin)."""
        index = next(_numbers)
        trunk = await carriers_of(self.installation).take()
        outside = UserAgent(
            Account(
                trunk["name"], trunk["secret"], ("127.0.0.1", self.installation.sip), local_port=trunk["port"]
            )
        )
        await outside.open()
        self.agents.append(outside)
        wanted = [
            {
                "extension": str(201 + LETTERS.index(letter)),
                "name": f"Line {letter}",
                **settings.get(letter, {}),
            }
            for letter in lines
        ]
        made = await self.do(
            "create_company",
            name=f"Company {os.getpid()} {index}",
            index=index,
            language=language,
            lines=wanted,
            carrier=trunk if carrier else {},
        )
        assert made["confirmed"], "callcontrol did not confirm the new company"
        by_letter = {letter: Line(**line) for letter, line in zip(lines, made["lines"], strict=True)}
        return Company(made["group"], made["base"], by_letter, outside)

    async def do(self, action: str, /, **arguments: Any) -> Any:
        """Have the console do something, without holding up the phones."""
        return await asyncio.to_thread(self.installation.do, action, **arguments)

    async def save(self, what: str, line: Line, **changes: Any) -> dict[str, Any]:
        """Change a line's settings (`change_calls`, `change_line`, `change_messages`) and see it confirmed."""
        receipt: dict[str, Any] = await self.do(what, line_id=line.id, **changes)
        assert receipt["confirmed"], f"callcontrol did not confirm {what} {changes}"
        return receipt

    async def phone(
        self,
        line: Line,
        *,
        policy: Policy | None = None,
        index: int = 0,
        transport: str = "udp",
        register: bool = True,
        name: str = "",
    ) -> UserAgent:
        """Open (and register) the line's phone number `index`."""
        account = line.phones[index]
        port, tls = self.installation.sip, None
        if transport == "tls":
            port, tls = self.installation.tls, self.tls_context()
        agent = UserAgent(
            Account(
                account["user"],
                account["password"],
                ("127.0.0.1", port),
                transport=transport,
                tls=tls,
                name=name,
            ),
            policy=policy or Answer(),
        )
        await agent.open()
        self.agents.append(agent)
        if register:
            await agent.register()
        return agent

    def tls_context(self) -> ssl.SSLContext:
        """Return a context that trusts this installation's own certificate and no other."""
        certificates = sorted((self.installation.home / "tls").glob("*.pem")) + sorted(
            (self.installation.home / "tls").glob("*.crt")
        )
        context = ssl.create_default_context()
        for path in certificates:
            if "BEGIN CERTIFICATE" in path.read_text(encoding="ascii", errors="replace"):
                context.load_verify_locations(path)
        return context

    async def outside_call(
        self,
        company: Company,
        to: str,
        *,
        caller: str = "+14186530101",
        name: str = "",
        withheld: bool = False,
    ) -> Call:
        """Call a number of the company from outside, through its trunk, as a carrier presents it (RFC 3325)."""
        agent = company.carrier
        agent.account.caller = "anonymous" if withheld else caller
        agent.account.name = "Anonymous" if withheld else name
        headers = [("P-Asserted-Identity", f"<sip:{caller}@127.0.0.1>")]
        if withheld:
            headers.append(("Privacy", "id"))
        return await agent.call(to, headers=headers)

    async def records(
        self,
        company: Company,
        *,
        count: int = 1,
        within: float = 2.0,
        wanted: Callable[[dict[str, Any]], object] | None = None,
    ) -> list[dict[str, Any]]:
        """Wait until the company has `count` complete call records; return them, oldest first."""
        began = time.monotonic()
        while True:
            found: list[dict[str, Any]] = await self.do("records", group_id=company.group)
            complete = [r for r in found if r["ended"] and (wanted is None or wanted(r))]
            if len(complete) >= count or time.monotonic() - began > within:
                assert len(complete) == count == len(found), f"{len(complete)} complete of {found}"
                return found
            await asyncio.sleep(0.05)  # another process's database: there is nothing to wait on

    async def record(self, company: Company, *, within: float = 2.0) -> dict[str, Any]:
        """Wait for the one call record of the company."""
        return (await self.records(company, within=within))[0]

    async def until(self, condition: Callable[[], Any], *, within: float, what: str) -> Any:
        """Wait for something in another process or thread to become true."""
        began = time.monotonic()
        while True:
            found = await asyncio.to_thread(condition)
            if found:
                return found
            assert time.monotonic() - began < within, f"not {what} within {within} s"
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        """Hang up and close every agent."""
        await asyncio.gather(*(agent.close() for agent in self.agents), return_exceptions=True)
