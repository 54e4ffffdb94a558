"""Undoing a reset: everything of the former subscriber comes back, and nobody sees it in between."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from tests.db.builders import NOW, PASSWORD, Company, promote, settings_of, user_of
from tests.db.line_actions.conftest import LATER, PIN, audible, entries_of, leave
from tests.db.line_actions.test_reset import refusals, reset

from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access, NotFound
from carillon.features.accounts.services import SignInRefused, actor_for, sign_in
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, StaleVersion
from carillon.features.line_actions.jobs import drop_strays, settle_snapshots
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.queries import restorable
from carillon.features.line_actions.services import erase_snapshot, undo_reset, undoing
from carillon.features.lines.models import Line
from carillon.features.voicemail.models import Mailbox, Message
from carillon.features.voicemail.queries import audio_folder
from carillon.features.voicemail.services import change_pin, check_pin


def undo(access: Access, line: Line, *, snapshot: int | None = None) -> None:
    version = Line.objects.values_list("version", flat=True).get(pk=line.pk)
    kept = snapshot or restorable(line.pk, now=LATER)[0].pk
    undo_reset(access=access, line_id=line.pk, snapshot_id=kept, seen_version=version, now=LATER)


def test_B92_a_pin_that_was_the_subscribers_own_choice_is_so_again(alice: Access, bob: Line) -> None:
    change_pin(actor=actor_for(user_of(bob)), line_id=bob.pk, new_pin="582047", now=NOW)
    assert not Mailbox.objects.get(line=bob).pin_temporary
    reset(alice, bob)
    assert Mailbox.objects.get(line=bob).pin_temporary
    undo(alice, bob)
    assert not Mailbox.objects.get(line=bob).pin_temporary


def picture(line: Line, greetings: Path) -> tuple[object, ...]:
    """Return everything a subscriber would miss."""
    saved, mailbox = settings_of(line), Mailbox.objects.get(line=line)
    row = Line.objects.get(pk=line.pk)
    messages = list(Message.objects.filter(mailbox=mailbox).order_by("token").values())
    for name in ("version", "_state"):
        del saved.__dict__[name], mailbox.__dict__[name]
    del mailbox.resets  # counts the undoing too
    line_columns = (row.name, row.calling_name, row.language, row.withhold_identity, row.barred)
    return (saved.__dict__, mailbox.__dict__, messages, entries_of(line), line_columns, audible(greetings))


@pytest.mark.parametrize("settled", [True, False], ids=["sealed", "not yet sealed"])
def test_B92_ten_days_later_everything_is_back(
    alice: Access, bob: Line, greetings: Path, *, settled: bool
) -> None:
    before = picture(bob, greetings)
    reset(alice, bob)
    if settled:
        settle_snapshots(now=NOW)
    undo(alice, bob)
    settle_snapshots(now=LATER)
    after = picture(bob, greetings)
    assert after[:5] == before[:5]
    assert after[5] == before[5]
    assert check_pin(mailbox_id=Mailbox.objects.get(line=bob).pk, pin=PIN, now=NOW).ok
    assert sign_in(number_text=bob.number, password=PASSWORD, address="", now=NOW) == user_of(bob)


def test_the_secrets_of_the_one_in_between_are_refused(alice: Access, bob: Line) -> None:
    made = reset(alice, bob)
    session = user_of(bob).get_session_auth_hash()
    undo(alice, bob)
    with pytest.raises(SignInRefused):
        sign_in(number_text=bob.number, password=made.password, address="", now=NOW)
    assert user_of(bob).get_session_auth_hash() != session


def test_the_state_in_between_is_kept_and_comes_back(alice: Access, bob: Line, greetings: Path) -> None:
    reset(alice, bob)
    leave(Mailbox.objects.get(line=bob), "for-nadia")
    undo(alice, bob)
    settle_snapshots(now=LATER)
    assert set(audible(greetings)) == {"one", "two", "greeting-1-bob", "name-1-bob"}
    assert LineSnapshot.objects.count() == 1, "the state put back is kept no longer"
    undo(alice, bob)
    settle_snapshots(now=LATER)
    assert audible(greetings) == {"for-nadia": b"audio of for-nadia"}
    assert Line.objects.get(pk=bob.pk).name == "Nadia Roy"


def test_nobody_comes_back_as_an_administrator(alice: Access, company: Company) -> None:
    reset(alice, company.denis)
    undo(alice, company.denis)
    assert (user_of(company.denis).role, user_of(company.denis).scope_id) == (Role.SUBSCRIBER, None)
    reset(alice, company.bob)
    promote(company.bob, Role.DEPARTMENT_ADMINISTRATOR, company.sales)
    undo(alice, company.bob)
    assert user_of(company.bob).role == Role.SUBSCRIBER, (
        "nor is what the next subscriber was given left to him"
    )


def test_two_resets_can_each_be_undone(alice: Access, bob: Line) -> None:
    reset(alice, bob, name="Nadia")
    reset(alice, bob, name="Omar")
    oldest = restorable(bob.pk, now=LATER).order_by("id")[0]
    undo(alice, bob, snapshot=oldest.pk)
    assert Line.objects.get(pk=bob.pk).name == "Bob"
    assert restorable(bob.pk, now=LATER).count() == 2


def test_pressing_twice_restores_once(alice: Access, bob: Line) -> None:
    reset(alice, bob)
    kept, version = restorable(bob.pk, now=LATER)[0].pk, Line.objects.get(pk=bob.pk).version
    undo_reset(access=alice, line_id=bob.pk, snapshot_id=kept, seen_version=version, now=LATER)
    with pytest.raises(StaleVersion):
        undo_reset(access=alice, line_id=bob.pk, snapshot_id=kept, seen_version=version, now=LATER)
    assert Message.objects.count() == 2


def test_an_undoing_that_dies_leaves_the_line_as_it_was(
    alice: Access, bob: Line, greetings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reset(alice, bob)
    settle_snapshots(now=NOW)
    before = (picture(bob, greetings), LineSnapshot.objects.get().payload)

    def die(**_: object) -> None:
        raise SystemExit(9)

    monkeypatch.setattr(undoing, "record_changes", die)
    with pytest.raises(SystemExit):
        undo(alice, bob)
    settle_snapshots(now=LATER)
    assert (picture(bob, greetings), LineSnapshot.objects.get().payload) == before


def test_files_half_moved_are_moved_by_the_next_round(
    alice: Access, bob: Line, greetings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each move dies after its first file; the next round goes on."""
    from carillon.features.line_actions import jobs

    before = picture(bob, greetings)
    settle_one, moved = jobs._settle_file, list[str]()

    def die_after_one(snapshot: LineSnapshot, token: str) -> bool:
        if moved:
            raise OSError("no space left")
        moved.append(token)
        return settle_one(snapshot, token)

    for act in (reset, undo):
        act(alice, bob)
        moved.clear()
        with monkeypatch.context() as patched:
            patched.setattr(jobs, "_settle_file", die_after_one)
            with pytest.raises(OSError, match="no space"):
                settle_snapshots(now=LATER)
        settle_snapshots(now=LATER)
    assert picture(bob, greetings) == before


