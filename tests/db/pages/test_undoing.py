"""*Undo this change* in a receipt: it is offered, works without JavaScript, and says why when it does not."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.db.pages.test_saving import entries
from tests.fakes.callcontrol_server import CallcontrolServer
from tests.fakes.portal_company import Company

from carillon.features.call_manager.models import CallSettings
from carillon.features.lines.models import Line

FORWARDED = "A call to 203 (Sylvie Roy) is forwarded to 202 (Denis Gagnon)."


@pytest.fixture
def marie(company: Company, sign_in: SignIn) -> Client:
    return sign_in(company.marie)


@pytest.fixture
def page(company: Company) -> str:
    return f"/lines/{company.sylvie.line.pk}/incoming-calls/"


def text(client: Client, address: str) -> str:
    """Return the page with its entities read."""
    return html.unescape(client.get(address).content.decode())


def forward(client: Client, page: str, version: int = 1) -> str:
    """Save a forward; return the address of the page with its receipt."""
    values = entries(mode="forward", forward_to="202", seen_version=str(version))
    return str(client.post(page, values).headers["Location"])


def undo_address(shown: str) -> str:
    """Return where the page's button leads."""
    found = re.search(r'formaction="(/receipts/[^"]+/undo/)" formnovalidate', shown)
    assert found
    return found[1]


def settings_of(company: Company) -> CallSettings:
    return CallSettings.objects.get(line=company.sylvie.line)


def test_the_receipt_offers_to_undo_and_then_to_redo(company: Company, marie: Client, page: str) -> None:
    shown = text(marie, forward(marie, page))
    assert FORWARDED in shown
    assert "Undo this change" in shown
    undone = marie.post(undo_address(shown))
    assert undone.status_code == 302
    assert undone.headers["Location"].startswith(f"{page}?receipt=")
    shown = text(marie, undone.headers["Location"])
    assert FORWARDED not in shown
    assert "The previous settings are back." in shown
    assert re.search(r"In force since \d\.\d s · version 3", shown)
    assert (settings_of(company).mode, settings_of(company).version) == ("account_phone", 3)
    redone = marie.post(undo_address(shown))
    shown = text(marie, redone.headers["Location"])
    assert FORWARDED in shown
    assert "Undo this change" in shown


def test_the_record_says_that_values_were_put_back(company: Company, marie: Client, page: str) -> None:
    marie.post(undo_address(text(marie, forward(marie, page))))
    changes = text(marie, f"/lines/{company.sylvie.line.pk}/changes/")
    assert "Previous values put back" in changes


def test_a_save_that_changed_nothing_has_nothing_to_undo(marie: Client, page: str) -> None:
    forward(marie, page)
    again = forward(marie, page, version=2)
    assert "version 2" in text(marie, again)
    assert "data-undo" not in text(marie, again)


def test_nothing_is_offered_before_the_engine_uses_it(
    marie: Client, page: str, callcontrol: CallcontrolServer
) -> None:
    callcontrol.behind = True
    address = forward(marie, page)
    assert "data-undo" not in text(marie, address)
    callcontrol.behind = False
    token = address.partition("receipt=")[2].replace("%3A", ":")
    assert "data-undo" in text(marie, f"/receipts/{token}/")


def test_a_new_pin_cannot_be_undone(company: Company, marie: Client) -> None:
    line = company.sylvie.line.pk
    saved = marie.post(f"/lines/{line}/account/pin/", {"pin": "739164", "again": "739164"})
    shown = text(marie, saved.headers["Location"])
    assert "In force since" in shown
    assert "data-undo" not in shown


def test_personal_details_are_undone_on_the_list_they_were_opened_from(
    company: Company, marie: Client
) -> None:
    line, user = company.sylvie.line, company.sylvie.user
    values = {
        "seen_version": str(line.version), "seen_account": str(user.version), "name": "Sylvie Roy-Caron",
        "language": "en", "emergency_address": "", "role": "subscriber", "back": "/lines/?q=roy",
    }  # fmt: skip
    saved = marie.post(f"/lines/{line.pk}/details/", values)
    shown = text(marie, saved.headers["Location"])
    undone = marie.post(undo_address(shown))
    assert undone.headers["Location"].startswith("/lines/?q=roy&receipt=")
    assert undone.headers["Location"].count("receipt=") == 1
    assert Line.objects.get(pk=line.pk).name == "Sylvie Roy"


class TestRefused:
    def test_when_someone_saved_since(
        self, company: Company, marie: Client, sign_in: SignIn, page: str
    ) -> None:
        address = undo_address(text(marie, forward(marie, page)))
        values = entries(mode="forward", forward_to="201", seen_version="2")
        assert sign_in(company.sylvie).post(page, values).status_code == 302
        refused = marie.post(address)
        shown = html.unescape(refused.content.decode())
        assert refused.status_code == 409
        assert "Nothing was undone" in shown
        assert "Sylvie Roy" in shown
        assert ">202<" in shown
        assert ">201<" in shown
        assert f'href="{page}"' in shown
        assert settings_of(company).forward_to == "201"

    @pytest.mark.parametrize("token", ["x", "eyJhIjoxfQ:1abcde:forged"])
    def test_without_a_receipt(self, marie: Client, token: str) -> None:
        refused = marie.post(f"/receipts/{token}/undo/")
        assert refused.status_code == 410
        assert "Nothing was undone" in refused.content.decode()

    def test_of_another_user(self, company: Company, marie: Client, sign_in: SignIn, page: str) -> None:
        address = undo_address(text(marie, forward(marie, page)))
        for other in (company.sylvie, company.denis, company.charlie):
            assert sign_in(other).post(address).status_code == 410
        assert settings_of(company).mode == "forward"

    def test_by_get_and_without_the_forms_token(self, company: Company, marie: Client, page: str) -> None:
        address = undo_address(text(marie, forward(marie, page)))
        led = marie.get(address)
        assert led.headers["Location"].startswith(page)
        assert marie.get("/receipts/forged/undo/").headers["Location"] == "/"
        strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
        strict.cookies = marie.cookies
        assert strict.post(address).status_code == 403
        assert settings_of(company).mode == "forward"
