"""Steps over HTTP, the application called directly; the database is a few values that can go away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from django.db import OperationalError
from tests.builders import GROUP, NOW, make_group, make_line, make_mailbox

from carillon.asterisk.objects import Objects
from carillon.callcontrol.application import make_application
from carillon.callcontrol.changes import Changes, Origin
from carillon.callcontrol.database import DatabaseAway
from carillon.callcontrol.directory import DirectoryLoader, Sources
from carillon.callcontrol.journal import DecisionJournal
from carillon.callcontrol.live import LiveState
from carillon.callcontrol.server import Application, Request
from carillon.callcontrol.service import CallControl, Parts
from carillon.callcontrol.steps import Decider, Pin
from carillon.calls.commands import Effect, FormerSubscriber
from carillon.calls.directory import Extension, Group, Line, NumberOwner
from carillon.calls.directory import Message as VoiceMessage
from carillon.calls.events import NewPin, NewPinResult
from carillon.calls.model import E164, LineId, Ref

pytestmark = pytest.mark.asyncio

SECRET = "s" * 43
T = TypeVar("T")


class World:
    """The portal's rows: two lines of one group, and what is changed or down."""

    def __init__(self) -> None:
        self.version = 1
        self.down = False
        self.queries: list[str] = []
        self.lines = {1: make_line(1), 2: make_line(2)}
        self.effects: list[Effect] = []
        self.lamps: list[tuple[int, int, int]] = []
        self.pins: list[str] = []
        self.pin = Pin(ok=True)
        self.reset_before_the_write = False
        self.new_pins: list[tuple[str, str]] = []
        self.live = LiveState(lambda: NOW)
        self.looks: list[set[str]] = []
        self.there: dict[str, list[datetime]] = {}
        """Phones that have registered though no event has told so yet."""

    async def look_again(self, absent: Collection[str]) -> bool:
        self.looks.append(set(absent))
        found = self.there.keys() & set(absent)
        for name in found:
            self.live.set_contacts(name, self.there[name])
        return bool(found)

    def ask(self, what: str) -> None:
        if self.down:
            raise OperationalError("gone")
        self.queries.append(what)

    def save(self, line: Line) -> None:
        self.lines[line.id] = line
        self.version += 1

    def find_endpoint(self, name: str) -> tuple[int, int, int | None] | None:
        self.ask("endpoint")
        owner = next((i for i, line in self.lines.items() if name in {p.endpoint for p in line.phones}), None)
        return (GROUP, self.version, owner) if owner else None

    def find_number(self, number: str) -> tuple[int, int, int | None] | None:
        self.ask("number")
        owner = next((i for i, line in self.lines.items() if line.number == number), None)
        return (GROUP, self.version, owner) if owner else None

    def config_version(self, group: int) -> int | None:
        self.ask("version")
        return self.version if group == GROUP else None

    def load_group(self, group: int) -> Group | None:
        self.ask("group")
        return make_group(version=self.version) if group == GROUP else None

    def load_line(self, line: int) -> Line | None:
        self.ask("line")
        return self.lines.get(line)

    def load_extension(self, group: int, digits: str) -> Extension | None:
        self.ask("extension")
        line = next((line for line in self.lines.values() if line.extension == digits), None)
        return Extension(Ref("extension", line.id, 1), digits, line.number, line.id) if line else None

    def load_number(self, group: int, number: str) -> NumberOwner | None:
        self.ask("number of the group")
        line = next((line for line in self.lines.values() if line.number == number), None)
        return NumberOwner(E164(number), LineId(line.id)) if line else None

    def load_messages(self, mailbox: int) -> tuple[VoiceMessage, ...]:
        self.ask("messages")
        return ()

    def check_pin(self, mailbox: int, digits: str) -> Pin:
        self.pins.append(digits)
        return self.pin

    def check_new_pin(self, mailbox: int, digits: str) -> NewPin:
        self.ask("new pin")
        self.new_pins.append((digits, ""))
        return NewPin(NewPinResult.FIT, "a1b2c3")

    def replace_pin(self, mailbox: int, digits: str, mark: str, resets: int) -> NewPin:
        self.ask("new pin")
        self.new_pins.append((digits, mark))
        assert resets == 0
        line = self.lines[mailbox]
        assert line.mailbox is not None
        self.save(replace(line, mailbox=replace(line.mailbox, pin_temporary=False)))
        return NewPin(NewPinResult.SAVED)

    def apply(self, effect: Effect) -> tuple[int, int, int] | None:
        if self.reset_before_the_write:
            self.reset()
            raise FormerSubscriber
        self.effects.append(effect)
        return (1, 0, 1)

    def reset(self) -> None:
        """Give the first line to another subscriber."""
        self.save(make_line(1, mailbox=make_mailbox(1, pin_temporary=True, resets=1)))

    def endpoints_of_lines(self, lines: Sequence[int]) -> dict[int, list[str]]:
        self.ask("endpoints")
        wanted = [line for line in self.lines.values() if line.id in lines]
        return {line.id: [phone.endpoint for phone in line.phones] for line in wanted}

    async def show(self, *, mailbox: int, new: int, old: int) -> None:
        self.lamps.append((mailbox, new, old))


