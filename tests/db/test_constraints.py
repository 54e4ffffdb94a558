"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from tests.db.builders import Company, make_company, settings_of

from carillon.features.accounts.models import User
from carillon.features.call_manager.models import CallSettings, RingEntry
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.lines.models import Line
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.phones.models import Phone
from carillon.features.voicemail.models import Mailbox

pytestmark = pytest.mark.django_db


def update_settings(**values: object) -> Callable[[Company], object]:
    return lambda company: CallSettings.objects.filter(line=company.bob).update(**values)


def add_entry(**values: object) -> Callable[[Company], object]:
    given = {"mode": "in_order", "position": 1, "dialled": "204", "start": 0, "seconds": 10, **values}
    return lambda company: RingEntry.objects.create(settings=settings_of(company.bob), **given)


def update_line(**values: object) -> Callable[[Company], object]:
    return lambda company: Line.objects.filter(pk=company.bob.pk).update(**values)


def update_user(**values: object) -> Callable[[Company], object]:
    return lambda company: User.objects.filter(line=company.bob).update(**values)


def add_block(first: str, last: str) -> Callable[[Company], object]:
    return lambda company: NumberBlock.objects.create(group=company.group, first=first, last=last)


def add_department(name: str, *, below_sales: bool = False) -> Callable[[Company], object]:
    return lambda company: Department.objects.create(
        group=company.group, parent=company.sales if below_sales else None, name=name
    )


def add_extension(first: str, last: str, *, of_bob: bool = False) -> Callable[[Company], object]:
    return lambda company: Extension.objects.create(
        group=company.group,
        first=first,
        last=last,
        first_number="+15145550130",
        line=company.bob if of_bob else None,
    )


REFUSED: dict[str, Callable[[Company], object]] = {
    "a delay under 5 s": update_settings(no_answer_seconds=4),
    "a delay over 120 s": update_settings(no_answer_seconds=121),
    "a forward to nowhere": update_settings(mode="forward"),
    "no answer to nowhere": update_settings(no_answer="number"),
    "busy to nowhere": update_settings(busy="number"),
    "an unknown mode": update_settings(mode="odd"),
    "an unknown treatment": update_settings(busy="odd"),
    "second settings of a line": lambda company: CallSettings.objects.create(line=company.bob),
    "a period of no length": add_entry(seconds=0),
    "a period too long": add_entry(seconds=301),
    "a period too late": add_entry(start=301),
    "an eleventh row": add_entry(position=11),
    "a row of no list": add_entry(mode="forward"),
    "nobody together": add_entry(mode="together", dialled=""),
    "a nameless line": update_line(name=""),
    "a number without its plus": update_line(number="15145550103"),
    "a number of another line": update_line(number="+14185550101"),
    "an unknown line type": update_line(kind="odd"),
    "an operator with a line": update_user(role="operator"),
    "a subscriber without a line": update_user(line=None),
    "a department administrator of nothing": update_user(role="department_administrator"),
    "an unknown role": update_user(role="odd"),
    "a login twice": update_user(login="+14185550101"),
    "a block backwards": add_block("+15145550210", "+15145550200"),
    "a block of two lengths": add_block("+1514555020", "+15145550299"),
    "a department twice at the top": add_department("Sales"),
    "a department twice below another": add_department("Export", below_sales=True),
    "a department with a slash": add_department("a/b"),
    "an extension twice": add_extension("203", "203"),
    "an extension of nothing": add_extension("", ""),
    "an extension of two lengths": add_extension("30", "300"),
    "a line with two extensions": add_extension("300", "300", of_bob=True),
    "a range of one line": lambda company: Extension.objects.filter(line=company.bob).update(last="209"),
    "a SIP user twice": lambda company: Phone.objects.filter(line=company.bob).update(
        sip_user=company.carol.phones.get().sip_user
    ),
    "a second mailbox": lambda company: Mailbox.objects.create(line=company.bob),
}


@pytest.mark.parametrize("write", REFUSED.values(), ids=REFUSED.keys())
def test_the_database_refuses(write: Callable[[Company], object]) -> None:
    company = make_company()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(company)
