"""Deposits, messages, PINs and the mail that carries them; with a real SMTP server."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from tests.db.builders import ACTOR, NOW, make_group, make_line
from tests.stack.mailserver import MailServer

from carillon.callcontrol.deposits import QUIET_SECONDS, DepositWatcher
from carillon.callcontrol.writes import DatabaseWrites
from carillon.calls.commands import PassSetup, UseGreeting, UseName
from carillon.calls.events import NewPin, NewPinResult
from carillon.calls.model import MailboxId, SetupStep
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import NotFound
from carillon.features.accounts.services import actor_for
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import Actor, Invalid, StaleVersion
from carillon.features.call_logs.models import CallEvent, CallRecord
from carillon.features.lines.services import NewLine, create_line
from carillon.features.lines.snapshot import load_line
from carillon.features.mail.jobs import due, send
from carillon.features.mail.models import OutgoingMail
from carillon.features.voicemail import services
from carillon.features.voicemail.jobs import drop_delivered
from carillon.features.voicemail.models import Mailbox, Message
from carillon.features.voicemail.queries import Counts, audio_file, counts_of
from carillon.features.voicemail.services import LeftMessage, PinResult
from carillon.features.voicemail.snapshot import load_messages
from carillon.web.changes import Difference, tell

pytestmark = pytest.mark.django_db
CHANNEL = "1795400000.1"
LATER = 4e9


@pytest.fixture
def mailbox() -> Mailbox:
    group = make_group()
    line = make_line(group, "+15145550101", name="Bob", extension="201")
    return Mailbox.objects.get(line=line)


def settle(
    mailbox: Mailbox,
    *,
    email_on: bool = True,
    email_to: Sequence[str] = ("bob@example.com",),
    keep_copy: bool = True,
) -> None:
    services.change_message_settings(
        actor=ACTOR,
        line_id=mailbox.line_id,
        email_on=email_on,
        email_to=email_to,
        keep_copy=keep_copy,
        skip_pin=False,
        seen_version=mailbox.version,
        now=NOW,
    )
    mailbox.refresh_from_db()


def left(number: int = 1, seconds: int = 5) -> LeftMessage:
    return LeftMessage(f"n1-{number}", f"token{number}", NOW, seconds)


def record(file: Path, seconds: float, *, header: bool = True) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(8000)
        opened.writeframes(b"\x01\x02" * int(8000 * seconds))
    if not header:  # as the engine leaves it when it dies: the sizes say that nothing is there
        with file.open("r+b") as opened:
            opened.seek(4)
            opened.write((36).to_bytes(4, "little"))
            opened.seek(40)
            opened.write((0).to_bytes(4, "little"))


def channel_ended() -> None:
    for kind in ("CHAN_START", "CHAN_END"):
        CallEvent.objects.create(
            node="n1",
            journal="cel",
            file=1,
            offset=CallEvent.objects.count(),
            at=NOW,
            call_id=f"n1-{CHANNEL}",
            kind=kind,
            channel=CHANNEL,
        )
    CallRecord.objects.create(
        call_id=f"n1-{CHANNEL}", node="n1", started=NOW, caller_number="+15145550102", caller_name="Carol"
    )


class Shelf:
    """The folder of deposits, looked at as the worker does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[Counts] = []
        self.watcher = DepositWatcher(folder, node="n1", tell=self.told.append)

    def deposit(self, mailbox: Mailbox, seconds: float = 3, **more: bool) -> Path:
        file = self.folder / f"{mailbox.pk}-{CHANNEL}.wav"
        record(file, seconds, **more)
        return file

    def look(self, seconds_now: float | None = None) -> int:
        return self.watcher.look(ended=[CHANNEL], now=NOW, seconds_now=seconds_now or 0)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "deposits")


def test_a_deposit_becomes_one_message_when_its_channel_has_ended(mailbox: Mailbox, shelf: Shelf) -> None:
    file = shelf.deposit(mailbox)
    assert shelf.look() == 0
    channel_ended()
    assert shelf.look() == 1
    message = Message.objects.get()
    assert (message.seconds, message.caller_name, message.caller_number) == (3, "Carol", "+15145550102")
    assert message.call_id == f"n1-{CHANNEL}"
    assert audio_file(message.token).is_file()
    assert not file.exists()
    assert shelf.told == [Counts(mailbox.pk, new=1, old=0)]
    shelf.deposit(mailbox)  # the worker died before it removed the recording
    shelf.look()
    assert Message.objects.count() == 1
    assert not file.exists()


