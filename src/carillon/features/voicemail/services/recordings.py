"""What a subscriber records of his own, his name and his greeting, and how far the setup of his mailbox is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from carillon.calls.commands import FormerSubscriber
from carillon.calls.model import SetupStep
from carillon.features.accounts.queries import NotFound
from carillon.features.audit.services import Actor, Receipt
from carillon.features.lines.services import lock_line
from carillon.features.voicemail.choices import NEXT_STEP
from carillon.features.voicemail.models import Mailbox
from carillon.features.voicemail.services.changes import TELEPHONE, change_mailbox


def use_greeting(
    *, mailbox_id: int, token: str, now: datetime, actor: Actor = TELEPHONE, resets: int | None = None
) -> Receipt:
    """Make a recording the mailbox's greeting ("": the system greeting). Raises NotFound.

    With `resets`, here and below: only while the mailbox was reset that many times, else raises FormerSubscriber.
    """
    wanted = {"greeting": token}
    change = _Change(SetupStep.GREETING, wanted, "greeting", resets)
    return _use(mailbox_id, change, actor=actor, now=now)


def use_name(
    *, mailbox_id: int, token: str, now: datetime, actor: Actor = TELEPHONE, resets: int | None = None
) -> Receipt:
    """Make a recording the name that the system greeting says ("": the number). Raises NotFound."""
    wanted = {"recorded_name": token}
    change = _Change(SetupStep.NAME, wanted, "recorded_name", resets)
    return _use(mailbox_id, change, actor=actor, now=now)


def pass_setup(
    *, mailbox_id: int, step: SetupStep, now: datetime, actor: Actor = TELEPHONE, resets: int | None = None
) -> Receipt:
    """Take note that this step of the setup is done or skipped; nothing changes if another one is due. Raises NotFound."""
    return _use(mailbox_id, _Change(step, {}, "pass_setup", resets), actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class _Change:
    step: SetupStep
    wanted: dict[str, Any]
    action: str
    resets: int | None


def _use(mailbox_id: int, change: _Change, *, actor: Actor, now: datetime) -> Receipt:
    """Write what is wanted and, in the same change, that this step of the setup is no longer due."""
    with transaction.atomic():
        found = Mailbox.objects.filter(pk=mailbox_id).values_list("line_id", flat=True).first()
        if found is None:
            raise NotFound("mailbox", mailbox_id)
        lock_line(found)
        due, resets = Mailbox.objects.values_list("setup_due", "resets").get(pk=mailbox_id)
        if change.resets not in {None, resets}:
            raise FormerSubscriber
        passed = {"setup_due": NEXT_STEP[due]} if due == change.step else {}
        return change_mailbox(
            actor=actor,
            line_id=found,
            wanted=change.wanted | passed,
            action=change.action,
            seen_version=None,
            now=now,
        )
