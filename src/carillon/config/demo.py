"""`carillon demo`: the demonstration company's sign-ins and SIP accounts, for people and (`--json`) for programs.

The JSON is part of the product's public interface: docs/operations/demo-json.md describes it, `schema` numbers it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SCHEMA = 1
BRIEF = 6
"""How many sign-ins and SIP accounts the short form shows."""

Facts = Mapping[str, Any]


def main(*, as_json: bool, brief: bool) -> int:
    """Print the facts; return 1 when the demonstration company is not loaded."""
    import django  # noqa: PLC0415 - the settings are read first

    django.setup()
    from carillon.config.demonstration import company  # noqa: PLC0415 - its models need Django ready

    try:
        facts = company.facts()
    except company.NotLoaded:
        sys.stderr.write("The demonstration company is not loaded; type: carillon prepare\n")
        return 1
    text = (
        json.dumps(document(facts), ensure_ascii=False, indent=2)
        if as_json
        else "\n".join(sheet(facts, brief=brief))
    )
    sys.stdout.write(f"{text}\n")
    return 0


def document(facts: Facts) -> dict[str, Any]:
    """Return the published document."""
    return {"schema": SCHEMA, **facts}


def sheet(facts: Facts, *, brief: bool) -> list[str]:
    """Return the lines for people, in French and English; `brief`: one of each role and a few accounts."""
    users: Sequence[Facts] = facts["users"]
    accounts: Sequence[Facts] = facts["sip_accounts"]
    if brief:
        users = one_of_each(users, lambda user: (user["role"], user["supervisor"], user["group"]))[:BRIEF]
        shown = {user["number"] for user in users}
        accounts = [account for account in accounts if account["line"] in shown][: BRIEF + 2]
    outside = facts["outside"]
    return [
        "",
        f"  Portail / Portal          {facts['portal']}",
        "",
        f"  Accès / Sign-ins          {facts['company']}",
        *(f"    {_user(user)}" for user in users),
        "",
        "  Comptes SIP / SIP accounts (UDP, TCP, TLS)",
        *(f"    {_account(account)}" for account in accounts),
        "",
        "  Monde extérieur / Outside world",
        *(f"    {_outside_account(account)}" for account in outside["accounts"]),
        *(f"    {number['number_shown']:<16} {number['name']}" for number in outside["numbers"]),
        *(
            ["", "  Tout / everything: carillon demo     programmes / programs: carillon demo --json"]
            if brief
            else []
        ),
        "",
    ]


def one_of_each(items: Sequence[Facts], kind: Callable[[Facts], object]) -> list[Facts]:
    """Return the first item of each kind, in order."""
    first: dict[object, Facts] = {}
    for item in items:
        first.setdefault(kind(item), item)
    return list(first.values())


def _user(user: Facts) -> str:
    role = f"{user['role']}{' + supervisor' if user['supervisor'] else ''}"
    return (
        f"{user['number_shown']:<16} {user['password']:<18} {user['name']:<26} {user['extension']:<5} "
        f"{role}  (NIP/PIN {user['voicemail_pin'] or '-'})"
    )


def _account(account: Facts) -> str:
    where = f"{account['server']}:{account['port']}"
    return f"{account['user']:<16} {account['password']:<34} {where:<21} {account['extension']:<5} {account['name']}"


def _outside_account(account: Facts) -> str:
    where = f"{account['server']}:{account['port']}"
    return f"{account['user']:<16} {account['password']:<34} {where:<21} {account['number']} ({account['identity']})"
