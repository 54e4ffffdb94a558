"""A form that answers with what is shown once: sent twice, it is answered twice the same, and acts once.

Each page of the form draws a token. What the form made is kept in the session, sealed by who made it, under the token
and a digest of the entries: the page gone back to and filled in anew is another form.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.http import HttpRequest

FIELD = "once"
LASTS = timedelta(minutes=10)
"""How long an answer can be had again."""
MOST = 5
"""Answers one session keeps: those of the last forms."""
_KEPT = "answers"
_NO_ENTRIES = frozenset({"csrfmiddlewaretoken", "back", "action"})


class OnceField(forms.CharField):
    """The token of one page of the form; a new one each time the page is asked for."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, max_length=64, initial=lambda: secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it was sent: what it was answered before, if it was."""

    request: HttpRequest
    now: datetime

    @property
    def key(self) -> str:
        """What names this very form; "" when it came without its token."""
        sent = self.request.POST
        if not sent.get(FIELD):
            return ""
        entries = sorted((name, tuple(sent.getlist(name))) for name in sent if name not in _NO_ENTRIES)
        return sha256(repr(entries).encode()).hexdigest()

    def find(self) -> str:
        """Return what `keep` was given for this form, "" for nothing or what is too old.

        Read afresh: who pressed twice sent both before the first was answered.
        """
        key, session = self.key, self.request.session
        stored: Mapping[str, Any] = type(session)(session.session_key).load().get(_KEPT, {})
        found = self._recent(stored)
        if not key or key not in found:
            return ""
        session[_KEPT] = found  # this request's own session is saved after the other's: it must not forget it
        return str(found[key][1])

    def keep(self, content: str) -> None:
        """Keep what this form made, at once: in the transaction that made it."""
        session = self.request.session
        if not self.key:
            return
        kept = self._recent(session.get(_KEPT, {}))
        newest = sorted(kept.items(), key=lambda one: float(one[1][0]))[1 - MOST :]
        session[_KEPT] = {**dict(newest), self.key: [self.now.timestamp(), content]}
        session.save()

    def _recent(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        oldest = (self.now - LASTS).timestamp()
        return {key: value for key, value in kept.items() if value[0] > oldest}
