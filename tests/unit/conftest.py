"""The unit tier needs neither a network nor a database; a test that tries to open a socket fails."""

from collections.abc import Iterator

import pytest
from hypothesis.internal.charmap import charmap
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(scope="session", autouse=True)
def _all_of_unicode() -> None:
    """Let Hypothesis read all of Unicode once: a second of work that belongs to no test."""
    charmap()


@pytest.fixture(autouse=True)
def _no_sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuse sockets, local pairs aside, which an event loop makes for itself."""
    if request.node.get_closest_marker("enable_socket"):
        yield
        return
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
