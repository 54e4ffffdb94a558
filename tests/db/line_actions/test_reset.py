"""Resetting a line: what goes, what stays, who may, all at once or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from tests.db.builders import (
    NOW,
    PASSWORD,
    Company,
    config_version,
    make_line,
    promote,
    settings_of,
    user_of,
)
from tests.db.line_actions.conftest import LATER, PIN, audible, entries_of, leave

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.accounts.services import SignInRefused, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, StaleVersion
from carillon.features.extensions.models import Extension
from carillon.features.line_actions import queries
from carillon.features.line_actions.jobs import settle_snapshots
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.services import (
    NewSubscriber,
    ResetLine,
    reset_line,
    resetting,
    undo_reset,
)
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.mail.models import OutgoingMail
from carillon.features.phones.models import Phone
from carillon.features.voicemail.models import Mailbox, Message
from carillon.features.voicemail.services import check_pin


def reset(access: Access, line: Line, **changes: object) -> NewSubscriber:
    wanted = ResetLine(**({"name": "Nadia Roy"} | changes))  # type: ignore[arg-type]
    version = Line.objects.values_list("version", flat=True).get(pk=line.pk)
    return reset_line(access=access, line_id=line.pk, wanted=wanted, seen_version=version, now=NOW)


def refusals(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, ErrorCode]:
    return {name: problem.code for name, problem in refused.value.errors.items()}


def test_what_the_subscriber_set_is_gone(alice: Access, bob: Line, greetings: Path) -> None:
    reset(alice, bob)
    saved, mailbox, line = settings_of(bob), Mailbox.objects.get(line=bob), Line.objects.get(pk=bob.pk)
    assert (saved.dnd, saved.mode, saved.no_answer_seconds, saved.busy, saved.busy_to) == (
        False, "account_phone", 20, "voicemail", "",
    )  # fmt: skip
    assert entries_of(bob) == []
    assert not Message.objects.filter(mailbox=mailbox).exists()
    assert (mailbox.greeting, mailbox.recorded_name, mailbox.setup_due) == ("", "", "name")
    assert (mailbox.email_on, mailbox.email_to, mailbox.keep_copy, mailbox.skip_pin) == (
        False, [], True, False,
    )  # fmt: skip
    assert (line.name, line.calling_name, line.language, line.withhold_identity, line.barred) == (
        "Nadia Roy", "", "", False, [],
    )  # fmt: skip


def test_what_belongs_to_the_line_is_kept(alice: Access, bob: Line) -> None:
    Line.objects.filter(pk=bob.pk).update(emergency_address="1 rue Principale")
    phones = list(Phone.objects.filter(line=bob).values())
    reset(alice, bob)
    line = Line.objects.get(pk=bob.pk)
    assert (line.number, line.department_id, line.class_of_service_id) == (
        bob.number, bob.department_id, bob.class_of_service_id,
    )  # fmt: skip
    assert line.emergency_address == "1 rue Principale"
    assert list(Phone.objects.filter(line=bob).values()) == phones
    assert Extension.objects.get(line=bob).first == "203"
    assert AuditEntry.objects.filter(kind="mailbox", action="change_pin").exists()


def test_B72_only_the_secrets_shown_let_anyone_in_and_they_must_be_replaced(alice: Access, bob: Line) -> None:
    session = user_of(bob).get_session_auth_hash()
    made = reset(alice, bob)
    assert (len(made.password), len(made.pin)) == (12, 6)
    mailbox = Mailbox.objects.get(line=bob)
    assert check_pin(mailbox_id=mailbox.pk, pin=made.pin, now=NOW).ok
    assert not check_pin(mailbox_id=mailbox.pk, pin=PIN, now=NOW).ok
    assert mailbox.pin_temporary
    with pytest.raises(SignInRefused):
        sign_in(number_text=bob.number, password=PASSWORD, address="", now=NOW)
    user = sign_in(number_text=bob.number, password=made.password, address="", now=NOW)
    assert user.must_change_password
    assert user.get_session_auth_hash() != session


def test_the_secrets_are_written_nowhere(alice: Access, bob: Line, caplog: pytest.LogCaptureFixture) -> None:
    made = reset(alice, bob)
    record = json.dumps(list(AuditEntry.objects.values("old", "new", "label")))
    for secret in (made.password, made.pin):
        assert secret not in record + caplog.text + repr(made)


def test_locks_by_wrong_secrets_go_with_the_secrets(alice: Access, bob: Line) -> None:
    User.objects.filter(line=bob).update(blocked_at=NOW, failures=5)
    Mailbox.objects.filter(line=bob).update(pin_locked_at=NOW, pin_failures=5)
    made = reset(alice, bob)
    assert sign_in(number_text=bob.number, password=made.password, address="", now=NOW) == user_of(bob)
    assert check_pin(mailbox_id=Mailbox.objects.get(line=bob).pk, pin=made.pin, now=NOW).ok


def test_an_administrator_is_one_no_longer(alice: Access, company: Company) -> None:
    User.objects.filter(line=company.denis).update(
        is_supervisor=True, may_read_call_logs=True, may_monitor=True
    )
    reset(alice, company.denis)
    user = user_of(company.denis)
    assert (user.role, user.scope_id) == (Role.SUBSCRIBER, None)
    assert [user.is_supervisor, user.may_read_call_logs, user.may_monitor] == [False, False, False]
    told = AuditEntry.objects.get(kind="user", action="reset")
    assert (told.old, told.new) == ({"role": "department_administrator"}, {"role": "subscriber"})


@pytest.mark.parametrize(("same", "shown"), [(True, ""), (False, "Bob")])
def test_the_local_calling_name_follows_the_account_name_or_stays(
    alice: Access, bob: Line, *, same: bool, shown: str
) -> None:
    reset(alice, bob, same_calling_name=same)
    assert Line.objects.get(pk=bob.pk).calling_name == shown


def test_a_line_without_voicemail_rings_longer_by_default(alice: Access, company: Company) -> None:
    plain = make_line(company.group, "+15145550120", voicemail=False, user=False)
    made = reset(alice, plain)
    saved = settings_of(plain)
    assert (saved.no_answer, saved.no_answer_seconds, saved.busy) == ("tone", 60, "tone")
    assert (made.password, made.pin) == ("", "")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "  "}, {"name": ErrorCode.REQUIRED}),
        ({"name": "x" * 65}, {"name": ErrorCode.TOO_LONG}),
        ({"name": "a\u202eb"}, {"name": ErrorCode.BAD_CHARACTER}),
        ({"name": "x" * 36}, {"same_calling_name": ErrorCode.TOO_LONG}),
    ],
)
def test_a_bad_name_is_refused_and_nothing_is_reset(
    alice: Access, bob: Line, changes: dict[str, object], expected: dict[str, ErrorCode]
) -> None:
    with pytest.raises(Invalid) as refused:
        reset(alice, bob, **changes)
    assert refusals(refused) == expected
    assert Message.objects.count() == 2


def test_nobody_resets_his_own_line_or_the_last_administrator(company: Company, alice: Access) -> None:
    with pytest.raises(Invalid) as own:
        reset(alice, company.alice)
    assert refusals(own) == {"line": ErrorCode.OWN_LINE}
    operator = access_for(User.objects.create(login="olga", role=Role.OPERATOR, password="!"))
    with pytest.raises(Invalid) as last:
        reset(operator, company.alice)
    assert refusals(last) == {"line": ErrorCode.LAST_ADMINISTRATOR}
    promote(company.frank, Role.GROUP_ADMINISTRATOR)
    Line.objects.filter(pk=company.frank.pk).update(locked_at=NOW)
    with pytest.raises(Invalid):
        reset(operator, company.alice)
    Line.objects.filter(pk=company.frank.pk).update(locked_at=None)
    assert reset(operator, company.alice).name == "Nadia Roy"


def test_a_department_administrator_does_not_reset_one_of_the_whole_group(
    company: Company, denis: Access
) -> None:
    promote(company.carol, Role.GROUP_ADMINISTRATOR)
    with pytest.raises(Invalid) as refused:
        reset(denis, company.carol)
    assert refusals(refused) == {"line": ErrorCode.OUTRANKED}


def test_a_line_out_of_scope_is_as_good_as_missing(company: Company, denis: Access, alice: Access) -> None:
    subscriber = access_for(user_of(company.bob))
    for access, line in (
        (denis, company.frank), (denis, company.mallory), (alice, company.mallory), (subscriber, company.carol),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            reset(access, line)
    with pytest.raises(NotFound):
        reset_line(access=alice, line_id=999_999, wanted=ResetLine("X"), seen_version=1, now=NOW)


def test_a_pilot_or_attendant_asks_for_its_number(company: Company, alice: Access) -> None:
    pilot = make_line(company.group, "+15145550121", kind=LineKind.PILOT)
    for typed in ("", "514 555-0122", "abc"):
        with pytest.raises(Invalid) as refused:
            reset(alice, pilot, typed_number=typed)
        assert refusals(refused) == {"typed_number": ErrorCode.NOT_THIS_NUMBER}
    assert reset(alice, pilot, typed_number="(514) 555-0121").number == "+15145550121"


def test_pressing_twice_resets_once(alice: Access, bob: Line) -> None:
    wanted = ResetLine("Nadia Roy")
    first = reset_line(access=alice, line_id=bob.pk, wanted=wanted, seen_version=bob.version, now=NOW)
    leave(Mailbox.objects.get(line=bob), "three")
    with pytest.raises(StaleVersion):
        reset_line(access=alice, line_id=bob.pk, wanted=wanted, seen_version=bob.version, now=NOW)
    assert check_password(first.password, user_of(bob).password)
    assert Message.objects.count() == 1
    assert LineSnapshot.objects.count() == 1


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies at the last write of the reset."""

    def die(**_: object) -> None:
        raise SystemExit(9)

    monkeypatch.setattr(resetting, "record_changes", die)


