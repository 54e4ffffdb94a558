"""A whole company from one form: group, number block, lines with extensions, and its first administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.services import grant_role
from carillon.features.audit.services import Actor, ErrorCode, Invalid, Problem
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import create_group
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.line_imports.services import save_lines
from carillon.features.number_blocks.services import create_block
from carillon.features.operators.services import reset_password
from carillon.web.csv_files import Fault, write_csv

MOST_LINES = 10_000
_FIELDS = {"Extension": "first_extension", "Number": "lines", "Name": "administrator"}


@dataclass(frozen=True, slots=True)
class NewCompany:
    """What one form asks for. Numbers are E.164; `lines` 0 creates the group and its block alone.

    Lines follow one by one from the block's first number; extensions from `first_extension` ("" = none). The first
    line is the administrator's, the others are named `line_name` and their extension or number.
    """

    name: str
    language: str
    timezone: str
    first: str
    last: str
    lines: int
    first_extension: str
    class_of_service_id: int | None
    administrator: str
    line_name: str
    local_area_codes: tuple[str, ...] = ()
    sip_accounts: bool = True


@dataclass(frozen=True, slots=True)
class CreatedCompany:
    """The group, and the administrator's number with his first password ("" when there are no lines)."""

    group: BusinessGroup
    number: str
    password: str


def create_company(*, actor: Actor, new: NewCompany, now: datetime) -> CreatedCompany:
    """Create all of it or nothing; raises Invalid with the fields of NewCompany."""
    plan = ClassOfService.objects.filter(pk=new.class_of_service_id or 0).first()
    with transaction.atomic():
        group = _group(actor, new, _line_problems(new, plan), now)
        create_block(actor=actor, group_id=group.pk, first=new.first, last=new.last, now=now)
        if not new.lines or plan is None:
            return CreatedCompany(group, "", "")
        data = _file(new, plan.name)
        saved = save_lines(actor=actor, group_id=group.pk, data=data, label=group.name, now=now)
        if saved.faults:
            raise Invalid(_problems(saved.faults))
        return CreatedCompany(group, new.first, _administrator(actor, new.first, now))


def _line_problems(new: NewCompany, plan: ClassOfService | None) -> dict[str, Problem]:
    errors: dict[str, Problem] = {}
    if not 0 <= new.lines <= MOST_LINES:
        errors["lines"] = Problem(ErrorCode.OUT_OF_RANGE, {"low": 0, "high": MOST_LINES})
    if new.lines and not new.administrator.strip():
        errors["administrator"] = Problem(ErrorCode.REQUIRED)
    if new.lines and plan is None:
        errors["class_of_service_id"] = Problem(ErrorCode.REQUIRED)
    return errors


def _group(actor: Actor, new: NewCompany, errors: dict[str, Problem], now: datetime) -> BusinessGroup:
    """Create the group; raises Invalid with what is wrong with it and the `errors` found before, all at once."""
    try:
        group = create_group(
            actor=actor,
            name=new.name,
            language=new.language,
            timezone=new.timezone,
            local_area_codes=new.local_area_codes,
            now=now,
        )
    except Invalid as invalid:
        raise Invalid(errors | invalid.errors) from None
    if errors:
        raise Invalid(errors)
    return group


def _administrator(actor: Actor, number: str, now: datetime) -> str:
    user = User.objects.select_related("line__department").get(login=number)
    grant_role(actor=actor, user_id=user.pk, role=Role.GROUP_ADMINISTRATOR, may_read_call_logs=True, now=now)
    return reset_password(actor=actor, user=user, now=now)


def _file(new: NewCompany, class_of_service: str) -> bytes:
    """Return the lines as the import reads them."""
    titles = ("Number", "Name", "Extension", "Class of service", "SIP account")

    def rows() -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for index in range(new.lines):
            number = f"+{int(new.first[1:]) + index}"
            extension = _following(new.first_extension, index)
            name = f"{new.line_name} {extension or number}" if index else new.administrator
            found.append((number, name, extension, class_of_service, "yes" if new.sip_accounts else ""))
        return found

    return b"".join(write_csv(titles, rows()))


def _following(first: str, index: int) -> str:
    if not (first.isascii() and first.isdigit()):
        return first  # what is wrong with it is said by the rules of extensions
    return f"{int(first) + index:0{len(first)}d}"


def _problems(faults: list[Fault]) -> dict[str, Problem]:
    """Return the first fault of each column under the form's own field."""
    errors: dict[str, Problem] = {}
    for fault in faults:
        known = fault.code in set(ErrorCode)
        code = ErrorCode(fault.code) if known else ErrorCode.UNKNOWN_CHOICE
        errors.setdefault(_FIELDS.get(fault.column, "lines"), Problem(code, fault.params))
    return errors
