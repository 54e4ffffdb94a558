"""Builds callcontrol's objects, each by its constructor; nothing else knows all of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from carillon import clock
from carillon.asterisk.ami.client import Account
from carillon.asterisk.objects import Objects, group_objects, trunk_objects
from carillon.asterisk.projection import Projection
from carillon.asterisk.steps.protocol import SECRET_HEADER
from carillon.asterisk.steps.recordings import Recordings
from carillon.callcontrol.application import make_application
from carillon.callcontrol.changes import Changes, Origin
from carillon.callcontrol.database import Database, DatabaseThread, LocalDatabase
from carillon.callcontrol.directory import DirectoryLoader, Sources
from carillon.callcontrol.journal import DecisionJournal
from carillon.callcontrol.listener import Listener, ListenerSettings
from carillon.callcontrol.live import LiveState
from carillon.callcontrol.server import Server
from carillon.callcontrol.service import CallControl, Parts
from carillon.callcontrol.steps import Decider
from carillon.callcontrol.writes import DatabaseWrites
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.queries import config_version
from carillon.features.business_groups.snapshot import load_group
from carillon.features.extensions.snapshot import load_extension
from carillon.features.lines.queries import find_endpoint, find_number
from carillon.features.lines.snapshot import load_line
from carillon.features.number_blocks.snapshot import load_number
from carillon.features.phones.snapshot import engine_rows_of
from carillon.features.trunks.snapshot import trunk_rows
from carillon.features.voicemail.queries import all_counts
from carillon.features.voicemail.snapshot import load_messages

BULK_PATIENCE_SECONDS = 60.0
SLOW_PATIENCE_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Service:
    """The whole of callcontrol: what it answers, and what runs beside."""

    server: Server
    listener: Listener
    changes: Changes
    databases: tuple[Database, ...]
    journal: DecisionJournal
    projection: Projection


def build() -> Service:
    """Build callcontrol from the settings. Opens the projection's file and starts the database threads."""
    node_folder = Path(settings.CARILLON_NODE_FOLDER)
    reads, slow = _reads(), DatabaseThread("slow", patience=SLOW_PATIENCE_SECONDS)
    bulk = DatabaseThread("changes", patience=BULK_PATIENCE_SECONDS)
    live, journal = LiveState(clock.now), DecisionJournal(node_folder / "journal" / "decisions.jsonl")
    projection = Projection(node_folder / "projection.sqlite3")
    changes = Changes(_origin(), projection, bulk)
    listener = Listener(
        ListenerSettings(
            account=Account(
                "127.0.0.1", settings.CARILLON_AMI_PORT, "callcontrol", settings.CARILLON_AMI_SECRET
            ),
            control_socket=node_folder / "run" / "asterisk.ctl",
            engine_mark=node_folder / "journal" / "engine-seen",
        ),
        live=live,
        journal=journal,
        now=clock.now,
        lamps=lambda: slow.run(all_counts),
    )
    control = CallControl(
        Parts(
            decider=Decider(DirectoryLoader(sources(), live), live, clock.now),
            reads=reads,
            slow=slow,
            writes=DatabaseWrites(clock.now),
            journal=journal,
            live=live,
            lamps=listener,
            changes=changes,
            catch_up=listener.catch_up,
            look_again=listener.look_again,
            locate=Recordings(node_folder / "greetings").locate,
            now=clock.now,
        )
    )
    application = make_application(control, secret=settings.CARILLON_ENGINE_SECRET, health=listener.health)
    server = Server(application, secret_header=SECRET_HEADER)
    return Service(server, listener, changes, (reads, slow, bulk), journal, projection)


def _reads() -> Database:
    """Return how steps read: SQLite at once, a server in a thread that gives up when it does not answer."""
    if connection.vendor != "sqlite":
        return DatabaseThread("reads")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # else Django refuses to read in the event loop's thread
    return LocalDatabase()


def sources() -> Sources:
    """Return the queries behind the pictures."""
    return Sources(
        find_endpoint=find_endpoint,
        find_number=find_number,
        config_version=config_version,
        load_group=load_group,
        load_line=load_line,
        load_extension=load_extension,
        load_number=load_number,
        load_messages=load_messages,
    )


def _origin() -> Origin:
    return Origin(versions=_versions, version=config_version, objects=_objects, trunks=_trunks)


def _versions() -> dict[int, int]:
    return dict(BusinessGroup.objects.order_by().values_list("pk", "config_version"))


def _objects(groups: list[int]) -> dict[int, Objects]:
    return {group: group_objects(*rows) for group, rows in engine_rows_of(groups).items()}


def _trunks() -> Objects:
    return trunk_objects(trunk_rows())