def test_a_reset_that_dies_leaves_the_line_as_it_was(
    alice: Access, bob: Line, company: Company, killed: None, greetings: Path
) -> None:
    before = (
        list(Message.objects.values()),
        settings_of(bob).dnd,
        config_version(company.group),
        audible(greetings),
    )
    with pytest.raises(SystemExit):
        reset(alice, bob)
    after = (
        list(Message.objects.values()),
        settings_of(bob).dnd,
        config_version(company.group),
        audible(greetings),
    )
    assert after == before
    assert not LineSnapshot.objects.exists()
    assert Line.objects.get(pk=bob.pk).version == bob.version


def test_one_reset_is_one_version_of_the_group(alice: Access, bob: Line, company: Company) -> None:
    before = config_version(company.group)
    made = reset(alice, bob)
    assert config_version(company.group) == before + 1 == made.receipt.config_version
    kinds = AuditEntry.objects.filter(action="reset").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["line", "call_settings", "user", "mailbox"]
    told = AuditEntry.objects.get(kind="line", action="reset")
    assert told.new == {"name": "Nadia Roy", "groups": [], "remove_from_groups": True, "erase": False}


def test_the_recordings_are_encrypted_once_the_reset_is_certain(
    alice: Access, bob: Line, greetings: Path, own_home: Path
) -> None:
    reset(alice, bob)
    assert set(audible(greetings)) == {"one", "two", "greeting-1-bob", "name-1-bob"}, (
        "the files follow, they do not lead"
    )
    counts = settle_snapshots(now=NOW)
    assert audible(greetings) == {}
    assert [(count.new, count.old) for count in counts] == [(0, 0)], "the lamp goes out"
    kept = [file.read_bytes() for file in (own_home / "snapshots").rglob("*") if file.is_file()]
    assert len(kept) == 4
    assert not any(b"audio of" in content or b"bonjour" in content or b"Bob" in content for content in kept)
    assert settle_snapshots(now=NOW) == []


