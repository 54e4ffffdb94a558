"""New secrets for a line that is there: a first password, a temporary PIN, shown once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, generate_pin
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import ErrorCode, Invalid, Problem
from carillon.features.line_management.services import Secrets, receipt_of_line
from carillon.features.lines.queries import access_line
from carillon.features.lines.services import lock_line
from carillon.features.operators.services import reset_password
from carillon.features.voicemail.services import change_pin


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
        return Secrets(line=line, receipt=receipt_of_line(line, now), password=new_password, pin=new_pin)
