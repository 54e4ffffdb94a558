"""A real portal process on a free port with its own home, Debian's Chromium, and pages in it for whom a test names."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    expect,
    sync_playwright,
)
from tests.browser.steps import ROOT, operate, sign_in, speak
from tests.fakes.callcontrol_server import CallcontrolServer

expect.set_options(timeout=20_000)  # a busy machine is no failure
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Portal:
    """Where the portal answers, what plays callcontrol for it, and the environment its other processes need."""

    address: str
    callcontrol: CallcontrolServer
    environment: Mapping[str, str]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Run the portal as `carillon run` does, with a company loaded."""
    home = tmp_path_factory.mktemp("home")
    secret = "the-engine-of-the-browser-tests"
    callcontrol = CallcontrolServer(secret)
    environment = {
        **os.environ,
        "CARILLON_HOME": str(home),
        "CARILLON_SECRET_ENGINE": secret,
        "CARILLON_STEP_PORT": callcontrol.url.rpartition(":")[2],
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    subprocess.run(
        [sys.executable, "-m", "tests.fakes.portal_seed"], cwd=ROOT, env=environment, check=True, timeout=120
    )
    port = _free_port()  # only now: nobody else takes it meanwhile
    environment["CARILLON_HTTP_PORT"] = str(port)
    serve = [sys.executable, "-m", "uvicorn", "carillon.config.asgi:application", "--port", str(port)]
    serve += ["--host", "127.0.0.1", "--log-level", "warning"]
    with callcontrol.running(), subprocess.Popen(serve, cwd=ROOT, env=environment) as process:  # noqa: S603 - our own command
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/sign-in/", process)
            yield Portal(address, callcontrol, environment)
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the portal ended"
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)  # a port has no event for "listening now"
    raise AssertionError("the portal did not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield chromium
        chromium.close()


OpenPage = Callable[..., Page]


class Desk:
    """Opens pages, each with a browser of its own; keeps what they complained of, and who is signed in already."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self._browser, self._portal = browser, portal
        self._signed_in: dict[str, StorageState] = {}
        self._contexts: list[BrowserContext] = []
        self._strangers: list[str] = []
        self._complaints: list[str] = []

    def open(
        self,
        *,
        who: str = "",
        language: str = "fr",
        width: int = 1280,
        scheme: str = "light",
        javascript: bool = True,
    ) -> Page:
        """Return a page: of a stranger, or of who is named, signed in and reading in this language."""
        context = self._browser.new_context(
            base_url=self._portal.address,
            locale=f"{language}-CA",
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            storage_state=self._signed_in.get(who),
        )
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self._strangers.append(request.url))
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        if who:
            self._enter(page, who, language)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        # A refused form answers 4xx, which Chromium writes down by itself; a blocked script or style is ours.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._complaints.append(message.text)

    def _enter(self, page: Page, who: str, language: str) -> None:
        """Sign in the first time, or once the session was idle for too long; else it is there already."""
        read = self._language(page) if who in self._signed_in else ""
        if read == language:
            return
        if read:
            page.goto("/account/password/")
        else:
            sign_in(page, who) if who[0].isdigit() else operate(page, who)
        if page.locator("html").get_attribute("lang") != language:
            speak(page, language)
        self._signed_in[who] = page.context.storage_state()

    @staticmethod
    def _language(page: Page) -> str:
        """Return the language who is signed in reads in, "" when nobody is any more; no page is drawn for it."""
        answer = page.request.get("/account/password/")
        assert answer.ok
        return "" if "/sign-in/" in answer.url else answer.text().partition('<html lang="')[2][:2]

    def close(self) -> None:
        """Close every page; fail if one asked another server for anything, or wrote an error to the console."""
        for context in self._contexts:
            context.close()
        foreign = [
            url for url in self._strangers if not url.startswith((self._portal.address, "data:", "blob:"))
        ]
        complaints, self._contexts = self._complaints, []
        self._strangers, self._complaints = [], []
        assert foreign == []
        assert complaints == []


@pytest.fixture(scope="session")
def desk(browser: Browser, portal: Portal) -> Desk:
    """Whoever signed in stays signed in from one test to the next."""
    return Desk(browser, portal)


@pytest.fixture
def open_page(desk: Desk, portal: Portal) -> Iterator[OpenPage]:
    """Open a page of its own: `open_page(who=MARIE, language="fr", width=1280, scheme="light", javascript=True)`."""
    portal.callcontrol.behind = False
    portal.callcontrol.states = {
        str(line): {"registered": 2 if line == 1 else 1, "calls": 0} for line in range(1, 6)
    }
    yield desk.open
    desk.close()