class Inline:
    """A database thread without the thread."""

    async def run(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except OperationalError as reason:
            raise DatabaseAway from reason

    async def watch(self) -> None:
        pass

    def close(self) -> None:
        pass


class Projection:
    """What the engine was given."""

    def __init__(self) -> None:
        self.versions: dict[int, int] = {}

    def applied_versions(self) -> dict[int, int]:
        return dict(self.versions)

    def apply_groups(self, groups: list[tuple[int, int, Objects]]) -> int:
        self.versions |= {group: version for group, version, _ in groups}
        return len(groups)

    def forget_group(self, group_id: int) -> int:
        return 1 if self.versions.pop(group_id, None) else 0

    def apply_trunks(self, objects: Objects) -> int:
        return len(objects)


class Engine:
    """Asks as the dialplan does."""

    def __init__(self, application: Application, folder: Path) -> None:
        self._application = application
        self.journal = folder / "decisions.jsonl"

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, secret: str = SECRET
    ) -> tuple[int, bytes]:
        answer = await self._application(Request(method, path, secret.encode(), body))
        return answer.status, answer.body

    async def step(
        self, ev: str = "start", *, line: int = 1, to: str = "202", **more: Any
    ) -> tuple[int, list[str]]:
        form = {
            "id": "1795.1",
            "linked": "1795.1",
            "kind": "line",
            "ep": f"line{line:04d}phone1",
            "ev": ev,
            "to": to,
            **more,
        }
        status, body = await self.ask("POST", "/step", urlencode(form).encode())
        return status, body.decode().split("|")

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()]


@pytest.fixture
def world() -> World:
    return World()


@pytest_asyncio.fixture
async def engine(world: World, tmp_path: Path) -> AsyncIterator[Engine]:
    live = world.live
    database = Inline()
    sources = Sources(**{name: getattr(world, name) for name in Sources.__annotations__})
    origin = Origin(
        versions=lambda: {GROUP: world.version},
        version=world.config_version,
        objects=lambda groups: {group: {} for group in groups},
        trunks=dict,
    )
    journal = DecisionJournal(tmp_path / "decisions.jsonl")
    control = CallControl(
        Parts(
            decider=Decider(DirectoryLoader(sources, live), live, lambda: NOW),
            reads=database,
            slow=database,
            writes=world,
            journal=journal,
            live=live,
            lamps=world,
            changes=Changes(origin, Projection(), database),
            catch_up=lambda: None,
            look_again=world.look_again,
            locate=lambda token: f"voicemail/{token}",
            now=lambda: NOW,
        )
    )
    yield Engine(make_application(control, secret=SECRET, health=lambda: {"ami": True}), tmp_path)
    journal.close()


async def test_only_the_engine_is_answered(engine: Engine) -> None:
    for method, path in (("POST", "/step"), ("GET", "/health"), ("POST", "/states"), ("POST", "/mwi")):
        assert (await engine.ask(method, path, secret="wrong"))[0] == 403
    assert await engine.ask("GET", "/health") == (200, b'{"ami": true}')
    assert (await engine.ask("GET", "/else"))[0] == 404


