"""Reading the record of changes by who may."""

from __future__ import annotations

from django.db.models import QuerySet

from carillon.features.accounts.choices import Action, Reach
from carillon.features.accounts.queries import Access, NotFound, reach
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.queries import entries_of
from carillon.web.parts import Parts

SEARCHED = Parts("audit_auditentry", "search_key", ("search_key",))
"""What a search of the record looks at."""


def entries_in_scope(access: Access) -> QuerySet[AuditEntry]:
    """Return the changes of the reader's scope; raises NotFound for who may read none."""
    match reach(access, Action.READ_RECORD):
        case Reach.PLATFORM:
            return entries_of(group_id=None)
        case Reach.GROUP:
            return entries_of(group_id=access.group_id)
        case Reach.SUBTREE if access.department_path:
            return entries_of(group_id=access.group_id, department_path=access.department_path)
        case _:
            raise NotFound("record", access.user.pk)
