"""The `carillon` command."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence

from carillon.config.console import grammar
from carillon.config.environment import BadSetting

PROCESSES = {
    "web": "the portal (HTTP)",
    "callcontrol": "the service that decides every step of a call",
    "worker": "ships the engine's journals, builds call records, sends mail",
    "engine": "Asterisk, in the foreground",
    "outside": "the demonstration's outside world (a second, small Asterisk)",
}


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    top = argparse.ArgumentParser(
        prog="carillon", description="Business telephony that a company runs itself."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="prepare and run everything on this machine until Ctrl-C")
    prepare = commands.add_parser(
        "prepare", help="what `run` does before it starts: engine, database, files, demonstration"
    )
    for command in (run, prepare):
        command.add_argument(
            "--no-demonstration", action="store_true", help="without the demonstration company"
        )
    prepare.add_argument(
        "--only", choices=("engine", "database", "static", "demonstration"), help="just this step"
    )
    for name, sentence in PROCESSES.items():
        commands.add_parser(name, help=f"one process of `run`: {sentence}")
    commands.add_parser("migrate", help="bring the database to this version")
    demo = commands.add_parser("demo", help="print the demonstration's sign-ins and SIP accounts")
    demo.add_argument("--brief", action="store_true", help="one sign-in of each role")
    demo.add_argument("--json", action="store_true", help="for programs (docs/operations/demo-json.md)")
    unblock = commands.add_parser(
        "unblock", help="lift the block that wrong passwords or PINs have set on a line"
    )
    unblock.add_argument("number", help="the line's number, or an operator's name")
    grammar.add(commands)
    commands.add_parser("doctor", help="say what is wrong and what to type")
    commands.add_parser("version", help="print the version")
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
    arguments = parser().parse_args(words)
    try:
        return _command(arguments)()
    except BadSetting as problem:
        sys.stderr.write(f"carillon: setting {problem}\n")
        return 2


def _command(arguments: argparse.Namespace) -> Callable[[], int]:
    """Return what the arguments ask for. Each command imports only what it needs."""
    name: str = arguments.command
    if "handler" in arguments:
        return lambda: grammar.run(arguments)
    if name == "version":
        return version
    if name in PROCESSES:
        return lambda: process(name)
    if name in {"run", "prepare"}:
        module = importlib.import_module(
            "carillon.config.run" if name == "run" else "carillon.config.run_prepare"
        )
        chosen = {"only": arguments.only} if name == "prepare" else {}
        return lambda: int(module.main(demonstration=not arguments.no_demonstration, **chosen))
    if name in {"demo", "doctor", "unblock"}:
        return lambda: _tool(name, arguments)
    return migrate


def _tool(name: str, arguments: argparse.Namespace) -> int:
    """Run a command that looks at an installation or mends it, and ends."""
    module = importlib.import_module(f"carillon.config.{name}")
    match name:
        case "demo":
            return int(module.main(as_json=arguments.json, brief=arguments.brief))
        case "unblock":
            return int(module.main(arguments.number))
        case _:
            return int(module.main())


def version() -> int:
    """Print the version."""
    sys.stdout.write(f"carillon {importlib.metadata.version('carillon')}\n")
    return 0


def migrate() -> int:
    """Bring the database to this version."""
    import django  # noqa: PLC0415 - the other commands must not wait for it
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", interactive=False)
    importlib.import_module("carillon.config.search_parts").ensure()
    return 0


def process(name: str) -> int:
    """Run one long-running process in the foreground."""
    logging.Formatter.converter = time.gmtime  # logs are compared over machines
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)sZ %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    if name == "web":
        return web()
    modules = {
        "callcontrol": "carillon.callcontrol.main",
        "worker": "carillon.callcontrol.worker",
        "engine": "carillon.config.run_engine",
        "outside": "carillon.config.run_outside",
    }
    return int(importlib.import_module(modules[name]).main() or 0)


def web() -> int:
    """Serve the portal."""
    return int(importlib.import_module("carillon.config.portal_server").main())


if __name__ == "__main__":
    sys.exit(main())
