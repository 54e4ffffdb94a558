"""Taking a line out of service, and back: the operator does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import Receipt, record_changes
from carillon.features.line_actions.services.acting import line_to_act_on
from carillon.features.lines.models import Line
from carillon.features.lines.services import change_of


def suspend_line(*, access: Access, line_id: int, suspended: bool, now: datetime) -> Receipt:
    """Suspend a line or take it back: suspended, it makes emergency calls only. Raises NotFound."""
    with transaction.atomic():
        line, config_version = line_to_act_on(access, line_id, Action.MANAGE_LINES)
        if line.suspended == suspended:
            return Receipt("line", line.pk, line.version, line.group_id, config_version, now)
        Line.objects.filter(pk=line.pk).update(suspended=suspended, version=F("version") + 1)
        told = ({"suspended": line.suspended}, {"suspended": suspended})
        change = change_of(line, "change", *told, version=line.version + 1)
        return record_changes(actor=actor_for(access.user), changes=[change], now=now)