async def test_a_phone_that_seems_absent_is_looked_for_before_its_call_goes_elsewhere(
    engine: Engine, world: World
) -> None:
    world.live.complete = True
    world.live.set_contacts("line0001phone1", [NOW + timedelta(hours=1)])
    assert (await engine.step())[1][1] != "call"
    world.there["line0002phone1"] = [NOW + timedelta(hours=1)]  # its event is still on its way
    assert (await engine.step())[1][1] == "call"
    assert (await engine.step())[1][1] == "call"
    assert world.looks == [{"line0002phone1"}, {"line0002phone1"}]  # what is known to be there needs no look
    assert [line["facts"]["called"]["line"] for line in engine.lines()] == [2, 2, 2]


async def test_a_call_rings_the_line_and_is_written_down(engine: Engine) -> None:
    status, answer = await engine.step()
    assert (status, answer[1]) == (200, "call")
    assert "PJSIP/line0002phone1" in answer
    (line,) = engine.lines()
    assert (line["call"], line["event"], line["group"]) == ("1795.1", "start", GROUP)
    assert line["facts"]["called"] == {
        "line": 2,
        "number": "+15145550102",
        "name": "Line 2",
        "extension": "202",
    }
    assert line["facts"]["caller"]["extension"] == "201"
    assert {"kind": "call_settings", "id": 2, "version": 1} in [
        ref for entry in line["trace"] for ref in entry["refs"]
    ]


async def test_a_warm_step_asks_one_thing_and_a_save_governs_the_next_call(
    engine: Engine, world: World
) -> None:
    await engine.step()
    world.queries.clear()
    _, answer = await engine.step()
    assert world.queries == ["endpoint"]
    assert answer[1] == "call"
    line = world.lines[2]
    world.save(replace(line, settings=replace(line.settings, dnd=True)))
    _, answer = await engine.step()
    assert answer[1] == "deposit"


async def test_the_next_steps_carry_the_call_on(engine: Engine) -> None:
    _, answer = await engine.step()
    status, answer = await engine.step("ring", st=answer[-1], status="NOANSWER")
    assert (status, answer[1]) == (200, "deposit")
    status, _ = await engine.step("hangup", st=answer[-1])
    assert status == 200
    assert [line["event"] for line in engine.lines()] == ["start", "ring", "hangup"]
    assert engine.lines()[-1]["command"] is None


async def test_nobodys_endpoint_and_nobodys_number_are_refused(engine: Engine) -> None:
    assert (await engine.step(line=77))[1][:3] == ["c1", "release", "403"]
    status, body = await engine.ask(
        "POST", "/step", b"id=1.1&linked=1.1&kind=trunk&ep=carrier-1&ev=start&to=4165550100"
    )
    assert status == 200
    assert body.startswith(b"c1|release|404|")


async def test_a_call_from_a_carrier_rings_the_line(engine: Engine) -> None:
    form = b"id=1.1&linked=1.1&kind=trunk&ep=carrier-1&ev=start&to=%2B15145550102&num=4185550147&name=X"
    status, body = await engine.ask("POST", "/step", form)
    assert status == 200
    assert b"PJSIP/line0002phone1" in body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff" * 100,
        b"ev=start",
        b"kind=line&ev=ring&st=!!!",
        b"x" * 100_000,
        b"kind=line&ev=ring&st=AAAA&id=1",
    ],
)
async def test_what_is_no_step_makes_the_engine_fall_back(engine: Engine, body: bytes) -> None:
    assert (await engine.ask("POST", "/step", body))[0] == 500


async def test_calls_go_on_with_the_last_settings_seen_while_the_database_is_away(
    engine: Engine, world: World
) -> None:
    await engine.step()
    _, answer = await engine.step()
    world.version += 1  # a save that nobody can read any more
    world.down = True
    status, answer = await engine.step()
    assert (status, answer[1]) == (200, "call")
    status, answer = await engine.step("ring", st=answer[-1], status="BUSY")
    assert (status, answer[1]) == (200, "deposit")
    assert (await engine.step(line=2, to="203"))[0] == 500  # never seen before: the dialplan knows the way
    world.down = False
    assert (await engine.step(line=2, to="201"))[1][1] == "call"


async def test_values_of_an_older_version_serve_while_the_database_is_away(
    engine: Engine, world: World
) -> None:
    await engine.step(to="202")
    world.version += 1
    await engine.step(line=2, to="999")
    world.down = True
    assert (await engine.step(to="202"))[1][1] == "call"


