"""`carillon line`: one line, or a CSV file of them."""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from carillon.config.console.desk import ACTOR, Handler, Refused, group_named, now, number_typed, tell
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import generate_pin, login_of
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.models import Department
from carillon.features.extensions.services import create_extension
from carillon.features.line_imports.choices import ImportState
from carillon.features.line_imports.models import LineImport
from carillon.features.line_imports.services import (
    ImportRefused,
    check_import,
    forget_import,
    save_import,
    start_import,
)
from carillon.features.lines.choices import PARTS, LineKind
from carillon.features.lines.services import NewLine, create_line
from carillon.features.operators.services import reset_password
from carillon.features.phones.services import create_phone, reveal_secret
from carillon.web.csv_files import MOST_BYTES, Fault
from carillon.web.forms import explain


def add(arguments: argparse.Namespace) -> Iterator[str]:
    """Create one line with its extension and SIP account; all of it or nothing."""
    group = group_named(arguments.group)
    new = _new_line(arguments, number_typed(arguments.number, group), group.pk)
    with transaction.atomic():
        created = create_line(actor=ACTOR, group_id=group.pk, new=new, now=now())
        said = [f"{created.line.number} {created.line.name}: created"]
        if created.password:
            said.append(f"portal: first password {created.password}")
        if new.pin:
            said.append(f"voicemail: first PIN {new.pin}")
        if arguments.extension:
            create_extension(
                actor=ACTOR, group_id=group.pk, digits=arguments.extension, number=new.number, now=now()
            )
        if arguments.phone:
            phone = create_phone(actor=ACTOR, group_id=group.pk, line_id=created.line.pk, now=now())
            said.append(f"SIP account: {phone.sip_user} {reveal_secret(phone)}")
    yield from said


def _new_line(arguments: argparse.Namespace, number: str, group_id: int) -> NewLine:
    if arguments.type not in LineKind.values:
        raise Refused(f"no type is called {arguments.type!r}; there are: {' '.join(LineKind.values)}")
    kind = LineKind(arguments.type)
    department = Department.objects.filter(group_id=group_id, full_name=arguments.department).first()
    if arguments.department and department is None:
        raise Refused(f"the group has no department {arguments.department!r}")
    voicemail = PARTS[kind].voicemail and not arguments.no_voicemail
    return NewLine(
        number=number,
        name=arguments.name,
        class_of_service_id=_class_of_service(arguments.class_of_service).pk,
        department_id=department.pk if department else None,
        kind=kind,
        language=arguments.language,
        with_voicemail=voicemail,
        with_user=PARTS[kind].user and not arguments.no_portal,
        pin=generate_pin(number=number, extension=arguments.extension) if voicemail else "",
    )


def _class_of_service(name: str) -> ClassOfService:
    rows = ClassOfService.objects.filter(name=name) if name else ClassOfService.objects.all()
    found = list(rows[:2])
    if len(found) != 1:
        raise Refused(f"name the class of service with --class; {name!r} is not one")
    return found[0]


def load(arguments: argparse.Namespace) -> Iterator[str]:
    """Check a file, and save it unless it has errors or only the check was asked for."""
    group = group_named(arguments.group)
    try:
        with Path(arguments.file).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as reason:
        raise Refused(f"{arguments.file}: {reason.strerror}") from None
    row = start_import(actor=ACTOR, group_id=group.pk, file_name=arguments.file, data=data, now=now())
    row = check_import(import_id=row.pk, now=now())
    if row.state == ImportState.CHECKED and not arguments.check:
        with contextlib.suppress(ImportRefused):
            tell(save_import(import_id=row.pk, now=now()))
        row.refresh_from_db()
    said = [json.dumps(_document(row), ensure_ascii=False, indent=2)] if arguments.json else _sheet(row)
    yield from said
    failed = row.state == ImportState.REFUSED
    if row.state != ImportState.SAVED:
        forget_import(import_id=row.pk)
    if failed:
        raise Refused(f"{row.refused_rows} rows have errors; nothing was saved")


def _document(row: LineImport) -> dict[str, Any]:
    return {
        "schema": 1,
        "state": row.state,
        "rows": row.rows,
        "created": row.created_lines,
        "changed": row.changed_lines,
        "unchanged": row.unchanged_lines,
        "new_departments": row.new_departments,
        "errors": [{**error, "reason": explain(Fault(**error))} for error in row.errors],
    }


def _sheet(row: LineImport) -> list[str]:
    done = row.state == ImportState.SAVED
    verb = "created" if done else "to create"
    return [
        *(
            f"row {error['row']}, {error['column'] or '-'}: {explain(Fault(**error))}  [{error['value']}]"
            for error in row.errors
        ),
        (
            f"{row.rows} rows: {row.created_lines} {verb}, {row.changed_lines} {'changed' if done else 'to change'}, "
            f"{row.unchanged_lines} unchanged, {row.refused_rows} refused; {len(row.new_departments)} new departments"
        ),
    ]


def password(arguments: argparse.Namespace) -> Iterator[str]:
    """Hand out a first password."""
    login = login_of(arguments.number)
    user = User.objects.select_related("line__department").filter(login=login, line__isnull=False).first()
    if user is None:
        raise Refused(f"no line with a portal account has the number {arguments.number!r}")
    yield f"{user.login}: first password {reset_password(actor=ACTOR, user=user, now=now())}"


HANDLERS: Mapping[str, Handler] = {"line.add": add, "line.import": load, "line.password": password}
