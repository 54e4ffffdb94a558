"""The record of changes: who changed what, when, from what to what."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from carillon.features.accounts.models import User
from carillon.features.accounts.queries import access_for
from carillon.features.audit.models import AuditEntry
from carillon.features.record.queries import SEARCHED, entries_in_scope
from carillon.web.changes import kind_in_words, kinds_matching, tell, worded_label
from carillon.web.lists import page
from carillon.web.lists.spec import Column, Empty, ListSpec, Pen
from carillon.web.numbers import day_and_time, whole
from carillon.web.search import Term
from carillon.web.sessions import signed_in


@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """List the changes of the reader's scope, newest first."""
    access = access_for(signed_in(request, User))
    columns = access.user.list_columns.get("record")
    listing = page.build(
        _list(), entries_in_scope(access), request, chosen=tuple(columns) if columns else None
    )
    return page.respond(request, listing, heading=_("Record of changes"), access=access)


def _list() -> ListSpec:
    return ListSpec(
        name="record",
        columns=(
            Column("when", gettext_lazy("When"), _when, ("id",), fixed=True, head=True),
            Column(
                "who",
                gettext_lazy("Who"),
                lambda entry, pen: whole(pen(tell(entry).who)),
                (),
                _holds,
                fixed=True,
            ),
            Column("what", gettext_lazy("What"), _what, (), _what_matches),
            Column("change", gettext_lazy("Change"), _change),
            Column("version", gettext_lazy("Version"), lambda entry, pen: pen(entry.version), hidden=True),
        ),
        sort="-when",
        counted=lambda number: (
            ngettext("%(number)s change", "%(number)s changes", number) % {"number": number}
        ),
        empty=Empty(
            gettext_lazy("No changes yet"),
            gettext_lazy("Every saved change appears here with who made it, when, and what it was before."),
        ),
        placeholder=gettext_lazy("Person, number or name"),
        name_of=lambda entry: str(entry.label),
    )


def _holds(term: Term) -> Q:
    return SEARCHED.holding(term.digits or term.text)


def _what_matches(term: Term) -> Q:
    kinds = kinds_matching(term)
    return _holds(term) | Q(kind__in=kinds) if kinds else _holds(term)


def _when(entry: AuditEntry, pen: Pen) -> SafeString:
    del pen
    return format_html("<time datetime='{}'>{}</time>", entry.at.isoformat(), day_and_time(entry.at))


def _what(entry: AuditEntry, pen: Pen) -> SafeString:
    action = tell(entry).action
    kind = kind_in_words(entry.kind)
    shown = format_html("{} · {}", pen(kind), whole(pen(worded_label(entry.label))))
    return format_html("{}<div>{}</div>", shown, action) if action else shown


def _change(entry: AuditEntry, pen: Pen) -> SafeString:
    del pen
    told = tell(entry)
    if told.created:
        return format_html_join(
            "", "<div>{} {}</div>", ((_colon(d.label), whole(d.new)) for d in told.differences)
        )
    return format_html_join(
        "",
        '<div>{} <span class="old-value">{}</span> <span aria-hidden="true">→</span>'
        '<span class="visually-hidden">{}</span> {}</div>',
        ((_colon(d.label), whole(d.old), _("became"), whole(d.new)) for d in told.differences),
    )


def _colon(label: str) -> str:
    return _("%(label)s:") % {"label": label}
