"""Reading lines for the portal: which ones a reader may see, find and count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.apps import apps
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, ngettext

from carillon.features.accounts.choices import Action, Reach, Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, Target, may, reach
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.queries import history
from carillon.features.departments.queries import departments_holding
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.web.parts import Parts
from carillon.web.search import Term, fold

ADMINISTRATORS = (Role.GROUP_ADMINISTRATOR, Role.DEPARTMENT_ADMINISTRATOR)
FEW = 300
MANY = 5000
"""So many lines are in the departments found that a page of them is met soon on the way through any order."""
MANY_DEPARTMENTS = 500
"""So many departments hold so many lines."""
MANY_ADMINISTRATORS = 1000
SEARCHED = Parts("lines_line", "search_key", ("name_key", "number", "extension_digits"))
"""What a search of lines looks at."""
LISTED = (
    "pk",
    "group_id",
    "number",
    "kind",
    "name",
    "suspended",
    "locked_at",
    "name_key",
    "extension_digits",
    "department_key",
    "department__full_name",
    "department__path",
    "user__role",
    "user__blocked_at",
    "restorable",
)
"""What a list reads of each line."""
_ADMINISTRATOR_WORDS = ("administrateur", "administrateurs", "administrator", "administrators")


class ListedLine(Protocol):
    """A line as a list reads it; `restorable`: it was reset and can still be given back its former state."""

    pk: int
    group_id: int
    number: str
    kind: str
    name: str
    suspended: bool
    locked_at: datetime | None
    extension_digits: str
    department__full_name: str | None
    department__path: str | None
    user__role: str | None
    user__blocked_at: datetime | None
    restorable: bool


def lines_in_scope(access: Access, action: Action = Action.LIST_LINES) -> QuerySet[Line]:
    """Return the lines the user may do this to, by number."""
    lines = Line.objects.order_by("number")
    match reach(access, action):
        case Reach.PLATFORM:
            return lines
        case Reach.GROUP:
            return lines.filter(group_id=access.group_id)
        case Reach.SUBTREE if access.department_path:
            return lines.filter(group_id=access.group_id, department__path__startswith=access.department_path)
        case Reach.OWN if access.own_line_id is not None:
            return lines.filter(pk=access.own_line_id)
        case _:
            return lines.none()


def access_line(access: Access, line_id: int, action: Action = Action.VIEW_LINE) -> Line:
    """Return the line if the user may do this to it, else raise NotFound: never told from a missing one."""
    lines = Line.objects.select_related(
        "group", "department", "class_of_service", "extension", "user", "call_settings", "mailbox"
    )
    line = lines.filter(pk=line_id).first()
    if line is None or not may(access, action, target_of(line)):
        raise NotFound("line", line_id)
    return line


def check_lines(access: Access, line_ids: Collection[int]) -> None:
    """Raise NotFound unless the user may view every one of these lines (one query)."""
    seen = lines_in_scope(access, Action.VIEW_LINE).filter(pk__in=line_ids).values_list("pk", flat=True)
    missing = set(line_ids) - {access.own_line_id, *seen}
    if missing:
        raise NotFound("line", min(missing))


def target_of(line: Line) -> Target:
    """Return where a line lives, for accounts.queries.may (its department joined, or one query)."""
    return Target(line.group_id, line.department.path if line.department else "", line.pk)


def listed(access: Access, kinds: Collection[str] = ()) -> QuerySet[Line]:
    """Return the lines of a list, of which it reads `LISTED`; `kinds` limits their types."""
    lines = lines_in_scope(access).annotate(restorable=Exists(_snapshots().filter(line_id=OuterRef("pk"))))
    if not kinds:
        return lines
    of_kind = lines_in_scope(access).order_by().filter(kind__in=kinds)
    few = list(of_kind.values_list("pk", flat=True)[: FEW + 1])
    # Few among many: found by their type once, not by walking through the order of every line.
    return lines.filter(pk__in=few) if len(few) <= FEW else lines.filter(kind__in=kinds)


def restorable(line_id: int) -> bool:
    """Say whether the line was reset and can still be given back its former state (one query)."""
    return _snapshots().filter(line_id=line_id).exists()


def _snapshots() -> QuerySet[Any]:
    """Return what resets took away and can still be given back; it belongs to a feature that uses this one."""
    snapshots = apps.get_model("line_actions", "LineSnapshot").objects
    return snapshots.order_by().exclude(payload="")


def lines_matching(access: Access, term: Term, group_id: int | None = None) -> Q:
    """Return the condition of a search over every column of the lists of lines (`group_id`: of one group's lines)."""
    found = SEARCHED.holding(term.digits or term.text)
    if not term.digits:
        kinds = kinds_matching(term)
        found |= in_departments(access, term, group_id)
        found |= Q(kind__in=kinds) if kinds else Q()
    return found


def in_departments(access: Access, term: Term, group_id: int | None = None) -> Q:
    """Return the condition of the lines of departments whose path holds the term (two short queries).

    Few lines are reached by their departments; for many, each line on the way says itself where it belongs: gathering
    and sorting all of them would cost more than the page does. No number of departments is too large for either.
    """
    departments = list(
        departments_holding(access, term, group_id).values_list("pk", flat=True)[: MANY_DEPARTMENTS + 1]
    )
    if not departments:
        return Q(pk__in=())
    if len(departments) > MANY_DEPARTMENTS:
        return Q(department_key__holds=term.text)
    inside = Q(department_id__in=departments)
    count = Line.objects.order_by().filter(inside).values("pk")[: MANY + 1].count()
    if count > MANY:
        return Q(department_key__holds=term.text)
    return inside if count else Q(pk__in=())


def kinds_matching(term: Term) -> list[str]:
    """Return the types of line whose name, in the reader's language, holds the term."""
    return [kind.value for kind in LineKind if term.text in fold(str(kind.label))]


def administrators_first(access: Access, term: Term, group_id: int | None = None) -> Q | None:
    """Return the condition of an administrator's line when `admin` (or more of the word) is searched (one query).

    They are few, and named by their numbers: a database that is left to find them looks at every line.
    """
    if len(term.text) < len("admin") or not any(word.startswith(term.text) for word in _ADMINISTRATOR_WORDS):
        return None
    found = User.objects.filter(role__in=ADMINISTRATORS, line__isnull=False)
    group_id = group_id or access.group_id
    if group_id is not None:
        found = found.filter(line__group_id=group_id)
    lines = list(found.values_list("line_id", flat=True)[: MANY_ADMINISTRATORS + 1])
    return Q(pk__in=lines) if len(lines) <= MANY_ADMINISTRATORS else Q(pk__in=found.values("line_id"))


def first_lines(access: Access, term: Term, most: int) -> list[Line]:
    """Return the first lines of the reader's scope that hold the term in name, number or extension (one query)."""
    found = lines_in_scope(access).select_related("department")
    condition = SEARCHED.holding(term.digits or term.text)
    return list(found.filter(condition).order_by("name_key", "id")[:most])


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines of each type a reader has, and how many of them are locked."""

    lines: Mapping[str, int]
    locked: Mapping[str, int]

    def words(self, kinds: Collection[str] = ()) -> str:
        """Return the numbers of these types (none named: all) in words."""
        count = sum(number for kind, number in self.lines.items() if not kinds or kind in kinds)
        locked = sum(number for kind, number in self.locked.items() if not kinds or kind in kinds)
        if not locked:
            return counted_lines(count)
        words = ngettext("%(number)s locked", "%(number)s locked", locked) % {"number": locked}
        return gettext("%(lines)s, %(locked)s") % {"lines": counted_lines(count), "locked": words}


def tally_of(access: Access) -> Tally:
    """Count the reader's lines by type (two queries by index)."""
    lines = lines_in_scope(access).order_by()
    counted = lines.values_list("kind").annotate(number=Count("pk"))
    return Tally(dict(counted), dict(counted.filter(locked_at__isnull=False)))


def counted_lines(number: int) -> str:
    """Return a number of lines in words."""
    return ngettext("%(number)s line", "%(number)s lines", number) % {"number": number}


def record_of(line: Line) -> QuerySet[AuditEntry]:
    """Return every recorded change of the line and of what belongs to it, newest first."""
    entries = history(kind="line", object_id=line.pk)
    settings, mailbox = getattr(line, "call_settings", None), getattr(line, "mailbox", None)
    if settings is not None:
        entries |= history(kind="call_settings", object_id=settings.pk)
    if mailbox is not None:
        entries |= history(kind="mailbox", object_id=mailbox.pk)
    return entries
