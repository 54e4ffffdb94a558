"""The frame around every page: which services its side bar offers to this reader, help, search, appearance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from carillon.features.accounts.choices import Action, Density, Role, Theme
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for, may
from carillon.features.lines.queries import Tally
from carillon.web.help import topic_of

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Service:
    """One entry of the side bar and one tile of the home page.

    `state` says in one line how the service stands, of what was counted. `pages` are the addresses (by name) that belong to it.
    """

    name: str
    label: Text
    icon: str
    shown: Callable[[Access], bool]
    state: Callable[[Tally], str] | None = None
    pages: tuple[str, ...] = ()
    own: bool = False
    """Whether the address is one of the reader's own line."""
    of_lines: bool = False
    """Whether the pages of every line belong to it that no other entry leads to."""

    def address(self, access: Access) -> str:
        """Return where it leads."""
        return reverse(self.name, args=[access.own_line_id] if self.own else [])


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the side bar with its services."""

    label: Text
    services: Sequence[Service]


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as the side bar shows it to one reader."""

    label: Text
    icon: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A heading of the side bar as one reader sees it."""

    label: Text
    entries: tuple[Entry, ...]


def _administers(access: Access) -> bool:
    return access.group is not None and may(access, Action.LIST_LINES)


def _operates(access: Access) -> bool:
    return access.role is Role.OPERATOR


def _has_line(access: Access) -> bool:
    return access.own_line_id is not None


def _is_subscriber(access: Access) -> bool:
    return access.role is Role.SUBSCRIBER


def _has_mailbox(access: Access) -> bool:
    return _is_subscriber(access) and getattr(access.user.line, "mailbox", None) is not None


def _lines(*kinds: str) -> Callable[[Tally], str]:
    return lambda tally: tally.words(kinds)


MANAGED = ("add-line", "line-service", "delete-line", "delete-lines", "line-imports", "line-import")
"""Pages that add, import, renumber and delete lines."""
PORTAL: Sequence[Group] = (
    Group("", (Service("home", _("Home page"), "home", lambda access: True),)),
    Group(
        _("Lines and phones"),
        (
            Service("lines", _("Lines"), "phone", _administers, _lines(), MANAGED, of_lines=True),
            Service("users", _("Users"), "users", _administers, _lines("user", "basic", "common_area")),
            Service(
                "attendants",
                _("Attendants"),
                "headset",
                _administers,
                _lines("easy_attendant", "premium_attendant"),
            ),
            Service("group-access", _("Group access"), "affiliate", _administers, _lines("pilot")),
        ),
    ),
    Group(
        _("Business services"),
        (
            Service(
                "record",
                _("Record of changes"),
                "history",
                lambda access: access.group is not None and may(access, Action.READ_RECORD),
            ),
        ),
    ),
    Group(
        _("My line"),
        (
            Service("incoming-calls", _("Incoming calls"), "phone-incoming", _has_line, own=True),
            Service("availability", _("Availability"), "bell", _has_line, own=True),
            Service("call-settings", _("Call settings"), "settings", _is_subscriber, own=True),
            Service("message-settings", _("Messages"), "mail", _has_mailbox, own=True),
        ),
    ),
)

OPERATOR: Sequence[Group] = (
    Group(
        _("Platform"),
        (
            Service(
                "operator",
                _("Business groups"),
                "building",
                _operates,
                pages=(
                    "operator-group", "operator-group-add", "operator-group-details", "operator-group-grants",
                    "operator-group-suspend", "operator-lines", "operator-line", "operator-line-add",
                    "operator-line-service", "operator-line-suspend", "operator-line-secrets", "operator-line-delete",
                    "operator-departments", "operator-department", "operator-department-add",
                    "operator-department-delete", "operator-blocks", "operator-block-add", "operator-block-delete",
                    *MANAGED,
                ),
                of_lines=True,
            ),
            Service(
                "operator-classes",
                _("Classes of service"),
                "shield-check",
                _operates,
                pages=("operator-class", "operator-class-add", "operator-class-delete"),
            ),
            Service(
                "operator-ways",
                _("Trunks and routes"),
                "route",
                _operates,
                pages=(
                    "operator-trunk", "operator-trunk-add", "operator-trunk-delete", "operator-route",
                    "operator-route-add", "operator-route-delete",
                ),
            ),
            Service(
                "operator-feedback",
                _("Feedback received"),
                "message",
                _operates,
                pages=("operator-feedback-done",),
            ),
            Service("record", _("Record of changes"), "history", _operates),
        ),
    ),
)  # fmt: skip
"""The side bar of a platform operator, who has no company and no line."""


class Frame:
    """What the frame shows to one reader of one page; worked out only when a page has a frame."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        user = getattr(request, "user", None)
        self.access = access_for(user) if isinstance(user, User) else None
        self.signed_in = self.access is not None and not self.access.user.must_change_password

    @property
    def company(self) -> str:
        """The reader's company."""
        return self.access.group.name if self.access and self.access.group else ""

    @property
    def user_name(self) -> str:
        """Who is signed in."""
        if self.access is None:
            return ""
        line = self.access.user.line
        return line.name if line is not None else self.access.user.login

    @property
    def theme(self) -> str:
        """How the portal looks to him."""
        return self.access.user.theme if self.access else str(Theme.AUTO)

    @property
    def themes(self) -> type[Theme]:
        """The looks there are."""
        return Theme

    @property
    def density(self) -> str:
        """How close the rows of lists stand for him."""
        return self.access.user.list_density if self.access else str(Density.COMFORTABLE)

    @property
    def densities(self) -> type[Density]:
        """The densities there are."""
        return Density

    @property
    def own_line(self) -> str:
        """Where the reader's own line is."""
        return (
            reverse("line", args=[self.access.own_line_id]) if self.access and _has_line(self.access) else ""
        )

    @property
    def sessions(self) -> str:
        """Where the reader sees where he is signed in."""
        return reverse("sessions")

    @property
    def feedback(self) -> str:
        """Where a comment about this page is written."""
        return f"{reverse('feedback')}?{urlencode({'from': self._request.path})}"

    @property
    def may_search(self) -> bool:
        """Whether there is more than one line to find."""
        return self.signed_in and self.access is not None and _administers(self.access)

    @property
    def here(self) -> str:
        """The name of this page's address."""
        match = getattr(self._request, "resolver_match", None)
        return (match.url_name or "") if match is not None else ""

    @property
    def help_topic(self) -> str:
        """The help of this page."""
        return topic_of(self.here)

    @property
    def navigation(self) -> list[ShownGroup]:
        """The side bar."""
        access = self.access
        if access is None:
            return []
        offered = [
            (group.label, [one for one in group.services if one.shown(access)]) for group in _offered(access)
        ]
        current = self._current(access, [service for _label, services in offered for service in services])
        return [
            ShownGroup(
                label,
                tuple(Entry(one.label, one.icon, one.address(access), one is current) for one in services),
            )
            for label, services in offered
            if services
        ]

    def _current(self, access: Access, services: Sequence[Service]) -> Service | None:
        """Return the entry this page belongs to: the one that leads to it, else one that names its address."""
        match = getattr(self._request, "resolver_match", None)
        of_a_line = match is not None and "line_id" in match.kwargs
        leading = (one for one in services if one.address(access) == self._request.path)
        naming = (one for one in services if self.here in one.pages or (one.of_lines and of_a_line))
        return next(leading, None) or next(naming, None)


def _offered(access: Access) -> Sequence[Group]:
    return OPERATOR if _operates(access) else PORTAL


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template `frame`, and `dialog` when the page was asked for as a dialog over another."""
    over = request.headers.get("HX-Dialog") == "1"
    return {
        "frame": SimpleLazyObject(lambda: Frame(request)),
        "dialog": "web/dialog.html" if over else "base.html",
    }
