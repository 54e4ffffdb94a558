"""A whole line from one form, and the secrets that are handed out with it or later, shown once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, Target, generate_pin, may
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import ErrorCode, Invalid, Problem, Receipt, lock_group
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.extensions.services import create_extension, digits_problem
from carillon.features.lines.choices import PARTS
from carillon.features.lines.models import Line
from carillon.features.lines.queries import access_line
from carillon.features.lines.services import NewLine, create_line, lock_line
from carillon.features.operators.services import reset_password
from carillon.features.phones.services import create_phone, reveal_secret
from carillon.features.voicemail.services import change_pin


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


def add_line(
    *, access: Access, group_id: int, new: NewLine, extension: str, with_phone: bool, now: datetime
) -> Secrets:
    """Create a line with its extension ("" = none) and SIP account; all of it or nothing.

    Its first password and PIN are made here, whatever `new` says. Raises NotFound, and Invalid: fields of NewLine,
    `extension`, `with_phone`.
    """
    actor = actor_for(access.user)
    with transaction.atomic():
        _check_place(access, group_id, new.department_id)
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
            receipt=_receipt(created.line, now),
            password=created.password,
            pin=pin,
            sip_user=phone.sip_user if phone else "",
            sip_secret=reveal_secret(phone) if phone else "",
        )


def hand_out(*, access: Access, line_id: int, password: bool, pin: bool, now: datetime) -> Secrets:
    """Give the line's account a new first password, its mailbox a new temporary PIN, or both; their locks are lifted.

    Raises NotFound, and Invalid (`password`, `pin`): none asked for, or the line has no such thing.
    """
    actor = actor_for(access.user)
    with transaction.atomic():
        lock_line(line_id)
        line = access_line(access, line_id, Action.MANAGE_LINES)
        user = User.objects.select_related("line__department").filter(line_id=line.pk).first()
        if not (password or pin):
            raise Invalid({"password": Problem(ErrorCode.REQUIRED)})
        if password and user is None:
            raise Invalid({"password": Problem(ErrorCode.NO_ACCOUNT)})
        if pin and getattr(line, "mailbox", None) is None:
            raise Invalid({"pin": Problem(ErrorCode.NO_MAILBOX)})
        new_pin = generate_pin(number=line.number, extension=line.extension_digits) if pin else ""
        if pin:
            change_pin(actor=actor, line_id=line.pk, new_pin=new_pin, now=now)
        new_password = reset_password(actor=actor, user=user, now=now) if password and user else ""
        return Secrets(line=line, receipt=_receipt(line, now), password=new_password, pin=new_pin)


def _check_place(access: Access, group_id: int, department_id: int | None) -> None:
    department = Department.objects.filter(pk=department_id or 0, group_id=group_id).first()
    target = Target(group_id, department.path if department else "")
    if not may(access, Action.MANAGE_LINES, target):
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


def _receipt(line: Line, now: datetime) -> Receipt:
    version = Line.objects.values_list("version", flat=True).get(pk=line.pk)
    return Receipt("line", line.pk, version, line.group_id, lock_group(line.group_id), now)
