"""The pages of a line's actions: reach, confirmation, secrets shown once, refusals in words, the way back."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from tests.db.pages.answers import Answer
from tests.db.pages.conftest import SignIn
from tests.fakes.callcontrol_server import CallcontrolServer
from tests.fakes.portal_company import BUILDER, NOW, PASSWORD, Company

from carillon import clock
from carillon.features.accounts.choices import Role
from carillon.features.accounts.models import User
from carillon.features.accounts.queries import access_for
from carillon.features.accounts.services import grant_role
from carillon.features.line_actions.models import LineSnapshot
from carillon.features.line_actions.services import ResetLine, lock_line_account, reset_line
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.voicemail.models import Mailbox, Message

PAGES = ("details", "lock", "unlock", "reset", "undo-reset")
SCOPES = {
    "marie": {"marie", "denis", "sylvie", "newcomer"},
    "denis": {"denis", "marie", "sylvie"},
    "sylvie": set[str](),
    "charlie": {"charlie"},
}


def text(answer: Answer) -> str:
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def entries(line: Line, **changes: str) -> dict[str, str]:
    first = {
        "seen_version": str(Line.objects.get(pk=line.pk).version), "name": "Nadia Roy", "same_calling_name": "on",
        "remove_from_groups": "on", "step": "reset",
    }  # fmt: skip
    return first | changes


@pytest.fixture
def marie(company: Company, sign_in: SignIn) -> Client:
    return sign_in(company.marie)


def snapshot_of(company: Company, line: Line) -> int:
    version = Line.objects.get(pk=line.pk).version
    reset_line(
        access=access_for(company.marie.user), line_id=line.pk, wanted=ResetLine("Nadia"), seen_version=version,
        now=clock.now(),
    )  # fmt: skip
    return LineSnapshot.objects.get(line=line).pk


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("reader", SCOPES)
def test_a_page_is_there_in_scope_and_missing_outside(
    company: Company, sign_in: SignIn, reader: str, page: str
) -> None:
    client = sign_in(getattr(company, reader))
    for owner in ("marie", "denis", "sylvie", "newcomer", "charlie"):
        address = f"/lines/{getattr(company, owner).line.pk}/{page}/"
        inside = owner in SCOPES[reader]
        assert client.get(address).status_code == (200 if inside else 404), (reader, owner)
        if not inside:
            assert client.post(address, {"snapshot": "1", "seen_version": "1"}).status_code == 404
    assert client.get(f"/lines/999999/{page}/").status_code == 404


@pytest.mark.parametrize("reader", SCOPES)
def test_a_snapshot_is_erased_by_administrators_of_its_line_only(
    company: Company, sign_in: SignIn, reader: str
) -> None:
    kept = snapshot_of(company, company.newcomer.line)
    client = sign_in(getattr(company, reader))
    for line in (company.newcomer.line, company.sylvie.line):
        answer = client.post(f"/lines/{line.pk}/erase-snapshot/", {"snapshot": str(kept)})
        if reader == "marie" and line == company.newcomer.line:
            assert answer.status_code == 302
        else:
            assert answer.status_code == 404, (reader, line)


def test_a_foreign_selection_is_not_moved(company: Company, sign_in: SignIn) -> None:
    target = str(company.denis.line.department_id)
    for reader, lines, status in (
        ("sylvie", [company.sylvie], 404), ("denis", [company.newcomer], 404), ("marie", [company.charlie], 404),
        ("marie", [company.newcomer, company.charlie], 404), ("marie", [company.newcomer], 302),
    ):  # fmt: skip
        selected = ",".join(str(person.line.pk) for person in lines)
        answer = sign_in(getattr(company, reader)).post(
            "/lines/move/", {"selected": selected, "department": target}
        )
        assert answer.status_code == status, (reader, lines)
    assert Line.objects.get(pk=company.newcomer.line.pk).department_id == int(target)


def test_the_move_asks_where_to_and_says_how_many(company: Company, marie: Client) -> None:
    ids = [str(company.sylvie.line.pk), str(company.denis.line.pk)]
    page = text(marie.post("/lines/move/", {"selected": ids, "back": "/lines/?q=x"}))
    assert "2 lines will be moved" in page
    assert f'value="{",".join(ids)}"' in page
    assert '<option value="">' in page
    assert "No line is selected" in text(marie.post("/lines/move/", {}))
    refused = marie.post("/lines/move/", {"selected": "", "department": ""})
    assert refused.status_code == 422
    assert marie.post("/lines/move/", {"selected": "1;drop", "department": ""}).status_code == 404
    done = marie.post("/lines/move/", {"selected": ids, "department": "", "back": "/lines/?q=x"})
    assert done.headers["Location"].startswith("/lines/?q=x&receipt=")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "lines"])
def test_the_way_back_stays_in_the_portal(company: Company, marie: Client, back: str) -> None:
    line = company.sylvie.line
    answer = marie.post(f"/lines/{line.pk}/lock/", {"back": back})
    assert urlsplit(answer.headers["Location"]).path == f"/lines/{line.pk}/"
    shown = text(marie.get(f"/lines/{line.pk}/unlock/", {"back": back}))
    assert f'href="{back}"' not in shown
    assert f'name="back" value="{back}"' not in shown


def test_a_lock_says_what_it_does_and_who_set_it(company: Company, marie: Client, sign_in: SignIn) -> None:
    page = f"/lines/{company.sylvie.line.pk}/lock/"
    assert "it makes emergency calls only" in text(marie.get(page))
    assert marie.post(page).status_code == 302
    shown = text(marie.get(f"/lines/{company.sylvie.line.pk}/unlock/"))
    assert "Administrative lock, set by Marie Tremblay (514-555-0101) on" in re.sub("<[^>]+>", "", shown)
    assert "locked already" in text(marie.get(page))
    assert marie.post(f"/lines/{company.sylvie.line.pk}/unlock/").status_code == 302
    again = marie.post(f"/lines/{company.sylvie.line.pk}/unlock/")
    assert "there is nothing to unlock" in text(again)
    own = marie.post(f"/lines/{company.marie.line.pk}/lock/")
    assert own.status_code == 422
    assert "This is your own line" in text(own)


def test_the_confirmation_lists_what_is_lost_and_until_when_it_can_be_undone(
    company: Company, marie: Client
) -> None:
    line = company.sylvie.line
    mailbox = Mailbox.objects.get(line=line)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        greeting="greeting-1", recorded_name="name-1", email_to=["sylvie@example.com"]
    )
    for number in range(12):
        Message.objects.create(
            mailbox=mailbox, call_id=str(number), token=f"t{number}", received=NOW, seconds=3
        )
    page = f"/lines/{line.pk}/reset/"
    assert "Nothing happens before you have confirmed" in text(marie.get(page))
    shown = text(marie.post(page, entries(line, step="ask")))
    for words in ("12 voice messages", "the recorded greeting", "the recorded name", "1 e-mail address", "the voicemail PIN",
                  "Reset the line of Sylvie Roy: erase 12 messages", "an administrator can restore the former state"):  # fmt: skip
        assert words in shown
    assert Message.objects.count() == 12, "nothing is reset yet"
    private = text(marie.post(page, entries(line, step="ask", erase="on")))
    assert "nobody can undo this" in private
    assert "an administrator can restore the former state" not in private


def test_the_secrets_are_shown_once_with_a_message_in_both_languages(
    company: Company, marie: Client, callcontrol: CallcontrolServer, caplog: pytest.LogCaptureFixture
) -> None:
    line, page = company.sylvie.line, f"/lines/{company.sylvie.line.pk}/reset/"
    sent = entries(line)
    answer = marie.post(page, sent)
    shown = text(answer)
    password, pin = re.findall(r"<code>([^<]+)</code>", shown)
    assert (len(password), len(pin)) == (12, 6)
    assert shown.count(password) == 3
    assert "Hello Nadia Roy," in shown
    assert "no-store" in answer.headers["Cache-Control"]
    assert callcontrol.told == [company.group.pk]
    again = marie.post(page, sent)
    assert again.status_code == 409
    assert "it was reset once" in text(again)
    for later in (again, marie.get(page), marie.get(f"/lines/{line.pk}/changes/")):
        assert password not in text(later)
    assert password not in caplog.text
    fresh = Client(headers={"host": "127.0.0.1", "accept-language": "en"})
    assert fresh.post("/sign-in/", {"number": "5145550103", "password": PASSWORD}).status_code == 422
    entered = fresh.post("/sign-in/", {"number": "5145550103", "password": password})
    assert entered.status_code == 302
    assert fresh.get("/lines/", follow=True).redirect_chain[-1][0] == "/account/password/"


def test_a_refused_reset_keeps_the_entries_and_says_why(company: Company, marie: Client) -> None:
    page = f"/lines/{company.sylvie.line.pk}/reset/"
    long = marie.post(page, entries(company.sylvie.line, name="x" * 65))
    assert long.status_code == 422
    assert "Use at most 64 characters." in text(long)
    assert "x" * 65 in text(long)
    own = marie.post(f"/lines/{company.marie.line.pk}/reset/", entries(company.marie.line))
    assert own.status_code == 422
    assert "This is your own line" in text(own)


def test_a_pilot_asks_for_its_number(company: Company, marie: Client) -> None:
    line = company.newcomer.line
    Line.objects.filter(pk=line.pk).update(kind=LineKind.PILOT)
    page = f"/lines/{line.pk}/reset/"
    assert "Type the number of the line to confirm" in text(marie.post(page, entries(line, step="ask")))
    wrong = marie.post(page, entries(line, typed_number="201"))
    assert wrong.status_code == 422
    assert "Type 514-555-0104 to confirm" in text(wrong)
    assert "New user details" in text(marie.post(page, entries(line, typed_number="514 555-0104")))


def test_undoing_shows_when_and_never_what(company: Company, marie: Client) -> None:
    line = company.sylvie.line
    assert "No former state" in text(marie.get(f"/lines/{line.pk}/undo-reset/"))
    kept = snapshot_of(company, line)
    shown = text(marie.get(f"/lines/{line.pk}/undo-reset/"))
    assert "Replaced by Marie Tremblay" in shown
    assert "Sylvie" not in shown.partition("<main")[2]
    sent = {"snapshot": str(kept), "seen_version": str(Line.objects.get(pk=line.pk).version)}
    assert marie.post(f"/lines/{line.pk}/undo-reset/", sent).status_code == 302
    assert Line.objects.get(pk=line.pk).name == "Sylvie Roy"
    again = marie.post(f"/lines/{line.pk}/undo-reset/", sent)
    assert again.status_code == 409
    assert "Nothing was done" in text(again)


def test_details_are_saved_and_refusals_stand_beside_their_fields(company: Company, marie: Client) -> None:
    line = company.sylvie.line
    page = f"/lines/{line.pk}/details/"
    shown = text(marie.get(page))
    assert "May listen to calls in progress" not in shown, "the operator's to give"
    sent = {
        "seen_version": str(line.version), "seen_account": str(User.objects.get(line=line).version),
        "name": "Sylvie R.", "language": "en", "emergency_address": "1 rue X", "role": "group_administrator",
    }  # fmt: skip
    refused = marie.post(page, sent | {"is_supervisor": "on"})
    assert refused.status_code == 422
    assert "You cannot give a right that you do not hold yourself." in text(refused)
    assert 'value="Sylvie R."' in text(refused)
    assert marie.post(page, sent).status_code == 302
    assert User.objects.get(line=line).role == Role.GROUP_ADMINISTRATOR
    stale = marie.post(page, sent | {"name": "Other"})
    assert stale.status_code == 409
    assert "Someone changed these settings" in text(stale)


def test_the_right_of_someone_higher_is_shown_and_kept(company: Company, sign_in: SignIn) -> None:
    grant_role(
        actor=BUILDER, user_id=company.sylvie.user.pk, role=Role.DEPARTMENT_ADMINISTRATOR,
        scope_id=company.newcomer.line.department_id, now=NOW,
    )  # fmt: skip
    client, page = sign_in(company.denis), f"/lines/{company.sylvie.line.pk}/details/"
    shown = text(client.get(page))
    assert re.search(r'<option value="\d+" selected>Usine', shown)
    sent = {
        "seen_version": "1", "seen_account": str(User.objects.get(line=company.sylvie.line).version), "name": "S. Roy",
        "role": "department_administrator", "scope": str(company.newcomer.line.department_id),
    }  # fmt: skip
    assert client.post(page, sent).status_code == 302
    refused = client.post(page, sent | {"seen_version": "2", "role": "subscriber"})
    assert "This person administers more than you do" in text(refused)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_as_a_dialog_over_a_list(company: Company, marie: Client, page: str) -> None:
    headers = {"hx-request": "true", "hx-dialog": "1"}
    answer = marie.get(f"/lines/{company.sylvie.line.pk}/{page}/", {"back": "/lines/"}, headers=headers)
    assert answer.status_code == 200
    assert "<html" not in text(answer)
    assert "data-close-dialog" in text(answer)


def test_a_dialog_that_is_done_sends_the_whole_page_back(company: Company, marie: Client) -> None:
    headers = {"hx-request": "true", "hx-dialog": "1"}
    answer = marie.post(f"/lines/{company.sylvie.line.pk}/lock/", {"back": "/lines/?q=s"}, headers=headers)
    assert answer.headers["HX-Redirect"].startswith("/lines/?q=s&receipt=")


def test_a_locked_subscriber_is_out_at_once(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.sylvie)
    page = f"/lines/{company.sylvie.line.pk}/availability/"
    assert client.get(page).status_code == 200
    lock_line_account(access=access_for(company.marie.user), line_id=company.sylvie.line.pk, now=NOW)
    assert client.get(page).status_code == 302


def test_the_menu_of_a_row_leads_back_to_the_list_as_it_was(company: Company, sign_in: SignIn) -> None:
    client, line = sign_in(company.marie), company.sylvie.line
    shown = client.get("/lines/?q=sylvie&sort=-number&department=all").content.decode()
    found = re.search(rf'href="(/lines/{line.pk}/lock/[^"]*)"', shown)
    assert found
    page = client.get(html.unescape(found[1])).content.decode()
    back = re.search(r'name="back" value="([^"]*)"', page)
    assert back
    assert html.unescape(back[1]) == "/lines/?department=all&q=sylvie&sort=-number"
    saved = client.post(f"/lines/{line.pk}/lock/", {"back": html.unescape(back[1])})
    assert saved.headers["Location"].startswith("/lines/?department=all&q=sylvie&sort=-number&receipt=")
