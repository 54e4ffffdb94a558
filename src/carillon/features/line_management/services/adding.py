"""A whole line from one form, with the secrets that are handed out with it and shown once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.db import transaction

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access, NotFound, Target, generate_pin, may
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import ErrorCode, Invalid, Problem, Receipt, lock_group
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.extensions.services import create_extension, digits_problem
from carillon.features.lines.choices import PARTS
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine, create_line
from carillon.features.phones.services import create_phone, reveal_secret


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is shown this once, in clear; "" for what the line does not have or did not get."""

    line: Line
    receipt: Receipt
    password: str = ""
    pin: str = ""
    sip_user: str = ""
    sip_secret: str = ""

    def __repr__(self) -> str:
        """Say nothing of the secrets, wherever this is printed."""
        return f"Secrets({self.line.number})"


class Answers(Protocol):
    """Where what this very form made is kept for a while (web.once): sent again, it makes nothing more."""

    def find(self) -> Secrets | None:
        """Return what it made, None when it made nothing yet."""

    def keep(self, made: Secrets) -> None:
        """Keep what it made."""


def add_line(
    *,
    access: Access,
    group_id: int,
    new: NewLine,
    extension: str,
    with_phone: bool,
    now: datetime,
    answers: Answers | None = None,
) -> Secrets:
    """Create a line with its extension ("" = none) and SIP account; all of it or nothing.

    Its first password and PIN are made here, whatever `new` says. With `answers`, what the same form has made already
    is returned again. Raises NotFound (also for a phone without the permission for phones), and Invalid: fields of NewLine, `extension`, `with_phone`.
    """
    with transaction.atomic():
        _check_place(access, group_id, new.department_id, with_phone=with_phone)
        lock_group(group_id)  # of the same form sent twice, the second finds what the first has kept
        before = answers.find() if answers is not None else None
        if before is not None:
            return before
        made = _add(access, group_id, new, extension, with_phone=with_phone, now=now)
        if answers is not None:
            answers.keep(made)
        return made


def _add(
    access: Access, group_id: int, new: NewLine, extension: str, *, with_phone: bool, now: datetime
) -> Secrets:
    actor = actor_for(access.user)
    pin = generate_pin(number=new.number, extension=extension) if new.with_voicemail else ""
    errors = _problems(new, extension, with_phone=with_phone)
    try:
        created = create_line(
            actor=actor, group_id=group_id, new=replace(new, password=None, pin=pin), now=now
        )
    except Invalid as invalid:
        raise Invalid(invalid.errors | errors) from None
    if errors:
        raise Invalid(errors)
    _give_extension(access, created.line, extension, now)
    phone = None
    if with_phone:
        phone = create_phone(actor=actor, group_id=group_id, line_id=created.line.pk, now=now)
    return Secrets(
        line=created.line,
        receipt=receipt_of_line(created.line, now),
        password=created.password,
        pin=pin,
        sip_user=phone.sip_user if phone else "",
        sip_secret=reveal_secret(phone) if phone else "",
    )


def _check_place(access: Access, group_id: int, department_id: int | None, *, with_phone: bool) -> None:
    department = Department.objects.filter(pk=department_id or 0, group_id=group_id).first()
    target = Target(group_id, department.path if department else "")
    needed = {Action.MANAGE_LINES, *([Action.MANAGE_PHONES] if with_phone else ())}
    if not all(may(access, action, target) for action in needed):
        raise NotFound("business_group", group_id)


def _problems(new: NewLine, extension: str, *, with_phone: bool) -> dict[str, Problem]:
    """Return what is wrong beside the line itself."""
    errors: dict[str, Problem] = {}
    problem = digits_problem(extension, extension) if extension else None
    if problem is not None:
        errors["extension"] = problem
    if with_phone and not PARTS[new.kind].phones:
        errors["with_phone"] = Problem(ErrorCode.NOT_FOR_KIND, {"kind": str(new.kind.label)})
    if not new.number:
        errors["number"] = Problem(ErrorCode.REQUIRED)
    return errors


def _give_extension(access: Access, line: Line, digits: str, now: datetime) -> None:
    """Give the line its extension, unless the one that waited for its number has these digits."""
    if not digits or Extension.objects.filter(line_id=line.pk, first=digits).exists():
        return
    try:
        create_extension(
            actor=actor_for(access.user), group_id=line.group_id, digits=digits, number=line.number, now=now
        )
    except Invalid as invalid:
        raise Invalid({"extension": next(iter(invalid.errors.values()))}) from None


def receipt_of_line(line: Line, now: datetime) -> Receipt:
    """Return the receipt of what was done to a line in several steps, as it is after them."""
    version = Line.objects.values_list("version", flat=True).get(pk=line.pk)
    return Receipt("line", line.pk, version, line.group_id, lock_group(line.group_id), now)
