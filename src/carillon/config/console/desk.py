"""Runs one command: finds what it names, turns every anticipated error into a sentence and an exit code."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator

from django.utils import translation

from carillon import clock
from carillon.calls import numbering
from carillon.calls.model import CallClass
from carillon.errors import CarillonError
from carillon.features.audit.services import Actor, ErrorCode, Invalid, Problem, Receipt
from carillon.features.business_groups.models import BusinessGroup
from carillon.web import engine
from carillon.web.forms import explain

ACTOR = Actor(None, "command line")
Handler = Callable[[argparse.Namespace], Iterator[str]]


class Refused(CarillonError):
    """The command cannot be done; the message says why, in the words of the command line."""


def run(arguments: argparse.Namespace) -> int:
    """Print what the command says; 0 done, 1 refused (nothing was changed)."""
    noun, _dot, verb = str(arguments.handler).partition(".")
    module = importlib.import_module(f"carillon.config.console.{MODULES[noun]}")
    handler: Handler = module.HANDLERS[f"{noun}.{verb}"]
    with translation.override("en"):
        try:
            for line in handler(arguments):
                sys.stdout.write(f"{line}\n")
        except Refused as refused:
            sys.stderr.write(f"carillon: {refused}\n")
            return 1
        except Invalid as invalid:
            for field, problem in invalid.errors.items():
                sys.stderr.write(f"carillon: {field.replace('_', ' ')}: {explain(problem)}\n")
            return 1
    return 0


MODULES = {
    "operator": "operators",
    "group": "groups",
    "feature": "groups",
    "permission": "groups",
    "licence": "groups",
    "block": "groups",
    "department": "groups",
    "class": "ways",
    "trunk": "ways",
    "route": "ways",
    "line": "lines",
}
"""The module that handles each noun."""


def group_named(name: str) -> BusinessGroup:
    """Return the group with this name."""
    group = BusinessGroup.objects.filter(name=name.strip()).first()
    if group is None:
        raise Refused(f"no business group has the name {name!r}; `carillon group list` prints them")
    return group


def number_typed(text: str, group: BusinessGroup, field: str = "number") -> str:
    """Return a typed number in E.164; raises Invalid."""
    digits = numbering.clean_typed(text)
    number = numbering.parse_incoming(digits, group.home_region) if digits else None
    if number is None:
        raise Invalid({field: Problem(ErrorCode.NUMBER_NOT_VALID, {"number": text[:20]})})
    return number


def classes_typed(names: list[str]) -> set[CallClass]:
    """Return classes of call by their names; `all` is every class."""
    if names == ["all"]:
        return set(CallClass)
    known = {call_class.value for call_class in CallClass}
    for name in names:
        if name not in known:
            raise Refused(f"no class of call is called {name!r}; there are: all {' '.join(sorted(known))}")
    return {CallClass(name) for name in names}


def tell(receipt: Receipt) -> None:
    """Tell callcontrol of a change; where it is not running it finds out by itself."""
    if receipt.group_id is not None:
        engine.confirmed(group_id=receipt.group_id, config_version=receipt.config_version)


now = clock.now
