"""Comments to the platform operator: kept, mailed, counted, and read by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings
from tests.db.builders import ACTOR, NOW, Company, make_company, make_operator, user_of

from carillon.features.accounts.queries import Access, NotFound, access_for
from carillon.features.audit.models import AuditEntry
from carillon.features.audit.services import ErrorCode, Invalid, Receipt
from carillon.features.feedback.models import Feedback
from carillon.features.feedback.queries import access_feedback, feedback_received, own_feedback
from carillon.features.feedback.services import mark_done, send_feedback
from carillon.features.lines.models import Line
from carillon.features.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def bob(company: Company) -> Access:
    return access_for(user_of(company.bob))


@pytest.fixture
def operator() -> Access:
    return access_for(make_operator())


def send(access: Access, **changes: str) -> Receipt:
    values = {"kind": "problem", "page": "/lines/3/availability/", "text": "Rien ne va."} | changes
    return send_feedback(access=access, now=NOW, **values)


def test_a_comment_is_kept_and_mailed_with_the_address_of_its_page(bob: Access, settings: Settings) -> None:
    settings.CARILLON_OPERATOR_MAIL = "operateur@example.com"
    receipt = send(bob, text="  Rien\r\nne va.  ")
    kept = Feedback.objects.get(pk=receipt.object_id)
    assert (kept.text, kept.state, kept.page) == ("Rien\nne va.", "new", "/lines/3/availability/")
    assert (kept.user_id, kept.group_id, kept.at) == (bob.user.pk, bob.group_id, NOW)
    mail = OutgoingMail.objects.get()
    assert mail.to == ["operateur@example.com"]
    for part in ("Bob", "Acme", "/lines/3/availability/", "Rien\nne va."):
        assert part in mail.body
    assert "Bob" in mail.subject


def test_without_an_address_it_is_kept_only(bob: Access, settings: Settings) -> None:
    settings.CARILLON_OPERATOR_MAIL = ""
    send(bob)
    assert (Feedback.objects.count(), OutgoingMail.objects.count()) == (1, 0)


def test_the_record_says_that_it_was_sent_and_not_what_it_says(bob: Access) -> None:
    before = bob.group.config_version if bob.group else 0
    receipt = send(bob, text="secret words")
    entry = AuditEntry.objects.get(kind="feedback")
    assert (entry.action, entry.new) == ("create", {"page": "/lines/3/availability/"})
    assert "secret words" not in str(entry.new)
    assert receipt.config_version == before, "no call depends on it"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"text": "  \n "}, "text", ErrorCode.REQUIRED),
        ({"text": "x" * 4001}, "text", ErrorCode.TOO_LONG),
        ({"text": "a\x00b"}, "text", ErrorCode.BAD_CHARACTER),
        ({"kind": "praise"}, "kind", ErrorCode.UNKNOWN_CHOICE),
        ({"page": "/" + "x" * 300}, "page", ErrorCode.TOO_LONG),
    ],
)
def test_a_bad_comment_is_refused(bob: Access, changes: dict[str, str], field: str, code: ErrorCode) -> None:
    with pytest.raises(Invalid) as refused:
        send(bob, **changes)
    assert refused.value.errors[field].code is code
    assert not Feedback.objects.exists()


def test_the_longest_comment_is_kept_whole(bob: Access) -> None:
    kept = Feedback.objects.get(pk=send(bob, text="é" * 4000).object_id)
    assert len(kept.text) == 4000


def test_the_twenty_first_comment_of_an_hour_is_refused(bob: Access, company: Company) -> None:
    for count in range(20):
        send_feedback(access=bob, kind="idea", page="", text=f"comment {count}", now=NOW)
    with pytest.raises(Invalid) as refused:
        send(bob)
    assert refused.value.errors["text"].code is ErrorCode.TOO_OFTEN
    send(access_for(user_of(company.carol)))
    later = NOW + timedelta(hours=1)
    send_feedback(access=bob, kind="idea", page="", text="again", now=later)
    assert Feedback.objects.count() == 22


def test_only_the_operator_reads_what_was_received(bob: Access, company: Company, operator: Access) -> None:
    sent = send(bob).object_id
    assert [found.pk for found in feedback_received(operator)] == [sent]
    assert access_feedback(operator, sent).pk == sent
    assert own_feedback(bob, sent).pk == sent
    alice = access_for(user_of(company.alice))
    assert not feedback_received(alice).exists()
    for refused in (access_feedback, own_feedback):
        with pytest.raises(NotFound):
            refused(alice, sent)


def test_a_comment_is_marked_done_once(bob: Access, operator: Access) -> None:
    sent = send(bob).object_id
    receipt = mark_done(actor=ACTOR, feedback_id=sent, seen_version=1, now=NOW)
    assert (receipt.version, Feedback.objects.get(pk=sent).state) == (2, "done")
    again = mark_done(actor=ACTOR, feedback_id=sent, seen_version=1, now=NOW)
    assert (again.version, AuditEntry.objects.filter(kind="feedback", action="change").count()) == (2, 1)


def test_the_same_comment_twice_is_one(bob: Access) -> None:
    assert send(bob).object_id == send(bob).object_id
    assert (Feedback.objects.count(), AuditEntry.objects.filter(kind="feedback").count()) == (1, 1)


def test_an_operator_sends_one_too_and_a_comment_outlives_its_line(
    bob: Access, company: Company, operator: Access
) -> None:
    assert Feedback.objects.get(pk=send(operator).object_id).group_id is None
    sent = send(bob).object_id
    Line.objects.filter(pk=company.bob.pk).delete()
    kept = Feedback.objects.get(pk=sent)
    assert kept.user_id is None
    assert "Bob" in kept.line_label


@pytest.mark.parametrize("change", [{"kind": "praise"}, {"state": "lost"}, {"text": ""}])
def test_the_database_refuses_what_the_service_would(bob: Access, change: dict[str, str]) -> None:
    sent = send(bob).object_id
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=sent).update(**change)
