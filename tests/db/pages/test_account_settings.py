"""*Account settings* and whom a change of addresses is told to: PIN, language, password, locks."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client
from tests.db.pages.answers import read
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import BUILDER, NOW, Company, Person

from carillon.features.accounts.models import User
from carillon.features.audit.models import AuditEntry
from carillon.features.lines.models import Line
from carillon.features.lines.services import change_line_language
from carillon.features.lines.snapshot import load_line
from carillon.features.mail.models import OutgoingMail
from carillon.features.voicemail.choices import PIN_FAILURES
from carillon.features.voicemail.models import Mailbox

OLD, NEW = "739152", "840273"


@pytest.fixture
def sylvie(company: Company) -> Person:
    """A subscriber with a PIN."""
    Mailbox.objects.filter(line=company.sylvie.line).update(pin=make_password(OLD))
    return company.sylvie


def page(person: Person) -> str:
    return f"/lines/{person.line.pk}/account/"


def mailbox(person: Person) -> Mailbox:
    return Mailbox.objects.get(line=person.line)


def change(client: Client, person: Person, **entries: str) -> tuple[int, str]:
    answer = client.post(f"{page(person)}pin/", {"pin": NEW, "again": NEW} | entries)
    return answer.status_code, read(answer)


def test_a_subscriber_gives_his_present_pin(sylvie: Person, sign_in: SignIn) -> None:
    client = sign_in(sylvie)
    assert 'name="old"' in read(client.get(page(sylvie)))
    status, shown = change(client, sylvie)
    assert (status, "This field is required." in shown) == (422, True)
    status, shown = change(client, sylvie, old="000000")
    assert (status, "This is not your present PIN." in shown) == (422, True)
    assert check_password(OLD, mailbox(sylvie).pin)
    assert OLD not in shown
    assert NEW not in shown
    assert change(client, sylvie, old=OLD)[0] == 302
    assert check_password(NEW, mailbox(sylvie).pin)


def test_B61_wrong_present_pins_count_and_block_as_at_the_telephone(
    sylvie: Person, company: Company, sign_in: SignIn
) -> None:
    client = sign_in(sylvie)
    shown = [change(client, sylvie, old="000000")[1] for _ in range(PIN_FAILURES)]
    assert "The PIN is blocked after too many wrong ones." in shown[-1]
    assert change(client, sylvie, old=OLD)[0] == 422, "nor does the right one pass now"
    assert "after too many wrong PINs" in read(client.get(page(sylvie)))
    assert change(sign_in(company.marie), sylvie)[0] == 302
    assert "No lock is set on this account." in read(client.get(page(sylvie)))


def test_an_administrator_needs_no_present_pin_and_is_recorded(
    sylvie: Person, company: Company, sign_in: SignIn
) -> None:
    client = sign_in(company.denis)
    shown = read(client.get(page(sylvie)))
    assert 'name="old"' not in shown
    assert "The present PIN is never shown." in shown
    assert change(client, sylvie)[0] == 302
    entry = AuditEntry.objects.filter(kind="mailbox").order_by("-id")[0]
    assert (entry.action, entry.user_id, entry.old, entry.new) == (
        "change_pin",
        company.denis.user.pk,
        {},
        {},
    )


TEMPORARY = "The present PIN is temporary"


def test_B72_a_pin_somebody_else_has_set_is_temporary_until_its_subscriber_changes_it(
    sylvie: Person, company: Company, sign_in: SignIn
) -> None:
    own, admin = sign_in(sylvie), sign_in(company.marie)
    assert TEMPORARY not in read(own.get(page(sylvie)))
    assert change(admin, sylvie)[0] == 302
    assert mailbox(sylvie).pin_temporary
    assert all(TEMPORARY in read(client.get(page(sylvie))) for client in (own, admin))
    status, shown = change(own, sylvie, old=NEW)
    assert (status, "This is the present PIN." in shown) == (422, True)
    assert mailbox(sylvie).pin_temporary
    assert change(own, sylvie, old=NEW, pin=OLD, again=OLD)[0] == 302
    assert not mailbox(sylvie).pin_temporary
    assert TEMPORARY not in read(own.get(page(sylvie)))


def test_an_administrators_own_pin_is_his_choice(company: Company, sign_in: SignIn) -> None:
    Mailbox.objects.filter(line=company.marie.line).update(pin=make_password(OLD), pin_temporary=True)
    assert change(sign_in(company.marie), company.marie, old=OLD)[0] == 302
    assert not mailbox(company.marie).pin_temporary


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"again": "111222"}, "The two entries differ."),
        ({"pin": "12345", "again": "12345"}, "Use at least 6 digits."),
        ({"pin": "abcdef", "again": "abcdef"}, "Use digits only."),
        ({"pin": "123456", "again": "123456"}, "This PIN follows a sequence"),
    ],
)
def test_a_weak_pin_is_refused(
    sylvie: Person, company: Company, sign_in: SignIn, entries: dict[str, str], message: str
) -> None:
    status, shown = change(sign_in(company.marie), sylvie, **entries)
    assert (status, message in shown) == (422, True)
    assert check_password(OLD, mailbox(sylvie).pin)


def test_the_language_governs_the_next_call_and_the_portal(
    sylvie: Person, company: Company, sign_in: SignIn
) -> None:
    client = sign_in(company.marie)
    seen = str(User.objects.get(pk=sylvie.user.pk).version)
    answer = client.post(page(sylvie), {"seen_version": seen, "language": "en"})
    assert answer.status_code == 302
    assert "In force since" in read(client.get(answer.headers["Location"]))
    line = load_line(sylvie.line.pk)
    assert line is not None
    assert line.language == "en"
    stale = client.post(page(sylvie), {"seen_version": seen, "language": "fr"})
    assert stale.status_code == 409
    assert 'id="stale"' in read(stale)
    assert client.post(page(sylvie), {"seen_version": seen, "language": "de"}).status_code == 422
    assert User.objects.get(pk=sylvie.user.pk).language == "en"


def test_the_language_of_a_line_without_an_account_is_the_lines(company: Company, sign_in: SignIn) -> None:
    User.objects.filter(pk=company.newcomer.user.pk).delete()
    line = company.newcomer.line
    client = sign_in(company.marie)
    assert "This line has no portal account." in read(client.get(page(company.newcomer)))
    receipt = change_line_language(
        actor=BUILDER, line_id=line.pk, language="en", seen_version=line.version, now=NOW
    )
    assert receipt.kind == "line"
    assert Line.objects.get(pk=line.pk).language == "en"


def test_the_locks_are_told_in_words(sylvie: Person, company: Company, sign_in: SignIn) -> None:
    Line.objects.filter(pk=sylvie.line.pk).update(
        locked_at=NOW, locked_by="Denis Gagnon", suspended=True, emergency_address="12, rue des Pins"
    )
    User.objects.filter(pk=sylvie.user.pk).update(blocked_at=NOW)
    shown = read(sign_in(company.marie).get(page(sylvie))).replace("\u00a0", " ")
    assert "Administrative lock since November 23, 2026 at 10:05 a.m. (Denis Gagnon)" in shown
    assert "after too many wrong passwords" in shown
    assert "The platform operator has suspended this line" in shown
    assert "12, rue des Pins" in shown
    assert "Only the subscriber changes this password." in shown


def test_ones_own_page_leads_to_the_password(sylvie: Person, sign_in: SignIn) -> None:
    assert 'href="/account/password/"' in read(sign_in(sylvie).get(page(sylvie)))


def test_a_line_without_voicemail_has_no_pin(company: Company, sign_in: SignIn) -> None:
    Mailbox.objects.filter(line=company.newcomer.line).delete()
    client = sign_in(company.marie)
    assert "Change the voicemail PIN" not in read(client.get(page(company.newcomer)))
    assert change(client, company.newcomer)[0] == 404


def messages(client: Client, person: Person, *addresses: str) -> int:
    entries = {
        "seen_version": str(mailbox(person).version),
        "email_on": "on",
        "email_to": "\n".join(addresses),
        "keep_copy": "on",
    }
    return client.post(f"/lines/{person.line.pk}/messages/", entries).status_code


def test_the_subscriber_is_told_at_the_old_addresses_when_somebody_else_changes_them(
    sylvie: Person, company: Company, sign_in: SignIn
) -> None:
    own, admin = sign_in(sylvie), sign_in(company.marie)
    assert "the subscriber is told by e-mail" in read(admin.get(f"/lines/{sylvie.line.pk}/messages/"))
    assert messages(own, sylvie, "sylvie@example.com", "home@example.com") == 302
    assert messages(own, sylvie, "sylvie@example.com") == 302
    assert not OutgoingMail.objects.exists(), "she knows what she does herself"
    assert messages(admin, sylvie, "sylvie@example.com") == 302
    assert not OutgoingMail.objects.exists(), "nothing changed"
    assert messages(admin, sylvie, "intruder@example.com") == 302
    (mail,) = OutgoingMail.objects.all()
    assert mail.to == ["sylvie@example.com"]
    assert "Marie Tremblay (514-555-0101) changed the e-mail addresses" in mail.body
    assert "intruder" not in mail.body + mail.subject


def test_a_refused_change_of_addresses_tells_nobody(
    sylvie: Person, company: Company, sign_in: SignIn
) -> None:
    Mailbox.objects.filter(line=sylvie.line).update(email_to=["sylvie@example.com"], version=5)
    stale = {"seen_version": "4", "email_on": "on", "email_to": "new@example.com"}
    client = sign_in(company.marie)
    assert client.post(f"/lines/{sylvie.line.pk}/messages/", stale).status_code == 409
    assert not OutgoingMail.objects.exists()