def test_the_snapshot_shows_nothing_of_what_it_holds(alice: Access, bob: Line) -> None:
    reset(alice, bob)
    snapshot = LineSnapshot.objects.get()
    assert snapshot.payload
    for secret in ("bob@example.com", "14185550147", "202", user_of(bob).password):
        assert secret not in snapshot.payload


def test_erased_for_privacy_nothing_is_kept(
    alice: Access, bob: Line, greetings: Path, own_home: Path
) -> None:
    OutgoingMail.objects.create(
        created=NOW, to=["bob@example.com"], subject="s", body="b", attachment="voicemail/one.wav",
        message=Message.objects.get(token="one"), next_attempt=NOW,
    )  # fmt: skip
    reset(alice, bob)
    settle_snapshots(now=NOW)
    made = reset(alice, bob, erase=True)
    assert made.restorable_until is None
    assert not queries.restorable(bob.pk, now=NOW).exists()
    OutgoingMail.objects.update(given_up=True)
    settle_snapshots(now=NOW)
    assert not LineSnapshot.objects.exists()
    assert audible(greetings) == {}
    assert [file for file in (own_home / "snapshots").rglob("*") if file.is_file()] == []


def test_the_mail_of_an_erased_mailbox_does_not_leave(alice: Access, bob: Line, greetings: Path) -> None:
    OutgoingMail.objects.create(
        created=NOW, to=["bob@example.com"], subject="s", body="b", attachment="voicemail/one.wav",
        message=Message.objects.get(token="one"), next_attempt=NOW,
    )  # fmt: skip
    reset(alice, bob, erase=True)
    assert not OutgoingMail.objects.exists()
    settle_snapshots(now=NOW)
    assert audible(greetings) == {}


