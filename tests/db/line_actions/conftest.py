"""A line as a subscriber leaves it: forwards, do not disturb, messages, a greeting, a name, addresses, a PIN."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from tests.db.builders import ACTOR, NOW, Company, make_company, user_of

from carillon.features.accounts.queries import Access, access_for
from carillon.features.call_manager.models import RingEntry
from carillon.features.call_manager.services import (
    EntryChoice,
    IncomingChoice,
    change_availability,
    change_incoming,
)
from carillon.features.lines.models import Line
from carillon.features.voicemail.models import Mailbox, Message
from carillon.features.voicemail.queries import audio_file, audio_folder
from carillon.features.voicemail.services import change_message_settings, change_pin, use_greeting, use_name

PIN = "739152"
LATER = NOW + timedelta(days=10)


@pytest.fixture
def company(db: None) -> Company:
    """Alice administers the group, Denis Sales with Bob, Carol and (below) Erin; Frank and Mallory are elsewhere."""
    return make_company()


@pytest.fixture
def alice(company: Company) -> Access:
    return access_for(user_of(company.alice))


@pytest.fixture
def denis(company: Company) -> Access:
    return access_for(user_of(company.denis))


@pytest.fixture
def greetings(settings: Settings, own_home: Path) -> Path:
    """The node's folder of greetings."""
    settings.CARILLON_NODE_FOLDER = own_home / "engine"
    folder = Path(django_settings.CARILLON_NODE_FOLDER) / "greetings"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def bob(company: Company, greetings: Path) -> Line:
    """Bob's line, in use for a while."""
    line = company.bob
    change_availability(actor=ACTOR, line_id=line.pk, dnd=True, seen_version=1, now=NOW)
    choice = IncomingChoice(
        mode="together",
        no_answer_seconds=30,
        busy="number",
        busy_to="202",
        entries=(EntryChoice("together", "204"), EntryChoice("together", "205")),
    )
    change_incoming(actor=ACTOR, line_id=line.pk, choice=choice, seen_version=2, now=NOW)
    change_pin(actor=ACTOR, line_id=line.pk, new_pin=PIN, now=NOW)
    change_message_settings(
        actor=ACTOR, line_id=line.pk, email_on=True, email_to=["bob@example.com"], keep_copy=False, skip_pin=True,
        seen_version=2, now=NOW,
    )  # fmt: skip
    mailbox = Mailbox.objects.get(line=line)
    use_greeting(mailbox_id=mailbox.pk, token="greeting-1-bob", now=NOW)
    (greetings / "greeting-1-bob.wav").write_bytes(b"bonjour")
    use_name(mailbox_id=mailbox.pk, token="name-1-bob", now=NOW)
    (greetings / "name-1-bob.wav").write_bytes(b"Bob")
    leave(mailbox, "one", "two")
    Line.objects.filter(pk=line.pk).update(withhold_identity=True, barred=["international"], language="en")
    return Line.objects.get(pk=line.pk)


def leave(mailbox: Mailbox, *tokens: str) -> None:
    """Leave messages with their audio."""
    audio_folder().mkdir(parents=True, exist_ok=True)
    for token in tokens:
        Message.objects.create(
            mailbox=mailbox, call_id=f"call-{token}", token=token, received=NOW, caller_number="+14185550147", seconds=12
        )  # fmt: skip
        audio_file(token).write_bytes(f"audio of {token}".encode())


def audible(greetings: Path) -> dict[str, bytes]:
    """Return every recording that lies in clear."""
    folders = (audio_folder(), greetings)
    return {
        file.stem: file.read_bytes() for folder in folders if folder.is_dir() for file in folder.iterdir()
    }


def entries_of(line: Line) -> list[str]:
    """Return the numbers that ring besides the line's phones."""
    return list(RingEntry.objects.filter(settings__line=line).values_list("dialled", flat=True))