def test_a_recording_nobody_writes_to_any_more_is_filed(mailbox: Mailbox, shelf: Shelf) -> None:
    file = shelf.deposit(mailbox, header=False)
    modified = file.stat().st_mtime
    assert shelf.look(modified + QUIET_SECONDS - 5) == 0
    assert shelf.look(modified + QUIET_SECONDS + 5) == 1
    message = Message.objects.get()
    assert message.seconds == 3
    with wave.open(str(audio_file(message.token))) as repaired:
        assert repaired.getnframes() == 24000


@pytest.mark.parametrize("seconds", [0, 0.5])
def test_too_short_a_recording_is_discarded(mailbox: Mailbox, shelf: Shelf, seconds: float) -> None:
    file = shelf.deposit(mailbox, seconds)
    channel_ended()
    shelf.look()
    assert not Message.objects.exists()
    assert not file.exists()


def test_what_is_no_recording_and_what_is_nobodys_stop_nothing(mailbox: Mailbox, shelf: Shelf) -> None:
    file = shelf.deposit(mailbox)
    file.write_bytes(b"not audio")
    record(shelf.folder / f"99999-{CHANNEL}.wav", 3)
    record(shelf.folder / f"..x-{CHANNEL}.wav", 3)
    record(shelf.folder / f"{mailbox.pk}" / f"{CHANNEL}.wav", 3)
    channel_ended()
    assert shelf.look() == 2
    assert not Message.objects.exists()
    assert not file.exists()


def test_each_mailbox_of_the_one_folder_gets_its_own(mailbox: Mailbox, shelf: Shelf) -> None:
    other = Mailbox.objects.get(line=make_line(mailbox.line.group, "+15145550102", name="Carol"))
    shelf.deposit(mailbox)
    shelf.deposit(other)
    channel_ended()
    assert shelf.look() == 2
    assert {message.mailbox_id for message in Message.objects.all()} == {mailbox.pk, other.pk}
    assert len({message.token for message in Message.objects.all()}) == 2


def test_five_wrong_pins_lock_the_mailbox(mailbox: Mailbox) -> None:
    services.change_pin(actor=ACTOR, line_id=mailbox.line_id, new_pin="739152", now=NOW)

    def check(pin: str) -> PinResult:
        return services.check_pin(mailbox_id=mailbox.pk, pin=pin, now=NOW)

    assert check("739152") == PinResult(ok=True)
    for _ in range(4):
        assert check("000000") == PinResult(ok=False)
    assert check("739152") == PinResult(ok=True)
    results = [check("000000") for _ in range(5)]
    assert [result.blocked for result in results] == [False] * 4 + [True]
    assert check("739152") == PinResult(ok=False, blocked=True)
    services.unlock_pin(actor=ACTOR, line_id=mailbox.line_id, now=NOW)
    assert check("739152") == PinResult(ok=True)


def test_wrong_pins_long_ago_do_not_count(mailbox: Mailbox) -> None:
    for minutes in range(0, 100, 5):
        now = NOW + timedelta(minutes=minutes)
        assert not services.check_pin(mailbox_id=mailbox.pk, pin="1", now=now).ok
    assert Mailbox.objects.get().pin_locked_at is None
    assert services.check_pin(mailbox_id=999, pin="1", now=NOW) == PinResult(ok=False)


