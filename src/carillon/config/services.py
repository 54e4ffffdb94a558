"""Which services the side bar and the home page have, for whom, and which pages belong to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carillon.features.accounts.choices import Action, Role
from carillon.features.accounts.queries import Access, may
from carillon.features.lines.queries import Tally

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


def administers(access: Access) -> bool:
    """Say whether the reader administers lines of a company."""
    return access.group is not None and may(access, Action.LIST_LINES)


def operates(access: Access) -> bool:
    """Say whether the reader is the platform's operator."""
    return access.role is Role.OPERATOR


def has_line(access: Access) -> bool:
    """Say whether the reader has a line of his own."""
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
            Service("lines", _("Lines"), "phone", administers, _lines(), MANAGED, of_lines=True),
            Service("users", _("Users"), "users", administers, _lines("user", "basic", "common_area")),
            Service(
                "attendants",
                _("Attendants"),
                "headset",
                administers,
                _lines("easy_attendant", "premium_attendant"),
            ),
            Service("group-access", _("Group access"), "affiliate", administers, _lines("pilot")),
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
            Service("incoming-calls", _("Incoming calls"), "phone-incoming", has_line, own=True),
            Service("availability", _("Availability"), "bell", has_line, own=True),
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
                operates,
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
                operates,
                pages=("operator-class", "operator-class-add", "operator-class-delete"),
            ),
            Service(
                "operator-ways",
                _("Trunks and routes"),
                "route",
                operates,
                pages=(
                    "operator-trunk", "operator-trunk-add", "operator-trunk-delete", "operator-route",
                    "operator-route-add", "operator-route-delete",
                ),
            ),
            Service(
                "operator-feedback",
                _("Feedback received"),
                "message",
                operates,
                pages=("operator-feedback-done",),
            ),
            Service("record", _("Record of changes"), "history", operates),
        ),
    ),
)  # fmt: skip
"""The side bar of a platform operator, who has no company and no line."""


def offered_to(access: Access) -> Sequence[Group]:
    """Return the headings for this reader; which of their services he sees, each says itself."""
    return OPERATOR if operates(access) else PORTAL
