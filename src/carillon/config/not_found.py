"""An object that is missing, or not this user's to see, is answered with the one page for both."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.defaults import page_not_found

from carillon.features.accounts.queries import NotFound


class NotFoundPage:
    """Turn `NotFound`, wherever a service or query raised it, into the 404 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer the 404 page; every other error goes its way."""
        if isinstance(exception, NotFound):
            return page_not_found(request, Http404())
        return None