class Telephone:
    """A subscriber who replaces his PIN, as callcontrol has it checked and saved."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.writes = DatabaseWrites(lambda: NOW)

    def first(self, pin: str) -> NewPin:
        return self.writes.check_new_pin(self.mailbox.pk, pin)

    def again(self, pin: str, mark: str) -> NewPinResult:
        return self.writes.replace_pin(self.mailbox.pk, pin, mark, 0).result


@pytest.fixture
def telephone(mailbox: Mailbox) -> Telephone:
    services.change_pin(actor=ACTOR, line_id=mailbox.line_id, new_pin="739152", now=NOW)
    mailbox.refresh_from_db()
    assert mailbox.pin_temporary
    return Telephone(mailbox)


def test_B72_a_temporary_pin_is_replaced_by_telephone(telephone: Telephone, mailbox: Mailbox) -> None:
    mark = telephone.first("582047").mark
    assert "582047" not in mark
    assert telephone.again("582047", mark) is NewPinResult.SAVED
    assert not Mailbox.objects.get().pin_temporary
    assert services.check_pin(mailbox_id=mailbox.pk, pin="582047", now=NOW).ok
    assert not services.check_pin(mailbox_id=mailbox.pk, pin="739152", now=NOW).ok
    entry = AuditEntry.objects.filter(kind="mailbox", action="change_pin").order_by("-id")[0]
    assert (entry.actor, entry.old, entry.new) == ("telephone", {}, {})
    line = load_line(mailbox.line_id)
    assert line is not None
    assert line.mailbox is not None
    assert not line.mailbox.pin_temporary
    assert telephone.again("582047", mark) is NewPinResult.DIFFERENT, "once is enough"


@pytest.mark.parametrize(
    "pin", ["12345", "12345678901234567", "123456", "222222", "550101", "201201", "73915*", "739152"]
)
def test_a_weak_pin_and_the_temporary_one_are_refused_by_telephone(
    telephone: Telephone, mailbox: Mailbox, pin: str
) -> None:
    assert telephone.first(pin) == NewPin(NewPinResult.WEAK)
    assert Mailbox.objects.get().pin == mailbox.pin


def test_a_second_entry_that_differs_saves_nothing(telephone: Telephone, mailbox: Mailbox) -> None:
    mark = telephone.first("582047").mark
    for pin, given in (("582048", mark), ("582047", ""), ("582047", mark[:-1])):
        assert telephone.again(pin, given) is NewPinResult.DIFFERENT
    assert (Mailbox.objects.get().pin, Mailbox.objects.get().pin_temporary) == (mailbox.pin, True)
    gone = DatabaseWrites(lambda: NOW)
    assert gone.check_new_pin(999, "582047").result is NewPinResult.WEAK
    assert gone.replace_pin(999, "582047", mark, 0).result is NewPinResult.DIFFERENT


def test_a_pin_set_in_the_portal_meanwhile_stays(telephone: Telephone, mailbox: Mailbox) -> None:
    own = actor_for(User.objects.get(line=mailbox.line_id))
    mark = telephone.first("582047").mark
    services.change_pin(actor=own, line_id=mailbox.line_id, new_pin="604718", now=NOW)
    assert telephone.again("582047", mark) is NewPinResult.DIFFERENT
    services.change_pin(actor=ACTOR, line_id=mailbox.line_id, new_pin="951736", now=NOW)
    assert telephone.again("582047", mark) is NewPinResult.DIFFERENT, "nor is another temporary one replaced"
    assert services.check_pin(mailbox_id=mailbox.pk, pin="951736", now=NOW).ok


@pytest.mark.parametrize(
    ("pin", "chosen", "temporary"),
    [("739152", False, True), ("739152", True, False), ("", False, False)],
)
def test_B72_the_first_pin_of_a_new_line_is_temporary(
    mailbox: Mailbox, pin: str, *, chosen: bool, temporary: bool
) -> None:
    plan = mailbox.line.class_of_service_id
    new = NewLine("+15145550102", "Carol", plan, pin=pin)
    if chosen:
        new = replace(new, pin_temporary=False)
    line = create_line(actor=ACTOR, group_id=mailbox.line.group_id, new=new, now=NOW).line
    made = Mailbox.objects.get(line=line)
    assert made.pin_temporary is temporary
    assert made.setup_due == ("" if chosen else "name"), "who has no PIN yet is a new subscriber too"
    seen = load_line(line.pk)
    assert seen is not None
    assert seen.mailbox is not None
    assert seen.mailbox.pin_temporary is temporary


def test_a_mailbox_is_full_once_and_tells_once(mailbox: Mailbox) -> None:
    settle(mailbox, email_on=False)
    before = mailbox.line.group.config_version
    for number in range(100):
        services.add_message(mailbox_id=mailbox.pk, left=left(number), now=NOW)
    mailbox.refresh_from_db()
    assert mailbox.full_told
    assert OutgoingMail.objects.count() == 1
    mailbox.line.group.refresh_from_db()
    assert mailbox.line.group.config_version > before
    services.delete_message(message_id=Message.objects.earliest("pk").pk, now=NOW)
    mailbox.refresh_from_db()
    assert not mailbox.full_told


def test_settings_are_checked_and_versioned(mailbox: Mailbox) -> None:
    settle(mailbox)
    with pytest.raises(StaleVersion):
        services.change_message_settings(
            actor=ACTOR,
            line_id=mailbox.line_id,
            email_on=True,
            email_to=["a@example.com"],
            keep_copy=False,
            skip_pin=True,
            seen_version=1,
            now=NOW,
        )
    for bad in (
        [],
        ["nobody"],
        ["a@example.com\nBcc: x@example.com"],
        [f"a{i}@example.com" for i in range(11)],
    ):
        with pytest.raises(Invalid):
            settle(mailbox, email_to=bad)


def test_heard_and_greeting(mailbox: Mailbox) -> None:
    message = services.add_message(mailbox_id=mailbox.pk, left=left(), now=NOW)
    assert message is not None
    assert services.mark_heard(message_id=message.pk) == Counts(mailbox.pk, new=0, old=1)
    assert load_messages(mailbox.pk)[0].heard
    assert services.mark_heard(message_id=12345) is None
    receipt = services.use_greeting(
        mailbox_id=mailbox.pk, token="abc-1", now=NOW, actor=Actor(None, "telephone")
    )
    assert receipt.version == 2
    assert Mailbox.objects.get().greeting == "abc-1"


def due_of(mailbox: Mailbox) -> tuple[str, SetupStep | None]:
    """Return what is due of the setup: in the row, and as calls see it."""
    line = load_line(mailbox.line_id)
    assert line is not None
    assert line.mailbox is not None
    return Mailbox.objects.get(pk=mailbox.pk).setup_due, line.mailbox.setup_due


def test_a_recorded_name_is_seen_by_the_next_call_and_recorded(mailbox: Mailbox) -> None:
    before = mailbox.line.group.config_version
    Mailbox.objects.update(setup_due="")
    DatabaseWrites(lambda: NOW).apply(UseName(MailboxId(mailbox.pk), "name-1-bob"))
    line = load_line(mailbox.line_id)
    assert line is not None
    assert line.mailbox is not None
    assert (line.mailbox.recorded_name, line.mailbox.ref.version) == ("name-1-bob", 2)
    mailbox.line.group.refresh_from_db()
    assert mailbox.line.group.config_version == before + 1
    entry = AuditEntry.objects.get(kind="mailbox", action="recorded_name")
    assert (entry.actor, entry.old, entry.new) == (
        "telephone", {"recorded_name": ""}, {"recorded_name": "name-1-bob"},
    )  # fmt: skip
    with translation.override("en"):
        assert tell(entry).differences == (Difference("Recorded name", "–", "A recording"),)
    with pytest.raises(NotFound):
        services.use_name(mailbox_id=999, token="name-1", now=NOW)


def test_the_setup_begins_with_a_temporary_pin_and_goes_on_with_each_recording(
    telephone: Telephone, mailbox: Mailbox
) -> None:
    assert due_of(mailbox) == ("name", SetupStep.NAME)
    telephone.again("582047", telephone.first("582047").mark)
    assert due_of(mailbox) == ("name", SetupStep.NAME), "the new PIN alone ends nothing"
    telephone.writes.apply(UseName(MailboxId(mailbox.pk), "name-1-bob"))
    assert due_of(mailbox) == ("greeting", SetupStep.GREETING)
    telephone.writes.apply(UseGreeting(MailboxId(mailbox.pk), "greeting-1-bob"))
    assert due_of(mailbox) == ("", None)
    found = Mailbox.objects.get()
    assert (found.recorded_name, found.greeting) == ("name-1-bob", "greeting-1-bob")


def test_a_step_is_passed_once_and_only_while_it_is_due(telephone: Telephone, mailbox: Mailbox) -> None:
    name, greeting = (PassSetup(MailboxId(mailbox.pk), step) for step in SetupStep)
    telephone.writes.apply(greeting)
    assert due_of(mailbox)[0] == "name", "a name that was lost meanwhile is asked for again"
    telephone.writes.apply(name)
    version = Mailbox.objects.get().version
    telephone.writes.apply(name)
    assert (due_of(mailbox)[0], Mailbox.objects.get().version) == ("greeting", version)
    telephone.writes.apply(greeting)
    assert due_of(mailbox) == ("", None)


def test_the_subscribers_own_new_pin_does_not_end_the_setup_nor_begin_one(mailbox: Mailbox) -> None:
    own = actor_for(User.objects.get(line=mailbox.line_id))
    Mailbox.objects.update(setup_due="")
    services.change_pin(actor=own, line_id=mailbox.line_id, new_pin="604718", now=NOW)
    assert due_of(mailbox)[0] == ""
    services.change_pin(actor=ACTOR, line_id=mailbox.line_id, new_pin="951736", now=NOW)
    services.change_pin(actor=own, line_id=mailbox.line_id, new_pin="604718", now=NOW)
    assert due_of(mailbox)[0] == "name"


def test_the_database_knows_the_steps_of_the_setup(mailbox: Mailbox) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailbox.objects.filter(pk=mailbox.pk).update(setup_due="photo")


def deliver(after: timedelta = timedelta()) -> list[bool]:
    now = NOW + after
    results = [send(mail, now=now) for mail in due(now=now)]
    drop_delivered(now=now)
    return results


@pytest.mark.parametrize(
    ("language", "subject"),
    [("fr", "Message vocal de Carol (+15145550102)"), ("en", "Voice message from Carol (+15145550102)")],
)
def test_a_message_goes_by_mail_in_the_lines_language(
    mailbox: Mailbox, shelf: Shelf, post: MailServer, language: str, subject: str
) -> None:
    User.objects.filter(line=mailbox.line_id).update(language=language)
    settle(mailbox)
    shelf.deposit(mailbox)
    channel_ended()
    shelf.look()
    assert deliver() == [True]
    (letter,) = post.messages
    text, audio = letter.iter_parts()
    assert str(OutgoingMail.objects.get().subject) == subject
    assert letter["To"] == "bob@example.com"
    assert len(audio.get_content()) > 48000
    assert str(audio.get_filename()).endswith(".wav")
    assert text.get_content_type() == "text/plain"
    assert counts_of(mailbox.pk).new == 1
    assert deliver() == []


def test_without_a_copy_the_message_goes_once_its_mail_is_accepted(
    mailbox: Mailbox, shelf: Shelf, post: MailServer
) -> None:
    settle(mailbox, keep_copy=False)
    shelf.deposit(mailbox)
    channel_ended()
    shelf.look()
    post.refuse_with = "451 try again later"
    assert deliver() == [False]
    assert Message.objects.count() == 1
    assert deliver() == []
    assert deliver(timedelta(seconds=6)) == [False]
    post.refuse_with = ""
    assert deliver(timedelta(seconds=60)) == [True]
    assert not Message.objects.exists()
    assert len(post.messages) == 1
    assert OutgoingMail.objects.get().sent is not None


def test_mail_is_given_up_after_a_day(mailbox: Mailbox, post: MailServer) -> None:
    settle(mailbox)
    audio_file("token1").parent.mkdir(parents=True)
    record(audio_file("token1"), 1)
    services.add_message(mailbox_id=mailbox.pk, left=left(), now=NOW)
    post.refuse_with = "451 try again later"
    attempts = 0
    for minutes in range(0, 26 * 60, 1):
        attempts += len(deliver(timedelta(minutes=minutes)))
    mail = OutgoingMail.objects.get()
    assert mail.given_up
    assert 25 <= attempts <= 40
    assert Message.objects.count() == 1


def test_a_withheld_caller_stays_withheld(mailbox: Mailbox) -> None:
    settle(mailbox)
    services.add_message(
        mailbox_id=mailbox.pk,
        left=replace(left(), caller_number="+15145550199", caller_name="Secret", caller_withheld=True),
        now=NOW,
    )
    mail = OutgoingMail.objects.get()
    assert "5550199" not in mail.subject + mail.body
    assert "Secret" not in mail.subject + mail.body
