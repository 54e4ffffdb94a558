"""Importing lines: choose a file, see what it would do, save it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carillon import clock
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import access_for
from carillon.features.accounts.services import actor_for
from carillon.features.line_imports import services
from carillon.features.line_imports.choices import COLUMNS, INLINE_ROWS, ImportState
from carillon.features.line_imports.forms import FileForm
from carillon.features.line_imports.models import LineImport
from carillon.features.line_imports.queries import (
    access_import,
    group_for_import,
    imports_of,
    progress_of,
    rows_of,
)
from carillon.web import receipts
from carillon.web.changes import worded_label
from carillon.web.csv_files import Fault, write_csv
from carillon.web.forms import explain, summaries
from carillon.web.htmx import page_or_fragment
from carillon.web.middleware import background
from carillon.web.numbers import french
from carillon.web.posted import posted
from carillon.web.sessions import signed_in

SHOWN_ERRORS = 100
BUSY = (ImportState.WAITING, ImportState.CHECKING, ImportState.QUEUED, ImportState.SAVING)


@require_http_methods(["GET", "HEAD", "POST"])
def line_imports(request: HttpRequest, group_id: int) -> HttpResponse:
    """Ask for a file and list the earlier ones."""
    access = access_for(signed_in(request, User))
    earlier = imports_of(access, group_id)
    group = group_for_import(access, group_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        row = services.start_import(
            actor=actor_for(access.user),
            group_id=group_id,
            file_name=file.name or "",
            data=file.read(),
            now=clock.now(),
        )
        if rows_of(row) <= INLINE_ROWS:
            services.check_import(import_id=row.pk, now=clock.now())
        return redirect("line-import", row.pk)
    refused = summaries([form]) if form.is_bound else []
    context = {
        "access": access,
        "group": group,
        "form": form,
        "refused": refused,
        "imports": _told_by(earlier[:20]),
    }
    context["columns"] = _titles()
    return render(request, "line_imports/list.html", context, status=422 if refused else 200)


def _told_by(rows: Iterable[LineImport]) -> list[tuple[LineImport, str]]:
    """Return each import with who handed it in, in words."""
    return [(row, worded_label(row.actor)) for row in rows]


def _titles() -> list[str]:
    """Return the columns' titles in the reader's language."""
    return [column.titles[1 if french() and len(column.titles) > 1 else 0] for column in COLUMNS]


@require_GET
def example(request: HttpRequest, group_id: int) -> HttpResponse:
    """Download a file with the titles alone."""
    access = access_for(signed_in(request, User))
    group_for_import(access, group_id)
    response = HttpResponse(b"".join(write_csv(_titles(), [])), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_("lines")}.csv"'
    return response


@require_GET
def line_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show where an import stands: what it would do, its errors, its progress."""
    access = access_for(signed_in(request, User))
    return _page(request, access_import(access, import_id), {"access": access})


@background
@require_GET
def progress(request: HttpRequest, import_id: int) -> HttpResponse:
    """The same, asked for by the page itself while the worker is at it."""
    access = access_for(signed_in(request, User))
    return _page(request, access_import(access, import_id), {"access": access})


def _page(request: HttpRequest, row: LineImport, more: dict[str, Any]) -> HttpResponse:
    context = {
        "row": row,
        "group": row.group,
        "busy": row.state in BUSY,
        "percent": progress_of(row),
        "errors": [_told(error) for error in row.errors[:SHOWN_ERRORS]],
        "error_count": len(row.errors),
        "receipt": receipts.standing(request),
    }
    return page_or_fragment(
        request, page="line_imports/import.html", fragment="line_imports/_import.html", context=context | more
    )


def _told(error: dict[str, Any]) -> dict[str, Any]:
    return {**error, "reason": explain(Fault(**error))}


@posted(instead="line-import")
def save(request: HttpRequest, import_id: int) -> HttpResponse:
    """Save a checked import: at once when it is small, by the worker when it is not."""
    access = access_for(signed_in(request, User))
    row = access_import(access, import_id)
    address = redirect("line-import", row.pk).url
    with contextlib.suppress(services.ImportRefused):  # the page says where it stands
        if row.rows > INLINE_ROWS:
            services.queue_save(import_id=row.pk, now=clock.now())
        else:
            receipt = services.save_import(import_id=row.pk, now=clock.now())
            address = receipts.after_save(address, receipt, user_id=access.user.pk)
    return HttpResponseRedirect(address)


@posted(instead="line-import")
def forget(request: HttpRequest, import_id: int) -> HttpResponse:
    """Drop an import that was not saved."""
    row = access_import(access_for(signed_in(request, User)), import_id)
    services.forget_import(import_id=row.pk)
    return redirect("line-imports", row.group_id)


@require_GET
def errors(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    """Download every error: row, column, value, reason."""
    row = access_import(access_for(signed_in(request, User)), import_id)
    titles = (_("Row"), _("Column"), _("Value"), _("Reason"))
    told = [_told(error) for error in row.errors]
    cells: Iterator[tuple[object, ...]] = (
        (error["row"] or "", error["column"], error["value"], error["reason"]) for error in told
    )
    response = StreamingHttpResponse(write_csv(titles, cells), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_("errors")}-{row.pk}.csv"'
    return response
