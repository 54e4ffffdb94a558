"""Sending a comment to the platform operator, and marking it done."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import (
    Actor,
    Change,
    ErrorCode,
    Invalid,
    Problem,
    Receipt,
    lock_group,
    record_change,
    write_version,
)
from carillon.features.feedback.choices import FeedbackKind, FeedbackState
from carillon.features.feedback.models import LONGEST_PAGE, LONGEST_TEXT, Feedback
from carillon.features.feedback.queries import MOST_IN_WINDOW, lately, sent_lately
from carillon.features.mail.services import Letter, queue_mail


def send_feedback(*, access: Access, kind: str, page: str, text: str, now: datetime) -> Receipt:
    """Keep the user's comment and, where the operator has an address, put it in line to be mailed.

    `page` is a path of this portal, "" when unknown. The record of changes says that a comment was sent, not what it
    says: that is between the user and the operator. The same comment again within the hour is the one there is.
    Raises Invalid; the comments of the last hour are counted.
    """
    clean = _cleaned(text)
    problems = _problems(kind=kind, page=page, text=clean)
    if problems:
        raise Invalid(problems)
    user, actor = access.user, actor_for(access.user)
    with transaction.atomic():
        _lock(access)
        same = lately(user_id=user.pk, now=now).filter(page=page, kind=kind, text=clean).first()
        if same is not None:
            return Receipt("feedback", same.pk, same.version, same.group_id, 0, same.at)
        if sent_lately(user_id=user.pk, now=now) >= MOST_IN_WINDOW:
            raise Invalid({"text": Problem(ErrorCode.TOO_OFTEN, {"limit": MOST_IN_WINDOW})})
        sent = Feedback.objects.create(
            at=now,
            user_id=user.pk,
            group_id=access.group_id,
            line_label=actor.label[:120],
            page=page,
            kind=kind,
            text=clean,
        )
        if settings.CARILLON_OPERATOR_MAIL:
            group = access.group.name if access.group else ""
            queue_mail(to=[settings.CARILLON_OPERATOR_MAIL], letter=_letter(sent, group=group), now=now)
        return _record(sent, actor, action="create", version=1, new={"page": page}, now=now)


def mark_done(*, actor: Actor, feedback_id: int, seen_version: int, now: datetime) -> Receipt:
    """Say that the operator has dealt with a comment; raises StaleVersion."""
    with transaction.atomic():
        group_id = Feedback.objects.values_list("group_id", flat=True).get(pk=feedback_id)
        if group_id is not None:
            lock_group(group_id)
        done = {"state": FeedbackState.DONE.value}
        known = Feedback.objects.get(pk=feedback_id)
        if known.state == FeedbackState.DONE:
            return Receipt("feedback", known.pk, known.version, group_id, 0, now)
        version = write_version(
            Feedback.objects.all(),
            kind="feedback",
            object_id=feedback_id,
            seen_version=seen_version,
            values=done,
        )
        found = Feedback.objects.get(pk=feedback_id)
        return _record(found, actor, action="change", version=version, new=done, now=now)


def _lock(access: Access) -> None:
    """Have the user's comments follow one another, so that each counts those before it."""
    if access.group_id is not None:
        lock_group(access.group_id)
    User.objects.select_for_update(of=("self",)).get(pk=access.user.pk)


def _record(
    found: Feedback, actor: Actor, *, action: str, version: int, new: dict[str, str], now: datetime
) -> Receipt:
    change = Change(
        kind="feedback",
        object_id=found.pk,
        label=found.line_label,
        action=action,
        version=version,
        group_id=found.group_id,
        new=new,
        governs_calls=False,
    )
    return record_change(actor=actor, change=change, now=now)


def _cleaned(text: str) -> str:
    """Return the text without outer spaces, with one kind of line break."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip())


def _problems(*, kind: str, page: str, text: str) -> dict[str, Problem]:
    problems: dict[str, Problem] = {}
    if kind not in FeedbackKind.values:
        problems["kind"] = Problem(ErrorCode.UNKNOWN_CHOICE, {"value": kind})
    if len(page) > LONGEST_PAGE:
        problems["page"] = Problem(ErrorCode.TOO_LONG, {"limit": LONGEST_PAGE})
    if not text:
        problems["text"] = Problem(ErrorCode.REQUIRED)
    elif len(text) > LONGEST_TEXT:
        problems["text"] = Problem(ErrorCode.TOO_LONG, {"limit": LONGEST_TEXT})
    else:
        odd = next((c for c in text if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cs"}), None)
        if odd is not None:
            problems["text"] = Problem(ErrorCode.BAD_CHARACTER, {"character": f"U+{ord(odd):04X}"})
    return problems


def _letter(sent: Feedback, *, group: str) -> Letter:
    """Write the operator's letter in the installation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = [
            _("From: %(who)s") % {"who": f"{sent.line_label} · {group}" if group else sent.line_label},
            _("Page: %(page)s") % {"page": sent.page or "–"},
            _("About: %(kind)s") % {"kind": FeedbackKind(sent.kind).label},
        ]
        subject = _("Feedback from %(who)s") % {"who": sent.line_label}
    return Letter(subject=" ".join(subject.split())[:200], body="\n".join(facts) + f"\n\n{sent.text}\n")