def test_after_thirty_days_it_is_gone(alice: Access, bob: Line, own_home: Path, greetings: Path) -> None:
    reset(alice, bob)
    settle_snapshots(now=NOW)
    late = NOW + timedelta(days=30)
    settle_snapshots(now=late - timedelta(seconds=1))
    assert restorable(bob.pk, now=late - timedelta(seconds=1)).exists()
    assert not restorable(bob.pk, now=late).exists()
    settle_snapshots(now=late)
    assert not LineSnapshot.objects.exists()
    assert [file for file in (own_home / "snapshots").rglob("*") if file.is_file()] == []


def test_it_can_be_erased_early(alice: Access, bob: Line, greetings: Path) -> None:
    reset(alice, bob)
    kept = restorable(bob.pk, now=NOW)[0].pk
    erase_snapshot(access=alice, line_id=bob.pk, snapshot_id=kept, now=NOW)
    assert LineSnapshot.objects.get().payload == "", "at once, not when the worker comes by"
    with pytest.raises(NotFound):
        undo(alice, bob, snapshot=kept)
    with pytest.raises(NotFound):
        erase_snapshot(access=alice, line_id=bob.pk, snapshot_id=kept, now=NOW)
    settle_snapshots(now=NOW)
    assert audible(greetings) == {}
    assert AuditEntry.objects.filter(action="erase_snapshot").count() == 1