def test_a_recording_that_an_email_still_carries_waits_for_it(
    alice: Access, bob: Line, greetings: Path
) -> None:
    mail = OutgoingMail.objects.create(
        created=NOW,
        to=["bob@example.com"],
        subject="s",
        body="b",
        attachment="voicemail/one.wav",
        next_attempt=NOW,
    )
    reset(alice, bob)
    settle_snapshots(now=NOW)
    assert set(audible(greetings)) == {"one"}
    mail.sent = NOW
    mail.save()
    settle_snapshots(now=NOW)
    assert audible(greetings) == {}


def test_losses_are_counted_before(bob: Line) -> None:
    losses = queries.losses_of(bob)
    assert (losses.messages, losses.other_rows, losses.addresses) == (2, 2, 1)
    assert (losses.greeting, losses.recorded_name) == (True, True)
    assert losses.settings_changed
    assert not losses.administrator
    assert losses.groups == ()


def test_a_fresh_line_has_nothing_to_lose(company: Company) -> None:
    losses = queries.losses_of(company.carol)
    assert (losses.messages, losses.greeting, losses.other_rows, losses.settings_changed) == (
        0,
        False,
        0,
        False,
    )


def test_every_table_of_a_line_says_what_a_reset_does_to_it() -> None:
    """A new table with a foreign key to a line belongs into one of these lists (line_actions.queries)."""
    found = {relation.related_model._meta.label for relation in queries.relations_to(Line)}
    known = queries.KEPT_ROWS | set(queries.PERSONAL_ROWS) | set(queries.MEMBERSHIPS) | queries.OWN_ROWS
    assert found == known


def test_every_column_of_a_line_says_what_a_reset_does_to_it() -> None:
    """A new column belongs among PERSONAL_FIELDS (line_actions.queries), or here among those that are kept."""
    kept = {
        "id", "group", "department", "number", "kind", "class_of_service", "suspended", "locked_at", "locked_by",
        "emergency_address", "version",
    }  # fmt: skip
    derived = {"name_key", "extension_digits", "department_key", "search_key"}
    columns = {field.name for field in Line._meta.concrete_fields}
    assert columns == kept | derived | set(queries.PERSONAL_FIELDS)


@pytest.mark.parametrize("ticked", [True, False])
def test_B71_memberships_go_if_that_is_ticked_and_come_back(
    alice: Access, bob: Line, monkeypatch: pytest.MonkeyPatch, *, ticked: bool
) -> None:
    """No group has members yet: extensions stand in for a table that will."""
    monkeypatch.setattr(queries, "MEMBERSHIPS", ("extensions.Extension",))
    assert queries.losses_of(bob).groups == ("203",)
    reset(alice, bob, remove_from_groups=ticked)
    assert Extension.objects.filter(line=bob).exists() is not ticked
    told = AuditEntry.objects.get(kind="line", action="reset")
    assert told.old["groups"] == (["203"] if ticked else [])
    kept = queries.restorable(bob.pk, now=LATER)[0].pk
    version = Line.objects.get(pk=bob.pk).version
    undo_reset(access=alice, line_id=bob.pk, snapshot_id=kept, seen_version=version, now=LATER)
    assert Extension.objects.get(line=bob).first == "203"


def test_the_day_of_the_last_restoration_is_told(alice: Access, bob: Line) -> None:
    made = reset(alice, bob)
    assert made.restorable_until is not None
    assert (made.restorable_until - NOW).days == 30
    assert queries.restorable(bob.pk, now=LATER).exists()
