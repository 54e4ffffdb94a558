"""The frame around every page: which services its side bar offers to this reader, help, search, appearance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from carillon.config.services import Service, Text, administers, has_line, offered_to
from carillon.features.accounts.choices import Density, Theme
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, access_for
from carillon.web.help import topic_of


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
            reverse("line", args=[self.access.own_line_id]) if self.access and has_line(self.access) else ""
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
        return self.signed_in and self.access is not None and administers(self.access)

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
            (group.label, [one for one in group.services if one.shown(access)])
            for group in offered_to(access)
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


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template `frame`, and `dialog` when the page was asked for as a dialog over another."""
    over = request.headers.get("HX-Dialog") == "1"
    return {
        "frame": SimpleLazyObject(lambda: Frame(request)),
        "dialog": "web/dialog.html" if over else "base.html",
    }
