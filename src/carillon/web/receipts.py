"""The receipt of a save: "in force" only once callcontrol says so, "saved" until then.

A receipt travels in the page's address, signed, so that it survives the redirect after the POST and needs no row.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from carillon import clock
from carillon.web import engine
from carillon.web.middleware import background
from carillon.web.numbers import decimal

SALT = "carillon.receipt"
PARAMETER = "receipt"


class Saved(Protocol):
    """What a write service hands back (features.audit.services.Receipt)."""

    @property
    def version(self) -> int:
        """The object's version."""

    @property
    def group_id(self) -> int | None:
        """The group the object belongs to."""

    @property
    def config_version(self) -> int:
        """The group's configuration version that contains the change."""

    @property
    def at(self) -> datetime:
        """When it was saved."""

    @property
    def entry(self) -> int:
        """Its entry of the record; 0 where nothing was changed."""


@dataclass(frozen=True, slots=True)
class Undo:
    """How the change of a receipt is put back: in which page's way (features.undoing), of which object."""

    page: str
    object_id: int
    entry: int = 0
    """The change's entry of the record."""
    address: str = ""
    """Where the receipt is shown, the next one too."""
    undone: bool = False
    """The change put a former one back: putting it back redoes that one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A receipt as the page shows it."""

    version: int
    in_force: bool
    seconds: float
    """Since the save."""
    governs_calls: bool
    token: str
    undo: Undo | None = None

    @property
    def since(self) -> str:
        """How long ago, as the reader's language writes a number of seconds."""
        return decimal(max(self.seconds, 0.1), 1 if self.seconds < 10 else 0)


def after_save(address: str, saved: Saved, *, user_id: int, undo: Undo | None = None) -> str:
    """Tell callcontrol about a committed save and return the address that shows its receipt.

    With `undo` the receipt offers to put back what was there before, if the save changed anything.
    """
    address = _without_receipt(address)
    group = saved.group_id
    config_version = saved.config_version
    done = group is not None and engine.confirmed(group_id=group, config_version=config_version)
    way = astuple(replace(undo, entry=saved.entry, address=address)) if undo and saved.entry else ()
    values = [saved.version, group, config_version, saved.at.timestamp(), user_id, done, way]
    token = signing.dumps(values, salt=SALT, compress=True)
    separator = "&" if "?" in address else "?"
    return f"{address}{separator}{urlencode({PARAMETER: token})}"


def _without_receipt(address: str) -> str:
    """Return the address without the receipt of an earlier save."""
    path, _mark, query = address.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != PARAMETER]
    return f"{path}?{urlencode(kept)}" if kept else path


def standing(request: HttpRequest, token: str | None = None) -> Standing | None:
    """Return the receipt in the page's address, or None when there is none of this user's from this session.

    Asks callcontrol again when it had not confirmed yet.
    """
    token = token if token is not None else request.GET.get(PARAMETER, "")
    read = _read(token, request.user.pk)
    if read is None:
        return None
    version, group, config_version, at, done, way = read
    if not done and group is not None:
        done = engine.confirmed(group_id=group, config_version=config_version)
    seconds = (clock.now() - datetime.fromtimestamp(at, tz=UTC)).total_seconds()
    return Standing(version, done, seconds, group is not None, token, way)


def undo_of(token: str, *, user_id: int) -> Undo | None:
    """Return how the change of a receipt is put back; None for one that is expired, not this user's, or offers it not."""
    read = _read(token, user_id)
    return read[-1] if read is not None else None


def _read(token: str, user_id: int | None) -> tuple[int, int | None, int, float, bool, Undo | None] | None:
    if not token:
        return None
    try:
        values: Any = signing.loads(token, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
        version, group, config_version, at, owner, done, way = values
    except (signing.BadSignature, ValueError, TypeError):
        return None
    undo = Undo(*way) if way else None
    return (version, group, config_version, at, done, undo) if owner == user_id else None


@background
@require_GET
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt alone, asked for again until callcontrol has confirmed."""
    found = standing(request, token)
    if found is None:
        raise Http404
    return render(request, "web/_receipt.html", {"receipt": found})


urlpatterns = [path("receipts/<str:token>/", receipt, name="receipt")]