async def test_the_pin_is_compared_before_the_decision(engine: Engine, world: World) -> None:
    _, answer = await engine.step(to="*98")
    assert answer[1] == "collect"
    _, menu = await engine.step("digits", st=answer[-1], digits="73915")
    assert world.pins == ["73915"]
    assert menu[1] == "collect"
    world.pin = Pin(ok=False, blocked=True)
    _, refused = await engine.step("digits", st=answer[-1], digits="00000")
    assert refused[1] == "release"


async def asked_for_a_new_pin(engine: Engine, world: World) -> str:
    """Give the right temporary PIN; return the state of the call that is asked for a new one."""
    world.save(make_line(1, mailbox=make_mailbox(1, pin_temporary=True)))
    _, answer = await engine.step(to="*98")
    _, answer = await engine.step("digits", st=answer[-1], digits="739152")
    assert answer[1:3] == ["collect", "vm-newpassword"]
    return answer[-1]


async def test_B72_a_new_pin_is_checked_then_saved_before_the_decision(engine: Engine, world: World) -> None:
    state = await asked_for_a_new_pin(engine, world)
    _, again = await engine.step("digits", st=state, digits="582047")
    assert again[2] == "vm-reenterpassword"
    _, menu = await engine.step("digits", st=again[-1], digits="582047")
    assert world.new_pins == [("582047", ""), ("582047", "a1b2c3")]
    assert menu[2].startswith("vm-passchanged&vm-youhave")
    assert "582047" not in json.dumps(engine.lines()), "a PIN is written nowhere"


@pytest.mark.parametrize("when", ["before the step", "between deciding and writing"])
async def test_whoever_was_in_a_mailbox_before_its_reset_hears_goodbye_and_nothing_is_written(
    engine: Engine, world: World, when: str
) -> None:
    _, answer = await engine.step(to="*98")
    for digits in ("739152", "0", "5"):
        _, answer = await engine.step("digits", st=answer[-1], digits=digits)
    _, answer = await engine.step("recorded", st=answer[-1], secs="4")
    assert "vm-review" in answer[2]
    if when == "before the step":
        world.reset()
    world.reset_before_the_write = when != "before the step"
    _, answer = await engine.step("digits", st=answer[-1], digits="1")
    assert answer[1] == "release"
    assert "vm-goodbye" in answer
    assert world.effects == []
    assert engine.lines()[-1]["trace"][-1]["result"] == "reset_meanwhile"


async def test_a_new_pin_that_nobody_can_save_ends_the_call(engine: Engine, world: World) -> None:
    state = await asked_for_a_new_pin(engine, world)
    _, asked = await engine.step("digits", st=state, digits="")
    assert asked[2] == "vm-invalid-password&vm-newpassword"
    assert world.new_pins == [], "nothing entered is nothing to check"
    world.down = True
    _, answer = await engine.step("digits", st=state, digits="582047")
    assert answer[1] == "release"


async def test_a_change_is_confirmed_with_the_version_in_force(engine: Engine, world: World) -> None:
    world.version = 7
    status, body = await engine.ask("POST", "/changed", json.dumps({"group": GROUP}).encode())
    assert (status, json.loads(body)) == (200, {"group": GROUP, "config_version": 7, "applied": True})
    world.down = True
    status, body = await engine.ask("POST", "/changed", json.dumps({"group": GROUP}).encode())
    assert json.loads(body)["applied"] is False
    for bad in (b"", b"[]", b'{"group": "1"}', b"x" * 50_000):
        assert (await engine.ask("POST", "/changed", bad))[0] in {400, 413}


async def test_states_and_lamps(engine: Engine, world: World) -> None:
    status, body = await engine.ask("POST", "/states", b'{"lines": [1, 999]}')
    states = json.loads(body)
    assert (status, states["complete"]) == (200, False)
    assert states["lines"] == {"1": {"registered": 0, "calls": 0, "ringing": 0, "undisturbed": False}}
    too_many = json.dumps({"lines": list(range(1, 502))}).encode()
    for bad in (b"{}", b'{"lines": 1}', b'{"lines": ["1"]}', b'{"lines": [0]}', too_many):
        assert (await engine.ask("POST", "/states", bad))[0] == 400
    world.down = True
    assert (await engine.ask("POST", "/states", b'{"lines": [1]}'))[0] == 503
    world.down = False
    await engine.ask("POST", "/mwi", json.dumps({"mailbox": 3, "new": 1, "old": 0}).encode())
    assert world.lamps == [(3, 1, 0)]
