"""`carillon operator`: who may sign in to the operator's console."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from carillon.config.console.desk import ACTOR, Handler, Refused, now
from carillon.features.accounts.models import User
from carillon.features.operators import services
from carillon.features.operators.queries import confirmed_code, operators

SIGN_IN = "/operator/sign-in/"


def add(arguments: argparse.Namespace) -> Iterator[str]:
    """Create an operator."""
    user, password = services.create_operator(actor=ACTOR, name=arguments.name, now=now())
    yield f"{user.login}: first password {password}"
    yield f"At {SIGN_IN} the first sign-in shows a QR code for the one-time code, then asks for a new password."


def show_all(arguments: argparse.Namespace) -> Iterator[str]:
    """Print every operator."""
    del arguments
    for user in operators():
        code = "one-time code set up" if confirmed_code(user) else "one-time code not set up yet"
        yield f"{user.login:<32} {code}{', blocked' if user.blocked_at else ''}"


def reset_code(arguments: argparse.Namespace) -> Iterator[str]:
    """Let an operator enrol again."""
    user = _named(arguments.name)
    services.reset_code(actor=ACTOR, user=user, now=now())
    yield f"{user.login}: the next sign-in sets up a new one-time code"


def reset_password(arguments: argparse.Namespace) -> Iterator[str]:
    """Give an operator a new first password."""
    user = _named(arguments.name)
    yield f"{user.login}: first password {services.reset_password(actor=ACTOR, user=user, now=now())}"


def _named(name: str) -> User:
    user = operators().filter(login=name.strip().lower()).first()
    if user is None:
        raise Refused(f"no operator has the name {name!r}; `carillon operator list` prints them")
    return user


HANDLERS: Mapping[str, Handler] = {
    "operator.add": add,
    "operator.list": show_all,
    "operator.reset_code": reset_code,
    "operator.reset_password": reset_password,
}
