"""Reading comments: a user sees his own, the platform operator all of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from carillon.features.accounts.choices import Action
from carillon.features.accounts.queries import Access, NotFound, may
from carillon.features.feedback.models import Feedback

WINDOW = timedelta(hours=1)
MOST_IN_WINDOW = 20
"""Comments one user may send within the window."""


def feedback_received(access: Access) -> QuerySet[Feedback]:
    """Return every comment, newest first, with its group joined; nothing for anyone but the operator."""
    received = Feedback.objects.select_related("group").order_by("-pk")
    return received if may(access, Action.READ_FEEDBACK) else received.none()


def access_feedback(access: Access, feedback_id: int) -> Feedback:
    """Return a comment to the operator; raises NotFound for anyone else."""
    found = feedback_received(access).filter(pk=feedback_id).first()
    if found is None:
        raise NotFound("feedback", feedback_id)
    return found


def own_feedback(access: Access, feedback_id: int) -> Feedback:
    """Return a comment to the user who sent it; raises NotFound for anyone else."""
    found = Feedback.objects.filter(pk=feedback_id, user_id=access.user.pk).first()
    if found is None:
        raise NotFound("feedback", feedback_id)
    return found


def lately(*, user_id: int, now: datetime) -> QuerySet[Feedback]:
    """Return the comments the user sent within the window."""
    return Feedback.objects.filter(user_id=user_id, at__gt=now - WINDOW)


def sent_lately(*, user_id: int, now: datetime) -> int:
    """Count the comments the user sent within the window."""
    return lately(user_id=user_id, now=now).count()
