"""The comments that users sent about the portal."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from carillon.features.accounts.queries import Access
from carillon.features.accounts.services import actor_for
from carillon.features.audit.services import StaleVersion
from carillon.features.feedback import services
from carillon.features.feedback.choices import FeedbackState
from carillon.features.feedback.models import Feedback
from carillon.features.feedback.queries import access_feedback, feedback_received
from carillon.features.operator_console.views.desk import confirm, now, operator_page
from carillon.web.changes import worded_label
from carillon.web.lists import page
from carillon.web.lists.cells import path
from carillon.web.lists.spec import Column, Empty, ListSpec, Pen, RowAction
from carillon.web.numbers import day_and_time, whole


@operator_page
def comments(request: HttpRequest, access: Access) -> HttpResponse:
    """List the comments received, the newest first."""
    columns = access.user.list_columns.get("comments")
    listing = page.build(
        _list(), feedback_received(access), request, chosen=tuple(columns) if columns else None
    )
    return page.respond(request, listing, heading=_("Feedback received"), access=access)


@operator_page
def comment_done(request: HttpRequest, access: Access, feedback_id: int) -> HttpResponse:
    """Ask, then mark one comment as done."""
    found = access_feedback(access, feedback_id)

    def act() -> None:
        with contextlib.suppress(StaleVersion):  # somebody else was quicker: it is done
            services.mark_done(
                actor=actor_for(access.user), feedback_id=found.pk, seen_version=found.version, now=now()
            )

    return confirm(
        request,
        access,
        act=act,
        heading=_("Mark this comment as done"),
        warning=found.text,
        verb=_("Done"),
        harmless=True,
        back=reverse("operator-feedback"),
    )


def _list() -> ListSpec:
    return ListSpec(
        name="comments",
        columns=(
            Column("when", gettext_lazy("When"), _when, ("id",), fixed=True, head=True),
            Column("who", gettext_lazy("Who"), _who, (), lambda term: Q(line_label__icontains=term.typed)),
            Column(
                "page",
                gettext_lazy("Page"),
                lambda row, pen: path(pen(row.page)),
                (),
                lambda term: Q(page__icontains=term.typed),
            ),
            Column("kind", gettext_lazy("Kind"), lambda row, pen: pen(row.get_kind_display())),
            Column("text", gettext_lazy("Comment"), _text, (), lambda term: Q(text__icontains=term.typed)),
            Column("state", gettext_lazy("State"), _state, ("state", "id")),
        ),
        sort="-when",
        counted=lambda number: (
            ngettext("%(number)s comment", "%(number)s comments", number) % {"number": number}
        ),
        empty=Empty(
            gettext_lazy("No comments yet"),
            gettext_lazy("What users write with “Send feedback” appears here, with the address of the page."),
        ),
        actions=_actions,
        name_of=lambda row: str(row.line_label),
    )


def _actions(row: Feedback) -> Sequence[RowAction]:
    if row.state == FeedbackState.DONE:
        return ()
    return (RowAction(_("Mark as done"), reverse("operator-feedback-done", args=[row.pk]), dialog=False),)


def _when(row: Feedback, pen: Pen) -> SafeString:
    del pen
    return format_html("<time datetime='{}'>{}</time>", row.at.isoformat(), day_and_time(row.at))


def _who(row: Feedback, pen: Pen) -> SafeString:
    company = row.group.name if row.group is not None else ""
    return format_html("<div>{}<div>{}</div></div>", whole(pen(worded_label(row.line_label))), company)


def _state(row: Feedback, pen: Pen) -> SafeString:
    return format_html('<span class="text-nowrap">{}</span>', pen(row.get_state_display()))


def _text(row: Feedback, pen: Pen) -> SafeString:
    del pen
    return format_html("<div>{}</div>", SafeString(linebreaks(row.text, autoescape=True)))
