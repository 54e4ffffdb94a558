"""A real portal process on a free port with its own home, Debian's Chromium, and axe-core from the npm packages."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.fakes.callcontrol_server import CallcontrolServer

ROOT = Path(__file__).parents[2]
PASSWORD = "vieux-Moulin-47-bleu"
MARIE, DENIS, SYLVIE, NEWCOMER = "514 555-0101", "514 555-0102", "514 555-0103", "514 555-0104"
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
    """Where the portal answers, and what plays callcontrol for it."""

    address: str
    callcontrol: CallcontrolServer


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Run the portal as `carillon run` does, with a company loaded."""
    home = tmp_path_factory.mktemp("home")
    secret = "the-engine-of-the-browser-tests"
    callcontrol = CallcontrolServer(secret)
    port = _free_port()
    environment = {
        **os.environ,
        "CARILLON_HOME": str(home),
        "CARILLON_SECRET_ENGINE": secret,
        "CARILLON_HTTP_PORT": str(port),
        "CARILLON_STEP_PORT": callcontrol.url.rpartition(":")[2],
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    subprocess.run(
        [sys.executable, "-m", "tests.fakes.portal_seed"], cwd=ROOT, env=environment, check=True, timeout=120
    )
    serve = [sys.executable, "-m", "uvicorn", "carillon.config.asgi:application", "--port", str(port)]
    serve += ["--host", "127.0.0.1", "--log-level", "warning"]
    with callcontrol.running(), subprocess.Popen(serve, cwd=ROOT, env=environment) as process:  # noqa: S603 - our own command
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/sign-in/", process)
            yield Portal(address, callcontrol)
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


@pytest.fixture
def open_page(browser: Browser, portal: Portal) -> Iterator[OpenPage]:
    """Open a page of its own: `open_page(language="fr", width=1280, scheme="light", javascript=True)`.

    Fails the test if a page asked another server for anything, or wrote an error to the console.
    """
    portal.callcontrol.behind = False
    portal.callcontrol.states = {
        str(line): {"registered": 2 if line == 1 else 1, "calls": 0} for line in range(1, 6)
    }
    contexts: list[BrowserContext] = []
    strangers: list[str] = []
    complaints: list[str] = []

    def opened(
        *, language: str = "fr", width: int = 1280, scheme: str = "light", javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=portal.address,
            locale=f"{language}-CA",
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: strangers.append(request.url))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    foreign = [url for url in strangers if not url.startswith((portal.address, "data:"))]
    assert foreign == []
    # A refused form answers 4xx, which Chromium writes down by itself; a blocked script or style is ours.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def sign_in(page: Page, number: str = MARIE) -> None:
    """Sign in through the page."""
    page.goto("/sign-in/")
    page.fill("#id_number", number)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "sign-in" not in url)


def axe(page: Page) -> list[str]:
    """Return what axe-core finds wrong by WCAG 2.2 AA, with the elements."""
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    options = json.dumps({"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