def test_only_administrators_of_the_line_restore_or_erase(
    company: Company, alice: Access, denis: Access
) -> None:
    for line in (company.frank, company.bob):
        reset(alice, line)
    frank, bob = (restorable(line.pk, now=LATER)[0].pk for line in (company.frank, company.bob))
    with pytest.raises(NotFound):
        undo(denis, company.frank)
    with pytest.raises(NotFound):
        erase_snapshot(access=denis, line_id=company.frank.pk, snapshot_id=frank, now=NOW)
    with pytest.raises(NotFound):
        undo(denis, company.carol, snapshot=bob)
    undo(denis, company.bob)


def test_the_last_administrator_is_not_taken_away_by_undoing(company: Company, alice: Access) -> None:
    reset(alice, company.bob)
    promote(company.bob, Role.GROUP_ADMINISTRATOR)
    operator = User.objects.create(login="olga", role=Role.OPERATOR, password="!")
    User.objects.filter(line=company.alice).update(role=Role.SUBSCRIBER)
    from carillon.features.accounts.queries import access_for

    with pytest.raises(Invalid) as refused:
        undo(access_for(operator), company.bob)
    assert refusals(refused) == {"line": ErrorCode.LAST_ADMINISTRATOR}


def test_the_folder_of_a_line_that_is_gone_goes_too(
    alice: Access, bob: Line, own_home: Path, greetings: Path
) -> None:
    reset(alice, bob)
    settle_snapshots(now=NOW)
    assert drop_strays(now=NOW) == 0
    LineSnapshot.objects.all().delete()
    assert drop_strays(now=NOW) == 1
    assert list((own_home / "snapshots").iterdir()) == []


def record(folder: Path, token: str, *, age: timedelta) -> None:
    """Leave a recording as the engine or a restoration would."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{token}.wav"
    file.write_bytes(b"a")
    os.utime(file, times=((NOW - age).timestamp(),) * 2)


def test_names_and_greetings_that_no_mailbox_uses_go_after_a_day(
    alice: Access, bob: Line, greetings: Path
) -> None:
    old, new = timedelta(days=2), timedelta(hours=23)
    for token in ("greeting-1-bob", "name-1-bob", "greeting-1-before", "name-1-before", "other"):
        record(greetings, token, age=old)
    record(greetings, "name-1-reviewed-now", age=new)
    record(audio_folder(), "name-1-restored-once", age=old)
    record(audio_folder(), "two", age=old)
    assert drop_strays(now=NOW) == 3
    left = {"one", "two", "greeting-1-bob", "name-1-bob", "other", "name-1-reviewed-now"}
    assert set(audible(greetings)) == left
    reset(alice, bob)
    assert drop_strays(now=NOW) == 0, "what waits for being encrypted stays"
    settle_snapshots(now=NOW)
    undo(alice, bob)
    settle_snapshots(now=LATER)
    assert left <= set(audible(greetings))
    assert drop_strays(now=NOW + old) == 1, "the one reviewed since"
    assert set(audible(greetings)) == left - {"name-1-reviewed-now"}
