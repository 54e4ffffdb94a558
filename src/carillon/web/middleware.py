"""What happens around every page: security headers, the reader's language and time zone, session and first password."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from carillon import clock
from carillon.web.htmx import go_to, wants_fragment

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]
SomeView = TypeVar("SomeView", bound=Callable[..., Any])

USED_SECONDS = 10
"""How much earlier than promised an idle session may end."""
_USED = "used"
LONGEST_ADDRESS = 8000
"""Characters; the longest the portal makes itself, with a receipt and a place between rows, has some 1,500."""
# The style sheet's own check marks and chevrons are data: images.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Set the browser's limits on every answer; a signed-in page is kept by no shared cache and not by the back button."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            patch_cache_control(response, private=True, no_store=True)
        return response


class ShortAddresses:
    """Refuse an address nobody types, in words: every page repeats its own address, so megabytes would come back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if len(request.META.get("QUERY_STRING", "")) + len(request.path) > LONGEST_ADDRESS:
            return HttpResponse(get_template("414.html").render(), status=HTTPStatus.REQUEST_URI_TOO_LONG)
        return self.get_response(request)


class Compression(GZipMiddleware):
    """Compress pages: a list of fifty lines is a tenth of its size.

    An answer to a POST, which may show a secret beside what was typed, goes as it is (its length tells nothing); so
    does what streams.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress the answer to a GET."""
        if response.streaming or request.method != "GET":
            return response
        return super().process_response(request, response)


class Preferences:
    """Give a signed-in reader his language (his own, else his line's, else his group's) and his company's time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request; the time zone never leaks into the next one."""
        user = request.user
        if user.is_authenticated:
            language, zone = preferences_of(user)
            translation.activate(language)
            request.LANGUAGE_CODE = language
            with timezone.override(ZoneInfo(zone)):
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        return response


def preferences_of(user: Any) -> tuple[str, str]:
    """Return a user's language and time zone; reads his line and group once per request."""
    line = user.line
    if line is None:
        return user.language or settings.LANGUAGE_CODE, settings.TIME_ZONE
    return user.language or line.language or line.group.language, line.group.timezone


class FirstPassword:
    """Until the given password is replaced nothing but replacing it (and leaving) is reachable."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send everything else to the new-password page."""
        del args, kwargs
        must_change = getattr(request.user, "must_change_password", False)
        if not must_change or getattr(view, "open_before_first_password", False):
            return None
        return go_to(request, redirect("new-password").url)


class KeepSession:
    """Every page the reader asks for prolongs his session; what a page fetches by itself (`background`) does not."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Mark the session as used: that is written at most every few seconds, not for every key of a search."""
        del args, kwargs
        if not request.user.is_authenticated or getattr(view, "background", False):
            return
        now = int(clock.now().timestamp())
        used = request.session.get(_USED)
        if not isinstance(used, int) or not 0 <= now - used < USED_SECONDS:
            request.session[_USED] = now


def background(view: SomeView) -> SomeView:
    """Mark a view that pages fetch by themselves: it does not keep an idle session alive."""
    view.background = True  # type: ignore[attr-defined]
    return view


def open_before_first_password(view: View) -> View:
    """Mark a view that is reachable before the first password is replaced."""
    view.open_before_first_password = True  # type: ignore[attr-defined]
    return view


class SignInFirst(LoginRequiredMiddleware):
    """Ask for a sign-in before any view that is not marked open, and come back to the same page afterwards."""

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> Any:
        """Redirect to the sign-in page; for a fragment, send the whole page there."""
        if not wants_fragment(request):
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
        return go_to(request, redirect_to_login(page).url)
