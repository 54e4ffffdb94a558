"""Putting back what was there before a save, from its receipt.

A page joins by its name here and a function of its own services: it checks that the user may (still) change the object,
takes the values before the save from the `Act` and hands them to the service that saves the page. So what is put back
passes the same checks, is refused when someone saved since, and is kept in the record as a change of its own. The page's
view names itself in `receipts.after_save(..., undo=Undo(page, object_id))`. Secrets never join: the record has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from carillon.features.accounts.queries import Access, NotFound
from carillon.features.audit.queries import Act, act_of
from carillon.features.audit.services import Receipt, StaleVersion, changes_since
from carillon.features.call_manager import services as call_manager
from carillon.features.line_actions import services as line_actions
from carillon.features.voicemail import services as voicemail


class PutBack(Protocol):
    """Put the values before a save back; raises NotFound, Invalid and StaleVersion."""

    def __call__(self, *, access: Access, object_id: int, act: Act, now: datetime) -> Receipt: ...


PUT_BACK: Mapping[str, PutBack] = {
    "incoming-calls": call_manager.put_back_incoming,
    "availability": call_manager.put_back_availability,
    "call-settings": call_manager.put_back_call_settings,
    "message-settings": voicemail.put_back_message_settings,
    "line-details": line_actions.put_back_details,
}


def undo(*, access: Access, page: str, object_id: int, entry_id: int, now: datetime) -> Receipt:
    """Put back what was there before a save of this page by this user; `entry_id` is in its receipt.

    Raises NotFound, Invalid (what was there is not permitted any more) and StaleVersion (someone saved since).
    """
    put_back = PUT_BACK.get(page)
    act = act_of(entry_id, user_id=access.user.pk)
    if put_back is None or act is None:
        raise NotFound("change", entry_id)
    receipt = put_back(access=access, object_id=object_id, act=act, now=now)
    if not receipt.entry:
        raise _put_back_already(act)
    return receipt


def _put_back_already(act: Act) -> StaleVersion:
    """Return the refusal of a change that stands no more: someone has put the values back already."""
    kind, part = next(iter(act.parts.items()))
    differences = changes_since(kind=kind, object_id=part.object_id, version=part.version)
    return StaleVersion(
        kind=kind,
        object_id=part.object_id,
        seen=part.version,
        current=part.version + 1,
        differences=differences,
    )
