"""*Delete selected lines* of the lists of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_http_methods

from carillon import clock
from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for, may
from carillon.features.audit.services import Receipt
from carillon.features.audit.views import delete_selected
from carillon.features.line_actions.views.opening import way_back
from carillon.features.line_management import services
from carillon.features.line_management.queries import (
    Sums,
    hindrances_among,
    lines_to_delete,
    sums_of,
    uses_among,
)
from carillon.features.line_management.views.deleting import used_by
from carillon.features.lines.queries import counted_lines
from carillon.web.forms import explain
from carillon.web.lists.selected import Deletion, Selected, Selection, digest_of
from carillon.web.numbers import national
from carillon.web.sessions import signed_in

LOST: Mapping[str, str | Promise] = {
    "lines": ngettext_lazy("%(number)s number", "%(number)s numbers", "number"),
    "extensions": ngettext_lazy("%(number)s extension", "%(number)s extensions", "number"),
    "phones": ngettext_lazy(
        "%(number)s SIP account: its phone stops working",
        "%(number)s SIP accounts: their phones stop working",
        "number",
    ),
    "messages": ngettext_lazy("%(number)s voice message", "%(number)s voice messages", "number"),
    "greetings": ngettext_lazy("%(number)s recorded greeting", "%(number)s recorded greetings", "number"),
    "recorded_names": ngettext_lazy("%(number)s recorded name", "%(number)s recorded names", "number"),
    "mailboxes": ngettext_lazy(
        "%(number)s mailbox and its PIN", "%(number)s mailboxes and their PINs", "number"
    ),
    "accounts": ngettext_lazy(
        "%(number)s portal account, its password and its open sessions",
        "%(number)s portal accounts, their passwords and their open sessions",
        "number",
    ),
    "administrators": ngettext_lazy(
        "the rights of %(number)s administrator", "the rights of %(number)s administrators", "number"
    ),
    "other_rows": ngettext_lazy(
        "%(number)s entry of subscribers' lists (numbers that ring, and so on)",
        "%(number)s entries of subscribers' lists (numbers that ring, and so on)",
        "number",
    ),
    "memberships": ngettext_lazy(
        "%(number)s membership of groups", "%(number)s memberships of groups", "number"
    ),
}
"""What is lost with the lines, in the fields of `Sums`."""


@require_http_methods(["GET", "HEAD", "POST"])
def delete_lines(request: HttpRequest) -> HttpResponse:
    """Delete every ticked line, or none; the receipt is on the list."""
    access = access_for(signed_in(request, User))
    if not may(access, Action.MANAGE_LINES):
        raise NotFound("page", request.path)
    return delete_selected(request, _deletion(access), back=way_back(request), access=access)


def _deletion(access: Access) -> Deletion:
    def delete(ids: Sequence[int], count: int | None, seen: str) -> Receipt:
        return services.delete_lines(access=access, line_ids=ids, count=count, seen=seen, now=clock.now())

    return Deletion(
        heading=gettext_lazy("Delete lines"),
        address=reverse("delete-lines"),
        counted=counted_lines,
        warning=gettext_lazy(
            "The numbers are free again for other lines. The call logs and the record of changes keep what they say "
            "of these lines."
        ),
        find=lambda ids: _selection(access, ids),
        delete=delete,
    )


def _selection(access: Access, ids: Sequence[int]) -> Selection:
    lines = lines_to_delete(access, ids)
    hindrances, uses = hindrances_among(access, lines), uses_among(lines)
    rows = [
        Selected(
            name=line.name,
            details=_numbers(line.extension_digits, line.number),
            address=reverse("line", args=[line.pk]),
            uses=[used_by(access, use, line.group) for use in uses[line.pk]],
            hindrances=[explain(problem) for problem in hindrances.get(line.pk, ())],
        )
        for line in lines
    ]
    seen = digest_of((line.pk, line.version) for line in lines)
    return Selection(rows, _in_words(sums_of(lines)), seen)


def _numbers(extension: str, number: str) -> str:
    return " · ".join(one for one in (extension, str(national(number))) if one)


def _in_words(sums: Sums) -> list[str]:
    """Return what is lost in sum; of what there is none nothing is said."""
    counted = ((getattr(sums, name), words) for name, words in LOST.items())
    lost = [str(words % {"number": number}) for number, words in counted if number]
    return [*lost, _("the call settings, and former states kept after a reset")]
