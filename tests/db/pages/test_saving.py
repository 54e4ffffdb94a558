"""Saving: the receipt, refusals that keep the entries, stale versions, rows without JavaScript, the record."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings
from tests.db.conftest import NOBODY
from tests.db.pages.answers import read
from tests.db.pages.conftest import SignIn
from tests.fakes.callcontrol_server import CallcontrolServer
from tests.fakes.portal_company import Company

from carillon.features.call_manager.models import CallSettings


def entries(**changes: str) -> dict[str, str]:
    """Return the page of incoming calls as it is at first, with these entries changed."""
    first = {
        "action": "save",
        "seen_version": "1",
        "mode": "account_phone",
        "forward_to": "",
        "no_answer_seconds": "20",
        "no_answer": "voicemail",
        "no_answer_to": "",
        "busy": "voicemail",
        "busy_to": "",
        "unavailable_to": "",
        "call_waiting": "on",
        "together-rows": "0",
        "in_order-rows": "0",
    }
    return first | {name.replace("__", "-"): value for name, value in changes.items()}


@pytest.fixture
def page(company: Company) -> str:
    return f"/lines/{company.marie.line.pk}/incoming-calls/"


@pytest.fixture
def marie(company: Company, sign_in: SignIn) -> Client:
    return sign_in(company.marie)


def settings_of(company: Company) -> CallSettings:
    return CallSettings.objects.get(line=company.marie.line)


def test_the_page_opens_with_what_happens_to_a_call(marie: Client, page: str) -> None:
    assert "A call to 201 (Marie Tremblay) goes straight to voicemail." in read(
        marie.get(page)
    )  # the engine says that no phone is connected
    assert "No phone of the line is connected right now." in read(marie.get(page))


def test_the_sentence_counts_the_phones_that_are_connected(
    company: Company, callcontrol: CallcontrolServer, marie: Client, page: str
) -> None:
    callcontrol.states = {str(company.marie.line.pk): {"registered": 2, "calls": 0}}
    shown = read(marie.get(page))
    assert (
        "A call to 201 (Marie Tremblay) rings the line's 2 phones for 20 s (4 rings), then goes to voicemail."
        in shown
    )
    assert "If the line is busy, the call goes to voicemail. Do not disturb: no." in shown


def test_the_sentence_is_whole_in_french(
    company: Company, callcontrol: CallcontrolServer, sign_in: SignIn, page: str
) -> None:
    callcontrol.states = {str(company.marie.line.pk): {"registered": 2, "calls": 0}}
    client = sign_in(company.marie, language="fr")
    with translation.override("fr"):
        shown = read(client.get(page)).replace("\u00a0", " ")
    assert (
        "Un appel au 201 (Marie Tremblay) fait sonner les 2 téléphones de la ligne pendant 20 s (4 sonneries), "
        "puis va à la messagerie vocale." in shown
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"mode": "forward", "forward_to": "202"},
            "A call to 201 (Marie Tremblay) is forwarded to 202 (Denis Gagnon).",
        ),
        (
            {"no_answer": "number", "no_answer_to": "203", "no_answer_seconds": "15"},
            "rings the line's 2 phones for 15 s (3 rings), then is forwarded to 203 (Sylvie Roy).",
        ),
        ({"busy": "tone"}, "If the line is busy, the caller hears the busy tone."),
        ({"unavailable_to": "203"}, "If no phone is connected, the call is forwarded to 203 (Sylvie Roy)."),
        (
            {"mode": "together", "together__rows": "1", "together__0__dialled": "203"},
            "rings the line's 2 phones and the number 203 (Sylvie Roy) for 20 s (4 rings), then goes to voicemail.",
        ),
        (
            {
                "mode": "in_order",
                "in_order__rows": "2",
                "in_order__0__target": "own",
                "in_order__0__start": "0",
                "in_order__0__seconds": "10",
                "in_order__1__target": "number",
                "in_order__1__dialled": "203",
                "in_order__1__start": "10",
                "in_order__1__seconds": "15",
            },
            "rings the line's 2 phones from 0 s to 10 s and the number 203 (Sylvie Roy) from 10 s to 25 s, then",
        ),
    ],
)
def test_the_preview_says_what_the_entries_would_do_and_saves_nothing(
    company: Company,
    callcontrol: CallcontrolServer,
    marie: Client,
    page: str,
    changes: dict[str, str],
    sentence: str,
) -> None:
    lines = (company.marie, company.denis, company.sylvie)
    callcontrol.states = {str(person.line.pk): {"registered": 2, "calls": 0} for person in lines}
    answer = marie.post(f"{page}preview/", entries(**changes), headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert sentence in read(answer)
    assert "With these settings" in read(answer)
    assert settings_of(company).version == 1


def test_a_save_is_in_force_once_callcontrol_says_so(
    company: Company, callcontrol: CallcontrolServer, marie: Client, page: str
) -> None:
    before = time.monotonic()
    answer = marie.post(page, entries(mode="forward", forward_to="514 555-0103"))
    assert answer.status_code == 302
    assert callcontrol.told == [company.group.pk]
    shown = read(marie.get(answer.headers["Location"]))
    since = re.search(r"In force since (\d+\.\d) s · version 2", shown)
    assert since
    assert (
        0.1 <= float(since[1]) <= max(0.1, time.monotonic() - before + 0.05)
    )  # to the nearest tenth, no less than one
    assert settings_of(company).forward_to == "+15145550103"


def test_a_save_that_callcontrol_has_not_confirmed_says_so_and_asks_again(
    callcontrol: CallcontrolServer, marie: Client, page: str
) -> None:
    callcontrol.behind = True
    address = marie.post(page, entries(call_waiting="")).headers["Location"]
    waiting = read(marie.get(address))
    assert "Saved. The call engine has not confirmed yet" in waiting
    assert "In force" not in waiting
    receipt = waiting.partition('hx-get="/receipts/')[2].partition('"')[0]
    assert "has not confirmed yet" in read(marie.get(f"/receipts/{receipt}"))
    callcontrol.behind = False
    assert "In force since" in read(marie.get(f"/receipts/{receipt}"))


def test_without_callcontrol_the_save_holds(
    company: Company, marie: Client, page: str, settings: Settings
) -> None:
    settings.CARILLON_STEP_URL = NOBODY
    address = marie.post(page, entries(busy="tone")).headers["Location"]
    assert "has not confirmed yet" in read(marie.get(address))
    assert settings_of(company).busy == "tone"


def test_a_receipt_is_shown_to_nobody_else(
    company: Company, marie: Client, sign_in: SignIn, page: str
) -> None:
    address = marie.post(page, entries(busy="tone")).headers["Location"]
    assert "In force" not in read(sign_in(company.denis).get(address))
    assert "In force" not in read(marie.get(f"{page}?receipt=forged"))


@pytest.mark.parametrize(
    ("changes", "message", "kept"),
    [
        ({"no_answer_seconds": "200"}, "Enter a whole number from 5 to 120.", 'value="200"'),
        ({"no_answer_seconds": "soon"}, "Enter a whole number from 5 to 120.", 'value="soon"'),
        ({"mode": "forward", "forward_to": "911"}, "911 is an emergency number", 'value="911"'),
        ({"mode": "forward", "forward_to": "201"}, "201 is this line itself", 'value="201"'),
        ({"mode": "forward", "forward_to": ""}, "Fill in this field.", 'name="forward_to"'),
        (
            {"mode": "forward", "forward_to": "+33 1 23 45 67 89"},
            "class “international”, which this line may not make",
            'value="+33 1 23 45 67 89"',
        ),
        (
            {"mode": "forward", "forward_to": '"><script>x</script>'},
            "is not a valid number",
            "&quot;&gt;&lt;script&gt;",
        ),
        ({"mode": "in_order"}, "Add at least one phone or number to ring.", 'value="in_order"'),
        (
            {"mode": "together", "together__rows": "1", "together__0__dialled": "555"},
            "555 is not a valid number",
            'value="555"',
        ),
        ({"mode": "together", "together__rows": "1"}, "or remove this row", "together-0-dialled"),
    ],
)
def test_a_refused_form_keeps_the_entries_and_names_the_field(
    company: Company, marie: Client, page: str, changes: dict[str, str], message: str, kept: str
) -> None:
    answer = marie.post(page, entries(**changes))
    assert answer.status_code == 422
    assert message in read(answer)
    assert kept in answer.content.decode()
    assert "<script>x" not in answer.content.decode()
    assert 'id="refused"' in answer.content.decode()
    assert settings_of(company).version == 1


def test_a_stale_save_is_refused_and_shows_the_differences(
    company: Company, marie: Client, sign_in: SignIn, page: str
) -> None:
    sign_in(company.denis).post(page, entries(no_answer_seconds="45"))
    answer = marie.post(page, entries(mode="forward", forward_to="202"))
    shown = read(answer).replace("\u00a0", " ")
    assert answer.status_code == 409
    assert "Denis Gagnon (514-555-0102) saved version 2" in shown
    assert "20 s" in shown
    assert "45 s" in shown
    assert 'value="202"' in shown
    assert settings_of(company).mode == "account_phone"
    again = marie.post(page, entries(mode="forward", forward_to="202", seen_version="2"))
    assert again.status_code == 302
    assert settings_of(company).version == 3


def test_pressing_save_twice_saves_once(company: Company, marie: Client, page: str) -> None:
    once = marie.post(page, entries(busy="tone"))
    twice = marie.post(page, entries(busy="tone"))
    assert once.status_code == twice.status_code == 302
    assert settings_of(company).version == 2
    assert "version 2" in read(marie.get(twice.headers["Location"]))


def test_rows_are_added_and_deleted_without_javascript(marie: Client, page: str) -> None:
    one = read(marie.post(page, entries(action="add:in_order", mode="in_order")))
    assert 'name="in_order-0-target"' in one
    assert 'id="refused"' not in one
    filled = {
        "mode": "in_order",
        "in_order__rows": "2",
        "in_order__0__target": "own",
        "in_order__0__start": "0",
        "in_order__0__seconds": "10",
        "in_order__1__target": "number",
        "in_order__1__dialled": "203",
        "in_order__1__start": "10",
        "in_order__1__seconds": "15",
    }
    three = read(marie.post(page, entries(**filled, action="add:in_order")))
    assert 'name="in_order-2-start" value="25"' in three
    left = read(marie.post(page, entries(**filled, action="drop:in_order:0")))
    assert 'name="in_order-0-dialled" value="203"' in left
    assert 'name="in_order-1-dialled"' not in left


def test_availability_warns_of_a_busy_forward_and_is_saved(
    company: Company, marie: Client, page: str
) -> None:
    marie.post(page, entries(busy="number", busy_to="203"))
    address = f"/lines/{company.marie.line.pk}/availability/"
    assert "A busy forward is set: with Do not disturb, calls go to 203." in read(marie.get(address))
    marie.post(address, {"action": "save", "seen_version": "2", "dnd": "on"})
    shown = read(marie.get(address))
    assert "Do not disturb is on. A call to 201 (Marie Tremblay) is forwarded to 203 (Sylvie Roy)." in shown


def test_the_internal_name_is_saved_and_an_overlong_one_refused(company: Company, marie: Client) -> None:
    address = f"/lines/{company.marie.line.pk}/call-settings/"
    names = {
        "seen_version": "1",
        "seen_settings": "1",
        "call_waiting": "on",
        "name": "Marie Tremblay",
        "calling_name": "Service des ventes",
    }
    assert marie.post(address, names).status_code == 302
    assert "Service des ventes" in read(marie.get(address))
    refused = marie.post(address, names | {"seen_version": "2", "calling_name": "x" * 36})
    assert refused.status_code == 422
    assert "Use at most 35 characters." in read(refused)
    assert "x" * 36 in read(refused)


def test_message_settings(company: Company, marie: Client) -> None:
    address = f"/lines/{company.marie.line.pk}/messages/"
    wanted = {
        "seen_version": "1",
        "email_on": "on",
        "email_to": "marie@example.com\nnot-one",
        "keep_copy": "on",
    }
    assert "A new message is kept in the mailbox. No e-mail is sent." in read(marie.get(address))
    refused = marie.post(address, wanted)
    assert refused.status_code == 422
    assert "“not-one” is not an e-mail address." in read(refused)
    wanted["email_to"] = "marie@example.com"
    foreseen = read(marie.post(f"{address}preview/", wanted))
    assert "is kept in the mailbox and sent by e-mail to marie@example.com." in foreseen
    assert "ask for the PIN" in foreseen
    dropped = {name: value for name, value in wanted.items() if name != "keep_copy"}
    assert "leaves the mailbox once the e-mail is accepted" in read(marie.post(f"{address}preview/", dropped))
    assert marie.post(address, wanted).status_code == 302


def test_the_record_tells_who_changed_what(company: Company, marie: Client, page: str) -> None:
    marie.post(page, entries(mode="forward", forward_to="514 555-0103", no_answer_seconds="30"))
    shown = read(marie.get(f"/lines/{company.marie.line.pk}/changes/")).replace("\u00a0", " ")
    assert "Marie Tremblay (514-555-0101)" in shown
    assert "Forward to another phone" in shown
    assert "30 s" in shown
    assert "840273" not in shown
