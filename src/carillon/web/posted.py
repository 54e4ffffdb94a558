"""Addresses that only take a form: whoever opens one by itself is led to the page that has the form.

It happens: a bookmark, a new tab, a reload, the way back after the session had ended.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

View = Callable[..., HttpResponse]


def posted(*, instead: str) -> Callable[[View], View]:
    """Let a view take forms only; `instead` names the address to go to, of the same objects.

    Whether they are there, and the reader's, that page says: an address that leads on tells nothing.
    """

    def only_posted(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **objects: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **objects)
            if request.method in {"GET", "HEAD"}:
                return HttpResponseRedirect(reverse(instead, kwargs=objects))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return answer

    return only_posted
