"""The tier with a database: SQLite in a file of its own, or what CARILLON_DATABASE names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings
from tests.stack.mailserver import MailServer
from tests.stack.ports import free_block

NOBODY = "http://127.0.0.1:9"
"""Where nothing listens: the port of a service that is switched off everywhere."""
FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,  # a database of its own for each worker on PostgreSQL
) -> None:
    """Keep SQLite's test database in a file: in memory, two threads cannot write in turn as two processes do."""
    if connections["default"].vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connections["default"].settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def fast_hashing(settings: Settings) -> None:
    """Hash quickly: argon2 is slow on purpose. The tests of signing in put it back."""
    settings.PASSWORD_HASHERS = [FAST_HASHER]


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> Path:
    """Give each test its own folder for what the product writes."""
    settings.CARILLON_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def no_engine(settings: Settings) -> None:
    """Ask no installation that happens to run on this machine; a test that needs callcontrol starts its own."""
    settings.CARILLON_STEP_URL = NOBODY


@pytest.fixture
def post(settings: Settings) -> Iterator[MailServer]:
    """A real mail server, to which everything is sent."""
    server = MailServer(free_block(1))
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    try:
        yield server
    finally:
        server.stop()
