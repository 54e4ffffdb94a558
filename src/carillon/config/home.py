"""The home page: one tile for each service of the reader, with its state in one line; and searching everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_GET

from carillon.config.frame import Frame
from carillon.config.services import PORTAL, Service
from carillon.features.accounts.choices import Action
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for, may
from carillon.features.departments.queries import find_departments
from carillon.features.lines.queries import Tally, first_lines, tally_of
from carillon.web.htmx import page_or_fragment
from carillon.web.numbers import national
from carillon.web.search import Term, fold, read_term
from carillon.web.sessions import signed_in

MOST_OF_A_KIND = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """One service on the home page."""

    label: str | Promise
    icon: str
    address: str
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a search over everything found."""

    kind: str
    name: str
    address: str
    numbers: str = ""
    """What one dials: kept on one line."""
    place: str = ""


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the services; a subscriber has one, and is taken to it."""
    access = access_for(signed_in(request, User))
    if access.group is None:
        return redirect("operator")
    if not may(access, Action.LIST_LINES):
        return redirect("line", access.own_line_id)
    tally = tally_of(access)
    groups = [(group.label, _tiles(access, group.services, tally)) for group in PORTAL]
    shown = [(label, tiles) for label, tiles in groups if tiles]
    return render(request, "web/home.html", {"access": access, "groups": shown})


def _tiles(access: Access, services: Sequence[Service], tally: Tally) -> list[Tile]:
    tiles = []
    for service in services:
        if service.name == "home" or not service.shown(access):
            continue
        state = service.state(tally) if service.state is not None else ""
        tiles.append(Tile(service.label, service.icon, service.address(access), state))
    return tiles


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find lines, departments and pages of the reader by what he typed."""
    access = access_for(signed_in(request, User))
    if access.group is None or not may(access, Action.LIST_LINES):
        return redirect("home")
    term = read_term(request.GET.get("everything", ""))
    found = [*_lines(access, term), *_departments(access, term), *_pages(request, term)] if term else []
    context = {"access": access, "everything": term.typed, "found": found, "cut": term.cut}
    return page_or_fragment(request, page="web/search.html", fragment="web/_found.html", context=context)


def _lines(access: Access, term: Term) -> list[Found]:
    found = []
    for line in first_lines(access, term, MOST_OF_A_KIND):
        address = reverse("line", args=[line.pk])
        dialled = (line.extension_digits, national(line.number))
        numbers = " · ".join(number for number in dialled if number)
        place = line.department.name if line.department else ""
        found.append(Found("line", line.name, address, numbers, place))
    return found


def _departments(access: Access, term: Term) -> list[Found]:
    lines = reverse("lines")
    return [
        Found("department", department.full_name, f"{lines}?department={department.pk}")
        for department in find_departments(access, term)[:MOST_OF_A_KIND]
    ]


def _pages(request: HttpRequest, term: Term) -> list[Found]:
    entries = (entry for group in Frame(request).navigation for entry in group.entries)
    return [
        Found("page", str(entry.label), entry.address)
        for entry in entries
        if term.text in fold(str(entry.label))
    ]


urlpatterns = [path("", home, name="home"), path("search/", search, name="search")]
