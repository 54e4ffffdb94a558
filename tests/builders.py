"""Typed makers of the values that call decisions work on: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from carillon.calls.directory import (
    CallSettings,
    Directory,
    Extension,
    ExtensionKey,
    Group,
    Key,
    Line,
    LineKey,
    Mailbox,
    Message,
    MessagesKey,
    NotLoaded,
    NumberKey,
    NumberOwner,
    Phone,
    Route,
    Value,
)
from carillon.calls.events import Event, StartFromLine, StartFromTrunk
from carillon.calls.live import Live
from carillon.calls.model import (
    E164,
    CallClass,
    EndpointName,
    GroupId,
    Identity,
    Language,
    LineId,
    MailboxId,
    Ref,
    TrunkName,
)
from carillon.calls.state import CallState
from carillon.calls.step import Step, step

Answer = TypeVar("Answer")

NOW = datetime(2026, 11, 23, 15, 5, tzinfo=UTC)
"""Monday 23 November 2026, 10:05 in Toronto."""
GROUP = GroupId(1)
CARRIER = TrunkName("carrier-1")
OUTSIDE_NUMBER = E164("+15145550199")
X = Identity("+14185550147", "Xavier Dehors")


def make_ref(kind: str, number: int, version: int = 1) -> Ref:
    """Return the reference of an object."""
    return Ref(kind, number, version)


def make_route(
    number: int = 1,
    classes: Iterable[CallClass] = tuple(CallClass),
    *,
    own_numbers_only: bool = False,
    carries_unicode_names: bool = False,
) -> Route:
    """Return a route by the trunk `carrier-<number>`."""
    return Route(
        make_ref("route", number),
        TrunkName(f"carrier-{number}"),
        frozenset(classes),
        own_numbers_only=own_numbers_only,
        carries_unicode_names=carries_unicode_names,
    )


def make_group(**changes: object) -> Group:
    """Return a Montréal group with one carrier for every class."""
    group = Group(
        id=GROUP,
        ref=make_ref("business_group", 1),
        version=1,
        name="Carillon inc.",
        language=Language.FRENCH,
        timezone="America/Toronto",
        local_area_codes=frozenset({"514", "438"}),
        main_number=E164("+15145550100"),
        routes=(make_route(),),
    )
    return replace(group, **changes)  # type: ignore[arg-type]


def make_settings(line: int = 1, /, *, version: int = 1, **changes: object) -> CallSettings:
    """Return the default call settings of a line: its phones for 20 s, then voicemail."""
    return replace(CallSettings(ref=make_ref("call_settings", line, version)), **changes)  # type: ignore[arg-type]


def make_mailbox(line: int = 1, /, **changes: object) -> Mailbox:
    """Return an empty mailbox with the system greeting."""
    return replace(Mailbox(MailboxId(line), make_ref("mailbox", line)), **changes)  # type: ignore[arg-type]


def make_message(
    number: int, *, heard: bool = False, caller: Identity = X, received: datetime = NOW
) -> Message:
    """Return a message of 12 s."""
    return Message(number, f"message-{number}", received, caller, 12, heard)


def make_line(nth: int = 1, /, *, phones: int = 1, voicemail: bool = True, **changes: object) -> Line:
    """Return the nth line: extension 200 + n, 514 555-0100 + n, one phone and voicemail."""
    line = Line(
        id=LineId(nth),
        ref=make_ref("line", nth),
        group=GROUP,
        number=E164(f"+1514555{100 + nth:04d}"),
        name=f"Line {nth}",
        language=Language.FRENCH,
        settings=make_settings(nth),
        extension=str(200 + nth),
        phones=tuple(make_phone(nth, count) for count in range(1, phones + 1)),
        mailbox=make_mailbox(nth) if voicemail else None,
        class_of_service=make_ref("class_of_service", 1),
    )
    return replace(line, **changes)  # type: ignore[arg-type]


def make_phone(line: int, count: int = 1) -> Phone:
    """Return a phone named after its line."""
    return Phone(EndpointName(f"line{line:04d}phone{count}"))


@dataclass(frozen=True)
class Whole(Mapping[Key, Value]):
    """A picture where everything is loaded: what is not in it does not exist."""

    known: Mapping[Key, Value]

    def __getitem__(self, key: Key) -> Value:
        return self.known.get(key)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def make_directory(
    *lines: Line,
    group: Group | None = None,
    unassigned: Iterable[tuple[str, str]] = (),
    messages: Mapping[int, tuple[Message, ...]] | None = None,
) -> Directory:
    """Return a directory that knows these lines; `unassigned` are (extension, number) pairs without a line."""
    values: dict[Key, Value] = {}
    for line in lines:
        values[LineKey(line.id)] = line
        values[NumberKey(line.number)] = NumberOwner(line.number, line.id)
        if line.extension:
            extension = Extension(make_ref("extension", line.id), line.extension, line.number, line.id)
            values[ExtensionKey(line.extension)] = extension
    for digits, number in unassigned:
        values[ExtensionKey(digits)] = Extension(make_ref("extension", 900), digits, E164(number), None)
        values[NumberKey(E164(number))] = NumberOwner(E164(number), None)
    for mailbox, kept in (messages or {}).items():
        values[MessagesKey(MailboxId(mailbox))] = kept
    return Directory(group or make_group(), Whole(values))


def loading(directory: Directory, ask: Callable[[Directory], Answer]) -> Answer:
    """Ask with an empty picture and load each key that is asked for, as callcontrol does."""
    loaded: dict[Key, Value] = {}
    for _ in range(200):
        try:
            return ask(replace(directory, loaded=loaded))
        except NotLoaded as missing:
            loaded[missing.key] = directory.loaded[missing.key]
    raise AssertionError(loaded)


@dataclass
class FakeLive:
    """An engine that says what a test wrote down; phones not named are registered."""

    unregistered: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    busy: dict[int, int] = field(default_factory=dict)
    alone: set[int] = field(default_factory=set)

    def registered(self, endpoint: EndpointName) -> bool | None:
        """Say whether the phone is registered, None where that is not known."""
        return None if endpoint in self.unknown else endpoint not in self.unregistered

    def calls(self, line: LineId) -> int:
        """Count the line's calls."""
        return self.busy.get(line, 0)

    def undisturbed(self, line: LineId) -> bool:
        """Say whether the line asked for no call waiting."""
        return line in self.alone


@dataclass
class Caller:
    """One call under test: it keeps the state between steps as the engine's channel would."""

    directory: Directory
    live: Live = field(default_factory=FakeLive)
    now: datetime = NOW
    state: CallState | None = None
    steps: list[Step] = field(default_factory=list)

    def dial(self, dialled: str, *, line: int = 1) -> Step:
        """Dial from a line's first phone."""
        return self.send(StartFromLine(LineId(line), make_phone(line).endpoint, dialled))

    def call_in(self, called: str, *, caller: Identity = X, diversions: int = 0) -> Step:
        """Call a number of the group from outside."""
        return self.send(StartFromTrunk(CARRIER, E164(called), caller, diversions))

    def send(self, event: Event) -> Step:
        """Take one step."""
        made = step(self.state, event, directory=self.directory, live=self.live, now=self.now)
        self.state = made.state
        self.steps.append(made)
        return made

    @property
    def rules(self) -> list[tuple[str, str]]:
        """The (rule, result) pairs of the whole trace."""
        return [(entry.rule, entry.result) for made in self.steps for entry in made.trace]
