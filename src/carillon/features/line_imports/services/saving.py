"""Writing a plan: a few statements for each thousand rows, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from carillon.features.accounts.models import SignInFailure, UnknownSignIn, User
from carillon.features.accounts.queries import login_key
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import Actor
from carillon.features.call_manager.models import CallSettings
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.line_imports.choices import BATCH
from carillon.features.line_imports.services.planning import Plan, PlannedLine, Tell
from carillon.features.lines.models import Line
from carillon.features.lines.services import note_keys
from carillon.features.phones.models import Phone
from carillon.features.phones.services import generate_secret, generate_sip_user
from carillon.features.trunks.queries import encrypt_secret
from carillon.features.voicemail.models import Mailbox
from carillon.web.search import fold

CHANGED = (
    "name", "name_key", "language", "department", "class_of_service", "emergency_address", "extension_digits",
    "version",
)  # fmt: skip
WITHOUT_VOICEMAIL: dict[str, Any] = {"no_answer": "tone", "no_answer_seconds": 60, "busy": "tone"}


@dataclass(slots=True)
class Writer:
    """Writes one plan. `config_version` is the one that will contain it; `tell` hears of every thousand lines."""

    plan: Plan
    actor: Actor
    config_version: int
    now: datetime
    tell: Tell
    done: int = 0

    def write(self) -> None:
        """Write departments, then new lines with their parts, then changed lines; all with the record."""
        self._create_departments()
        for part in _batches(self.plan.created):
            self._create(part)
            self._tell(len(part))
        for part in _batches(self.plan.changed):
            self._change(part)
            self._tell(len(part))
        self._forget_failures([planned.number for planned in self.plan.created if planned.portal])

    def _tell(self, count: int) -> None:
        self.done += count
        self.tell(self.done, len(self.plan.created) + len(self.plan.changed))

    def _create_departments(self) -> None:
        """Create the new departments level by level: a path ends with the department's own id."""
        picture, group_id = self.plan.picture, self.plan.picture.group.pk
        levels: dict[int, list[str]] = {}
        for path in self.plan.departments:
            levels.setdefault(path.count("/"), []).append(path)
        for _level, paths in sorted(levels.items()):
            parents = [picture.departments.get(path.rpartition("/")[0]) for path in paths]
            rows = Department.objects.bulk_create(
                Department(group_id=group_id, parent_id=parent, name=path.rpartition("/")[2], full_name=path)
                for path, parent in zip(paths, parents, strict=True)
            )
            for path, parent, row in zip(paths, parents, rows, strict=True):
                row.path = f"{picture.department_paths[parent] if parent else '/'}{row.pk}/"
                picture.departments[path], picture.department_paths[row.pk] = row.pk, row.path
            Department.objects.bulk_update(rows, ["path"], batch_size=BATCH)
            self._record(
                self._entry("department", row.pk, row.name, "create", row.path, {}, {"name": row.name}, 1)
                for row in rows
            )

    def _create(self, part: Sequence[PlannedLine]) -> None:
        group_id, departments = self.plan.picture.group.pk, self.plan.picture.departments
        lines = Line.objects.bulk_create(
            Line(
                group_id=group_id,
                department_id=departments.get(planned.department),
                number=planned.number,
                kind=planned.kind,
                name=planned.name,
                language=planned.language,
                class_of_service_id=planned.class_of_service_id,
                emergency_address=planned.emergency_address,
                extension_digits=planned.extension,
            )
            for planned in part
        )
        pairs = list(zip(part, lines, strict=True))
        CallSettings.objects.bulk_create(
            CallSettings(line=line, **({} if planned.voicemail else WITHOUT_VOICEMAIL))
            for planned, line in pairs
        )
        self._give([(line, planned) for planned, line in pairs], new=True)
        self._record(
            self._entry("line", line.pk, str(line), "create", self._path(planned), {}, _recorded(planned), 1)
            for planned, line in pairs
        )

    def _change(self, part: Sequence[PlannedLine]) -> None:
        lines = Line.objects.in_bulk([planned.known.id for planned in part if planned.known])
        pairs = [(lines[planned.known.id], planned) for planned in part if planned.known]
        for line, planned in pairs:
            line.name, line.language = planned.name, planned.language
            line.department_id = self.plan.picture.departments.get(planned.department)
            line.class_of_service_id = planned.class_of_service_id
            line.emergency_address = planned.emergency_address
            line.name_key, line.extension_digits = fold(planned.name)[:128], planned.extension
            line.version += 1
        Line.objects.bulk_update([line for line, _planned in pairs], CHANGED, batch_size=BATCH)
        self._give(pairs, new=False)
        written = {pk: path for path, pk in self.plan.picture.departments.items()}
        plans = dict(ClassOfService.objects.values_list("pk", "name"))
        self._record(
            self._entry(
                "line", line.pk, str(line), "change", self._path(planned),
                _in_names(_before(planned, written), plans), _in_names(planned.changes, plans), line.version,
            )
            for line, planned in pairs
        )  # fmt: skip

    def _give(self, pairs: Sequence[tuple[Line, PlannedLine]], *, new: bool) -> None:
        """Create the mailboxes, accounts, phones and extensions that these lines get."""

        def getting(name: str) -> list[tuple[Line, PlannedLine]]:
            return [pair for pair in pairs if getattr(pair[1], name) and (new or name in pair[1].changes)]

        Mailbox.objects.bulk_create(Mailbox(line=line) for line, _planned in getting("voicemail"))
        # Nobody knows this password, nor does anything match it: the first one is handed out later, line by line.
        User.objects.bulk_create(
            User(login=line.number, line=line, language=planned.language, password=make_password(None))
            for line, planned in getting("portal")
        )
        Phone.objects.bulk_create(
            Phone(
                group_id=line.group_id,
                line=line,
                sip_user=generate_sip_user(),
                sip_secret=encrypt_secret(generate_secret()),
            )
            for line, _planned in getting("phone")
        )
        self._give_extensions(getting("extension"))
        note_keys(group_id=self.plan.picture.group.pk, line_ids=[line.pk for line, _planned in pairs])

    def _give_extensions(self, pairs: Sequence[tuple[Line, PlannedLine]]) -> None:
        """Give each line its extension: its own with other digits, one that waited for its number, or a new one."""
        group_id = self.plan.picture.group.pk
        waiting = {row.first_number: row for row in self.plan.picture.extensions.values()}
        kept = [(line, planned, waiting[line.number]) for line, planned in pairs if line.number in waiting]
        for line, planned, row in kept:
            row.first = row.last = planned.extension
            row.line_id = line.pk
            row.version += 1
        rows = [row for _line, _planned, row in kept]
        Extension.objects.bulk_update(rows, ["first", "last", "line", "version"], batch_size=BATCH)
        fresh = Extension.objects.bulk_create(
            Extension(
                group_id=group_id,
                first=planned.extension,
                last=planned.extension,
                first_number=line.number,
                line=line,
            )
            for line, planned in pairs
            if line.number not in waiting
        )
        self._record(
            self._entry(
                "extension", row.pk, row.first, "create" if row.version == 1 else "change", "", {},
                {"first": row.first, "last": row.last, "first_number": row.first_number}, row.version,
            )
            for row in (*rows, *fresh)
        )  # fmt: skip

    def _path(self, planned: PlannedLine) -> str:
        department_id = self.plan.picture.departments.get(planned.department)
        return self.plan.picture.department_paths.get(department_id or 0, "")

    def _entry(  # noqa: PLR0917 - the columns of the record, in their order
        self,
        kind: str,
        object_id: int,
        label: str,
        action: str,
        path: str,
        old: dict[str, Any],
        new: dict[str, Any],
        version: int,
    ) -> AuditEntry:
        return AuditEntry(
            at=self.now,
            group_id=self.plan.picture.group.pk,
            department_path=path,
            user_id=self.actor.user.pk if self.actor.user else None,
            actor=self.actor.label[:120],
            kind=kind,
            object_id=object_id,
            label=label[:120],
            action=action,
            old=old,
            new=new,
            version=version,
            config_version=self.config_version,
        )

    def _record(self, entries: Iterable[AuditEntry]) -> None:
        AuditEntry.objects.bulk_create(entries, batch_size=BATCH)

    def _forget_failures(self, numbers: Sequence[str]) -> None:
        """A number that nobody had may have been blocked by who tried it; its new line starts without."""
        keys = {login_key(number) for number in numbers}
        for model in (UnknownSignIn, SignInFailure):
            rows: Any = model.objects.all()
            met = [pk for pk, key in rows.values_list("pk", "login_key").iterator() if key in keys]
            for part in _batches(met):
                rows.filter(pk__in=list(part)).delete()


def _batches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _recorded(planned: PlannedLine) -> dict[str, Any]:
    return {
        "number": planned.number,
        "name": planned.name,
        "kind": str(planned.kind),
        "department": planned.department,
        "extension": planned.extension,
    }


def _in_names(values: Mapping[str, Any], plans: Mapping[int, str]) -> dict[str, Any]:
    """Return values as the record keeps them: a class of service by its name."""
    return {
        name: plans.get(value, "") if name == "class_of_service_id" else value
        for name, value in values.items()
    }


def _before(planned: PlannedLine, written: dict[int, str]) -> dict[str, Any]:
    known = planned.known
    if known is None:
        return {}
    parts = {"voicemail": known.has_mailbox, "portal": known.has_user, "phone": known.has_phone}
    was = {"department": written.get(known.department_id or 0, ""), **parts}
    return {name: was[name] if name in was else getattr(known, name) for name in planned.changes}
