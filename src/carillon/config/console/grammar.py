"""The grammar of the operator's commands. Nothing here needs Django: `carillon --help` must not wait for it."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable

Verbs = Callable[[str, str], argparse.ArgumentParser]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add every noun with its verbs; `handler` of the parsed arguments names the function to run."""
    for noun, sentence, fill in (
        ("operator", "platform operators and their one-time codes", _operator),
        ("group", "business groups", _group),
        ("block", "number blocks of a group", _block),
        ("department", "departments of a group", _department),
        ("class", "classes of service", _class),
        ("trunk", "trunks to carriers", _trunk),
        ("route", "which classes of call leave by which trunk", _route),
        ("line", "lines: one, or a CSV file of them", _line),
        ("feature", "what a group subscribes to", _switch),
        ("permission", "what administrators of a group may do", _switch),
        ("licence", "ACD licences of a group", _licence),
    ):
        verbs = commands.add_parser(noun, help=sentence).add_subparsers(
            dest="verb", required=True, metavar="VERB"
        )
        fill(_adder(noun, verbs))


def _adder(noun: str, verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> Verbs:
    def add_verb(verb: str, sentence: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(verb, help=sentence, description=sentence)
        parser.set_defaults(handler=f"{noun}.{verb.replace('-', '_')}", noun=noun)
        return parser

    return add_verb


def _operator(verb: Verbs) -> None:
    verb("add", "create an operator and print his first password").add_argument("name")
    verb("list", "print every operator")
    verb("reset-code", "forget an operator's one-time code; he enrols again").add_argument("name")
    verb("reset-password", "give an operator a new first password and unblock him").add_argument("name")


def _group(verb: Verbs) -> None:
    add_group = verb("add", "create a business group")
    add_group.add_argument("name")
    add_group.add_argument("--language", choices=("fr", "en"), default="fr")
    add_group.add_argument("--timezone", default="America/Toronto")
    add_group.add_argument("--region", default="CA", help="the home region, such as CA")
    add_group.add_argument("--outside-prefix", default="")
    add_group.add_argument("--local-area-code", action="append", default=[])
    verb("list", "print every business group")
    for name, sentence in (
        ("show", "print a group and what it was granted"),
        ("suspend", "its people do not sign in, its lines neither call nor are called"),
        ("resume", "take a suspended group back"),
    ):
        verb(name, sentence).add_argument("group", help="the group's name")


def _block(verb: Verbs) -> None:
    for name, sentence in (("add", "give a group numbers"), ("delete", "take an unused block back")):
        parser = verb(name, sentence)
        parser.add_argument("group", help="the group's name")
        parser.add_argument("first", help="the first number, with its area code")
        if name == "add":
            parser.add_argument("last", help="the last number")
    verb("list", "print a group's blocks and what is free").add_argument("group")


def _department(verb: Verbs) -> None:
    parser = verb("add", "create a department, and those above it that are missing")
    parser.add_argument("group", help="the group's name")
    parser.add_argument("path", help="such as Montréal/Ventes")
    verb("list", "print a group's departments").add_argument("group")


def _class(verb: Verbs) -> None:
    parser = verb("add", "create a class of service")
    parser.add_argument("name")
    parser.add_argument(
        "--permit", action="append", default=[], metavar="CLASS", help="a class of call; repeat it"
    )
    verb("list", "print every class of service")
    verb("delete", "delete a class of service no line has").add_argument("name")


def _trunk(verb: Verbs) -> None:
    parser = verb("add", "create a trunk to a carrier")
    parser.add_argument("name", help="small letters, digits and hyphens")
    parser.add_argument("--label", default="", help="what people read; the name if missing")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, default=5060)
    parser.add_argument("--transport", choices=("udp", "tcp", "tls"), default="udp")
    parser.add_argument("--username", default="")
    parser.add_argument("--source", action="append", default=[], metavar="ADDRESS")
    parser.add_argument("--own-numbers-only", action="store_true")
    verb("list", "print every trunk")
    verb("delete", "delete a trunk no route uses").add_argument("name")


def _route(verb: Verbs) -> None:
    parser = verb("add", "let classes of call leave by a trunk")
    parser.add_argument("trunk", help="the trunk's name")
    parser.add_argument(
        "--permit", action="append", required=True, metavar="CLASS", help="a class of call; repeat it"
    )
    parser.add_argument("--group", default="", help="only for this group")
    parser.add_argument("--position", type=int, default=1)
    verb("list", "print every route")
    verb("delete", "delete a route").add_argument("route", type=int, help="its number in the list")


def _line(verb: Verbs) -> None:
    parser = verb("add", "create a line and print its first password, PIN and SIP account")
    parser.add_argument("group", help="the group's name")
    parser.add_argument("number")
    parser.add_argument("name")
    parser.add_argument("--type", default="user", help="user, basic, common_area, pilot ...")
    parser.add_argument("--class", dest="class_of_service", default="", help="class of service")
    parser.add_argument("--department", default="", help="such as Montréal/Ventes")
    parser.add_argument("--extension", default="")
    parser.add_argument("--language", choices=("fr", "en"), default="")
    parser.add_argument("--no-voicemail", action="store_true")
    parser.add_argument("--no-portal", action="store_true")
    parser.add_argument("--phone", action="store_true", help="with a SIP account")
    load = verb("import", "check a CSV file of lines and save it as a whole")
    load.add_argument("group", help="the group's name")
    load.add_argument("file")
    load.add_argument("--check", action="store_true", help="only say what it would do")
    load.add_argument("--json", action="store_true", help="for programs")
    verb("password", "give a line's user a new first password").add_argument("number")


def _switch(verb: Verbs) -> None:
    for name in ("on", "off"):
        parser = verb(name, f"switch it {name} for a group")
        parser.add_argument("group", help="the group's name")
        parser.add_argument("what", help="its name; `list` prints them")
    verb("list", "print what there is")


def _licence(verb: Verbs) -> None:
    parser = verb("set", "set how many hunt groups may have ACD")
    parser.add_argument("group", help="the group's name")
    for level in ("basic", "premium"):
        parser.add_argument(f"--{level}", required=True, help="a number, or `unlimited`")


def run(arguments: argparse.Namespace) -> int:
    """Run one command of the operator; return the exit code."""
    import django  # noqa: PLC0415 - the settings are read first

    django.setup()
    return int(importlib.import_module("carillon.config.console.desk").run(arguments))
