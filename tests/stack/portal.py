"""A subscriber at his browser, without the browser: the portal's real forms over HTTP, field by field."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin

NEW_PASSWORD = "Quatre-vingt-neuf 7 pommes"


@dataclass(slots=True)
class Page:
    """One answer: status, address, text, and the fields of its (last) form with a given field name."""

    status: int
    path: str
    text: str

    def fields(self, having: str) -> dict[str, str]:
        """Return what the form that has the field `having` would send now, its buttons left out."""
        for form in _read_forms(self.text):
            if having in form:
                return {name: value for name, value in form.items() if value is not None}
        raise AssertionError(f"no form with {having!r} on {self.path} ({self.status})")


@dataclass(slots=True)
class Portal:
    """One signed-in session, one kept connection."""

    port: int
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    _connection: http.client.HTTPConnection | None = None

    def request(self, method: str, path: str, values: dict[str, str] | None = None) -> Page:
        """Send one request; redirects are not followed."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Cookie": "; ".join(f"{m.key}={m.value}" for m in self.cookies.values())}
        headers["Origin"] = f"http://127.0.0.1:{self.port}"
        body = None
        if values is not None:
            body = urlencode(values)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # idle too long: closed by the server
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        return Page(answer.status, answer.headers.get("Location") or path, text)

    def get(self, path: str) -> Page:
        """Load a page, following redirects."""
        page = self.request("GET", path)
        while page.status in {301, 302, 303}:
            page = self.request("GET", urljoin(path, page.path))
        return page

    def submit(self, page: Page, having: str, **changes: str | None) -> Page:
        """Send the page's form with some fields changed (None: left out) and return the answer as it is."""
        values = {**page.fields(having), "action": "save", **changes}
        return self.request("POST", page.path, {n: v for n, v in values.items() if v is not None})

    def sign_in(self, number: str, password: str) -> str:
        """Sign in, choosing a new password if the portal asks for one; return the password in force."""
        page = self.get("/sign-in/")
        page.path = "/sign-in/"
        answer = self.submit(page, "password", number=number, password=password)
        assert answer.status == 302, f"sign-in answered {answer.status}: {answer.text[:2000]}"
        page = self.get(urljoin("/sign-in/", answer.path))
        if 'name="again"' not in page.text:
            return password
        page.path = "/account/password/"
        answer = self.submit(page, "again", old=password, new=NEW_PASSWORD, again=NEW_PASSWORD)
        assert answer.status == 302, f"new password answered {answer.status}: {answer.text[:3000]}"
        return NEW_PASSWORD

    def save_incoming(self, line: int, **changes: str | None) -> Page:
        """Save a line's *Incoming calls*; return the page shown after it."""
        return self._save(f"/lines/{line}/incoming-calls/", "no_answer_seconds", changes)

    def save_availability(self, line: int, *, dnd: bool) -> Page:
        """Save a line's *Availability*; return the page shown after it."""
        return self._save(f"/lines/{line}/availability/", "dnd", {"dnd": "on" if dnd else "off"})

    def undo(self, page: Page) -> Page:
        """Press *Undo this change* (or *Redo*) in the receipt of a page; return the page shown after it."""
        button = re.search(r'formaction="(/receipts/[^"]+/undo/)"', page.text)
        assert button, f"nothing to undo on {page.path}: {page.text[-4000:]}"
        page.path = button[1]
        answer = self.submit(page, "seen_version")
        assert answer.status == 302, f"undoing answered {answer.status}: {answer.text[-4000:]}"
        return self.get(answer.path)

    def _save(self, path: str, having: str, changes: dict[str, str | None]) -> Page:
        page = self.get(path)
        page.path = path
        answer = self.submit(page, having, **changes)
        assert answer.status == 302, f"saving answered {answer.status}: {answer.text[-4000:]}"
        return self.get(urljoin(path, answer.path))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()


def _read_forms(text: str) -> list[dict[str, str | None]]:
    reader = _Forms()
    reader.feed(text)
    return reader.forms


class _Forms(HTMLParser):
    """Collects the fields of each form as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str | None]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a field."""
        given = dict(attrs)
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        form, name, kind = self.forms[-1], given.get("name") or "", given.get("type") or "text"
        if tag == "input" and name:
            chosen = kind not in {"checkbox", "radio"} or "checked" in given
            if chosen:
                form[name] = given.get("value") or ("on" if kind == "checkbox" else "")
            else:
                form.setdefault(name, None)
        elif tag == "select" and name:
            self._select = name
            form.setdefault(name, None)
        elif tag == "option" and self._select and ("selected" in given or form[self._select] is None):
            form[self._select] = given.get("value") or ""
        elif tag == "textarea" and name:
            form.setdefault(name, "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a selection."""
        if tag == "select":
            self._select = ""
